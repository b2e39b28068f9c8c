import { encodeTranscriptFingerprinted } from '@oopstream/contracts';
import type { FingerprintedToSend } from '@oopstream/contracts';

/** Frames left to each reading, one attempt after another, before whole readings go. */
const FRAME_CUTS = [32, 8];

/**
 * Encodes a message so that it fits a record, always: what makes it too large is cut by fixed rules, so that the same
 * transcript gives the same message again. Keys stay as they were made from all frames.
 */
export function encodeWithin(message: FingerprintedToSend, maxBytes: number): Buffer {
  let fitting = message;
  let bytes = encode(fitting);
  for (const maxFrames of FRAME_CUTS) {
    if (bytes.byteLength <= maxBytes) return bytes;
    fitting = cutFrames(fitting, maxFrames);
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

function cutFrames(message: FingerprintedToSend, maxFrames: number): FingerprintedToSend {
  const readings = message.readings.map(({ reading, signature }) => ({
    reading: { ...reading, frames: reading.frames.slice(0, maxFrames) },
    signature,
  }));
  return { ...message, readings };
}

/** The first ones stay: later crashes of one text are mostly aftermath. */
function keepReadings(message: FingerprintedToSend, kept: number): FingerprintedToSend {
  const omittedReadings = message.omittedReadings + message.readings.length - kept;
  return { ...message, readings: message.readings.slice(0, kept), omittedReadings };
}
