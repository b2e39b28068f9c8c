import {
  DEFAULT_DETAIL_LIMITS,
  DEFAULT_READ_LIMITS,
  DEFAULT_SESSION_LIMITS,
  readDetails,
  readSession,
  readTranscript,
  type DetailLimits,
  type Observation,
  type ReadLimits,
  type Span,
} from '@oopstream/core-transcript';
import { ALGORITHM_VERSION, explain } from '../../src/index';
import { hash } from '../case-library';
import { brokenDetails } from './detail-laws';
import { brokenSession } from './session-laws';

/** Far above what any text needs (about 20 ns a byte) and far below what a quadratic one does. */
const CPU_MS = 100;
const CPU_NS_PER_BYTE = 4_000;

/** @returns the law that does not hold on the text, and how; `null` when all do. */
export function brokenLaw(bytes: Uint8Array, limits: ReadLimits = DEFAULT_READ_LIMITS): string | null {
  try {
    return (
      brokenByReading(bytes, limits) ??
      brokenByDetails(bytes, limits) ??
      brokenBySession(bytes, limits) ??
      tooSlow(bytes, limits)
    );
  } catch (error) {
    return `throws: ${error instanceof Error ? error.stack : String(error)}`;
  }
}

function brokenByReading(bytes: Uint8Array, limits: ReadLimits): string | null {
  const seen: Observation[] = [];
  const { readings, omittedReadings } = readTranscript(bytes, limits, (o) => seen.push(o));
  const inside = ({ start, end }: Span) => 0 <= start && start <= end && end <= bytes.length;
  if (readings.length > limits.maxReadings) return `${readings.length} readings`;
  if (omittedReadings > 0 && readings.length === 0) return 'omits readings and has none';
  // Every report, and every line that is told, costs at least a line of the text.
  let lines = 1;
  for (const byte of bytes) if (byte === 10) lines++;
  if (readings.length + omittedReadings > 2 * lines) return `${readings.length} readings of ${lines} lines`;
  const outside = seen.find(({ span }) => !inside(span));
  if (outside) return `observation outside of the text: ${JSON.stringify(outside)}`;
  const starts = new Map<number, number>();
  for (const reading of readings) {
    const name = `${reading.kind} at ${reading.span.start}`;
    if (!inside(reading.span)) return `${name}: span ${JSON.stringify(reading.span)} outside of the text`;
    // The order is that of the crashes; a capture may have it otherwise.
    const here = (starts.get(reading.span.start) ?? 0) + 1;
    starts.set(reading.span.start, here);
    // crash(8)'s banner may be the beginning of its backtrace and of the log's report alike.
    if (here > 2) return `${name}: begins where ${here - 1} others do`;
    if (reading.frames.length > limits.maxFrames) return `${name}: ${reading.frames.length} frames`;
    const frame = reading.frames.find(({ span }) => !inside(span));
    if (frame) return `${name}: frame ${frame.function} outside of the text`;
    if ((reading.headline ?? '').length > 1024) return `${name}: headline of ${reading.headline?.length}`;
    const { signature, exactText, looseText } = explain(reading, hash);
    const key = (text: string) => `v${ALGORITHM_VERSION}:${hash(text).slice(0, 32)}`;
    if (signature.groupKey !== key(signature.groupText)) return `${name}: group key is not its text's`;
    if (signature.exactKey !== key(exactText)) return `${name}: exact key is not its text's`;
    if (signature.looseKey !== key(looseText)) return `${name}: loose key is not its text's`;
  }
  // Watched or not, once or twice: the same answer.
  if (JSON.stringify(readTranscript(bytes, limits).readings) !== JSON.stringify(readings))
    return 'reads differently the second time, unobserved';
  return null;
}

/** Detail limits that go with small reading limits, so that each cap is met. */
function detailLimits({ maxLineBytes, maxFrames, maxReadings }: ReadLimits): DetailLimits {
  if (maxFrames === DEFAULT_READ_LIMITS.maxFrames) return DEFAULT_DETAIL_LIMITS;
  return {
    ...DEFAULT_DETAIL_LIMITS,
    maxLineBytes,
    maxFrames,
    maxStacks: maxReadings,
    maxRegisterSets: maxReadings,
    maxModules: maxFrames,
    maxStackWords: maxFrames,
    maxDumps: maxReadings,
    maxLocks: maxReadings,
    maxHardwareRecords: maxReadings,
    maxTailBytes: 64 * maxReadings,
    maxLookBackBytes: 256 * maxFrames,
    maxBootBytes: 128 * maxFrames,
  };
}

/** Readings of one text whose details are read: more only repeat. */
const DETAILED = 4;

function brokenByDetails(bytes: Uint8Array, limits: ReadLimits): string | null {
  for (const reading of readTranscript(bytes, limits).readings.slice(0, DETAILED)) {
    const broken = brokenDetails(bytes, reading, detailLimits(limits));
    if (broken !== null) return `details of ${reading.kind}: ${broken}`;
  }
  return null;
}

function brokenBySession(bytes: Uint8Array, limits: ReadLimits): string | null {
  const { maxLineBytes, maxFrames, maxReadings } = limits;
  const small = {
    maxLineBytes,
    maxFrames,
    maxBacktraces: maxReadings,
    maxWords: maxFrames,
    maxMembers: maxFrames,
    maxRows: maxReadings,
  };
  const broken = brokenSession(bytes, limits === DEFAULT_READ_LIMITS ? DEFAULT_SESSION_LIMITS : small);
  return broken === null ? null : `session: ${broken}`;
}

/** Processor time, not wall clock: neighbours on the machine do not count. The least of three is no collection of garbage. */
function tooSlow(bytes: Uint8Array, limits: ReadLimits): string | null {
  const allowedMs = CPU_MS + (bytes.length * CPU_NS_PER_BYTE) / 1e6;
  let leastMs = Infinity;
  for (let attempt = 0; attempt < 3; attempt++) {
    const before = process.cpuUsage();
    for (const reading of readTranscript(bytes, limits).readings.slice(0, DETAILED))
      readDetails(bytes, reading);
    readSession(bytes);
    const { user, system } = process.cpuUsage(before);
    leastMs = Math.min(leastMs, (user + system) / 1000);
    if (leastMs <= allowedMs) return null;
  }
  return `takes ${leastMs.toFixed(0)} ms for ${bytes.length} bytes`;
}
