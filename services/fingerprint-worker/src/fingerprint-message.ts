import { encodeTranscriptFingerprinted } from '@oopstream/contracts';
import type { FingerprintedToSend } from '@oopstream/contracts';

/** Findings left to each analysis, one attempt after another; without any it is down to its verdict. */
const FINDING_CUTS = [16, 0];

/** Frames left to each reading after that, before whole readings go. */
const FRAME_CUTS = [32, 8];

type SentReading = FingerprintedToSend['readings'][number];

/** In this order: what is kept of the analysis is worth less than the reading, and the verdict more than the rest of it. */
const CUTS: readonly ((sent: SentReading) => SentReading)[] = [
  ...FINDING_CUTS.map((maxFindings) => (sent: SentReading) => cutFindings(sent, maxFindings)),
  ...FRAME_CUTS.map((maxFrames) => (sent: SentReading) => cutFrames(sent, maxFrames)),
  (sent) => ({ ...sent, analysis: null }),
];

/**
 * Encodes a message so that it fits a record, always: what makes it too large is cut by fixed rules, so that the same
 * transcript gives the same message again. Keys stay as they were made from all frames.
 */
export function encodeWithin(message: FingerprintedToSend, maxBytes: number): Buffer {
  let fitting = message;
  let bytes = encode(fitting);
  for (const cut of CUTS) {
    if (bytes.byteLength <= maxBytes) return bytes;
    fitting = { ...fitting, readings: fitting.readings.map(cut) };
    bytes = encode(fitting);
  }
  // Halving: the number of attempts stays small whatever the number of readings.
  while (bytes.byteLength > maxBytes && fitting.readings.length > 0) {
    fitting = keepReadings(fitting, fitting.readings.length >> 1);
    bytes = encode(fitting);
  }
  return bytes;
}

function encode(message: FingerprintedToSend): Buffer {
  return Buffer.from(encodeTranscriptFingerprinted(message), 'utf8');
}

function cutFindings(sent: SentReading, maxFindings: number): SentReading {
  const { analysis } = sent;
  if (analysis === null) return sent;
  const findings = analysis.findings.slice(0, maxFindings);
  if (maxFindings > 0) return { ...sent, analysis: { ...analysis, findings } };
  const hardware = { ...analysis.hardware, parts: [] };
  return { ...sent, analysis: { ...analysis, findings, registers: [], hardware, missing: [] } };
}

function cutFrames(sent: SentReading, maxFrames: number): SentReading {
  const { reading } = sent;
  return { ...sent, reading: { ...reading, frames: reading.frames.slice(0, maxFrames) } };
}

/** The first ones stay: later crashes of one text are mostly aftermath. */
function keepReadings(message: FingerprintedToSend, kept: number): FingerprintedToSend {
  const omittedReadings = message.omittedReadings + message.readings.length - kept;
  return { ...message, readings: message.readings.slice(0, kept), omittedReadings };
}
