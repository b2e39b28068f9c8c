import { ConsoleReader } from './console-reader';
import { Crash8Reader, mayHoldCrash8 } from './crash8-reader';
import { eachLine, type Line } from './framing';
import { eachLineThatMatters, idleLinesOf } from './idle-gate';
import { judgeDamage, showsCrash } from './damage';
import { joinSources } from './join-sources';
import { completeDraft } from './finish';
import type { Observation, Observe } from './observe';
import type { Reading } from './reading';
import { atOrigins } from './records/at-origins';
import { mendText } from './records/mend-text';
import { finishDraft } from './report';
import { prepareModules, type NameAddresses } from './symbols/prepare-symbols';
import { decodeForScan } from './text';

/**
 * Version of the reader, kept with each reading. Rises whenever readings of texts that are stored already come out otherwise:
 * a replay then reads their bodies anew.
 */
export const READER_VERSION = 1;

/** Bounds on the work and memory that one transcript may cost. */
export interface ReadLimits {
  /** Bytes of one line that are looked at; the rest of the line is skipped. */
  readonly maxLineBytes: number;
  /** Readings kept for one transcript; later ones are counted in `omittedReadings`. */
  readonly maxReadings: number;
  /** Frames kept for one reading, at least 1: beyond them the middle of the stack is left out. */
  readonly maxFrames: number;
  /** Lines up to which a text is put back in order where its capture was not; longer texts are read as they are. */
  readonly maxMendedLines: number;
}

export const DEFAULT_READ_LIMITS: ReadLimits = {
  maxLineBytes: 4096,
  maxReadings: 64,
  maxFrames: 1024,
  maxMendedLines: 500_000,
};

export interface TranscriptReadings {
  /** In the order in which the crashes begin. Empty: the text shows no crash. */
  readonly readings: readonly Reading[];
  readonly omittedReadings: number;
}

/**
 * Reads a kernel failure text. Never throws, for any bytes; linear in `bytes.length`: one pass, and another over a text put
 * back in order (`mendText`) where the capture of a crash was not. Places are those of the text as given.
 *
 * @param observe told what each line was taken for; costs nothing when absent.
 * @param nameAddresses names what stands as a bare address (`prepareSymbols`); costs nothing when absent.
 */
export function readTranscript(
  bytes: Uint8Array,
  limits: ReadLimits = DEFAULT_READ_LIMITS,
  observe: Observe | null = null,
  nameAddresses: NameAddresses | null = null,
): TranscriptReadings {
  const seen: Observation[] = [];
  const asGiven = readOnce(bytes, limits, observe && ((one) => void seen.push(one)), nameAddresses);
  const mended = mendText(bytes, asGiven.readings, limits);
  if (mended === null) {
    if (observe !== null) seen.forEach(observe);
    return asGiven;
  }
  const atOrigin = observe && ((one: Observation) => observe({ ...one, span: mended.origin(one.span) }));
  const { readings, omittedReadings } = readOnce(mended.bytes, limits, atOrigin, nameAddresses);
  return { readings: atOrigins(readings, mended), omittedReadings };
}

function readOnce(
  bytes: Uint8Array,
  limits: ReadLimits,
  observe: Observe | null,
  nameAddresses: NameAddresses | null,
): TranscriptReadings {
  const console = new ConsoleReader(limits, observe);
  const idle = idleLinesOf(bytes, limits.maxLineBytes);
  const toConsole = (line: Line) => console.line(line);
  let crash8: Crash8Reader | null = null;
  if (idle !== null && !idle.crash8 && nameAddresses === null)
    eachLineThatMatters(bytes, limits.maxLineBytes, toConsole, () => console.idle, idle);
  else {
    const text = decodeForScan(bytes);
    crash8 = mayHoldCrash8(text) ? new Crash8Reader(limits.maxFrames, observe) : null;
    const names = nameAddresses ?? (crash8 === null ? null : prepareModules(text));
    const each = (line: Line) => void (crash8?.line(line) === true || console.line(line));
    const named = names === null ? each : (line: Line) => each(withMessage(line, names(line)));
    eachLine(text, limits.maxLineBytes, named);
  }
  const joined = joinSources(console.drafts.filter(showsCrash), crash8?.finish() ?? null);
  const drafts = joined.slice(0, limits.maxReadings);
  for (const draft of drafts) {
    completeDraft(draft);
    judgeDamage(draft);
  }
  return {
    readings: drafts.map(finishDraft),
    omittedReadings: console.omitted + joined.length - drafts.length,
  };
}

function withMessage(line: Line, message: string): Line {
  return message === line.message ? line : { ...line, message };
}
