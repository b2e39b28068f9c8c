import { ConsoleReader } from './console-reader';
import { Crash8Reader, mayHoldCrash8 } from './crash8-reader';
import { eachLine, type Line } from './framing';
import { eachLineThatMatters, idleLinesOf } from './idle-gate';
import { judgeDamage, showsCrash } from './damage';
import { joinSources } from './join-sources';
import { completeDraft } from './finish';
import type { Observe } from './observe';
import type { Reading } from './reading';
import { finishDraft } from './report';
import { prepareModules, type NameAddresses } from './symbols/prepare-symbols';
import { decodeForScan } from './text';

/** Bounds on the work and memory that one transcript may cost. */
export interface ReadLimits {
  /** Bytes of one line that are looked at; the rest of the line is skipped. */
  readonly maxLineBytes: number;
  /** Readings kept for one transcript; later ones are counted in `omittedReadings`. */
  readonly maxReadings: number;
  /** Frames kept for one reading, at least 1: beyond them the middle of the stack is left out. */
  readonly maxFrames: number;
}

export const DEFAULT_READ_LIMITS: ReadLimits = {
  maxLineBytes: 4096,
  maxReadings: 64,
  maxFrames: 1024,
};

export interface TranscriptReadings {
  /** In the order in which the crashes begin. Empty: the text shows no crash. */
  readonly readings: readonly Reading[];
  readonly omittedReadings: number;
}

/**
 * Reads a kernel failure text. Never throws, for any bytes; one pass, linear in `bytes.length`.
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
