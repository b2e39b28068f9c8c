import { isStackCommon, stackFunctions } from '@oopstream/core-signature';
import type { Signature } from '@oopstream/core-signature';
import type { Reading } from '@oopstream/core-transcript';

/** Version of what {@link stackOf} makes of a reading: stacks of different versions are not compared. */
export const STACK_VERSION = 1;

/** Most frames of a stack. What lies further out is the same for whole subsystems. */
export const MAX_STACK_FRAMES = 16;

/** The kernel's own limit is 512; a torn line may show any number, and stores look names up by index. */
const MAX_NAME = 160;

export interface StackFrame {
  /** Without compiler suffixes; wrappers of one system call have one name. */
  readonly name: string;
  /** `null` for the core kernel. */
  readonly module: string | null;
}

/** What of a reading is compared with others: who is to blame, and the functions around. */
export interface CrashStack {
  readonly version: number;
  readonly family: string;
  readonly kind: string;
  /** The blamed function; `null` where the text supports no name. */
  readonly culprit: string | null;
  /** Module of the culprit; `null` for the core kernel. */
  readonly module: string | null;
  /**
   * Kernel release, where it says which build of the culprit's code this was: `null` where it is unknown, and where modules
   * from outside of the kernel's tree are loaded and the culprit is in a module.
   */
  readonly build: string | null;
  /** The header of the report without numbers and functions; `null` where the text has none. */
  readonly said: string | null;
  /**
   * What the header says of the place itself, whatever the compiler made of the functions: the line of a BUG or WARNING
   * (`connect.c:1234`), or the member that a NULL pointer was asked for (`NULL+0x40`). `null`, or left out in stacks from
   * before this was read: nothing that tells two places apart.
   */
  readonly site?: string | null;
  /** Functions that say something of this crash, innermost first, each once; at most {@link MAX_STACK_FRAMES}. */
  readonly frames: readonly StackFrame[];
  /** Functions that a symboliser showed to be inlined. */
  readonly inlined: readonly string[];
}

/**
 * The stack of a reading, cleaned: reliable frames alone, without the way to the report, without what everybody calls and
 * without what merely dispatches. A function that calls itself stands once, where it is innermost.
 */
export function stackOf(
  reading: Reading,
  { family, blamed }: Pick<Signature, 'family' | 'blamed'>,
): CrashStack {
  const culprit = blamed === null ? null : clip(blamed);
  const functions = stackFunctions(reading);
  const named = new Map<string, StackFrame>();
  for (const { name, module } of functions) {
    const said = clip(name);
    if (said !== culprit && isStackCommon(name)) continue;
    if (named.has(said)) continue;
    named.set(said, { name: said, module });
  }
  const frames = [...named.values()].slice(0, MAX_STACK_FRAMES);
  const module = named.get(culprit ?? '')?.module ?? null;
  return {
    version: STACK_VERSION,
    family,
    kind: reading.kind,
    culprit,
    module,
    build: buildOf(reading, module),
    said: saidOf(reading),
    site: siteOf(reading),
    frames,
    inlined: [
      ...new Set(reading.frames.filter((frame) => frame.inline).map((frame) => clip(frame.function))),
    ].slice(0, MAX_STACK_FRAMES),
  };
}

/** What two readings of one shape share: nothing is learnt of a second stack of the same shape. */
export function shapeOf({ version, kind, culprit, build, said, frames }: CrashStack): string {
  return [version, kind, culprit ?? '', build ?? '', said ?? '', ...frames.map(({ name }) => name)].join(
    '\n',
  );
}

/** Neither the function nor the folder: both can differ between builds of one source. */
function saidOf({ headline }: Reading): string | null {
  if (headline === null) return null;
  return headline
    .replace(/[\w.]+\+0x[\da-f]+\/0x[\da-f]+(?: \[[^\]]*\])?/g, '')
    .replace(/\S*\/(?=[\w.-]+:\d)/g, '')
    .replace(/\b(?:0x)?[\da-f]{6,}\b/gi, 'N')
    .replace(/\d+/g, 'N')
    .trim()
    .slice(0, MAX_NAME);
}

const LINE = /\bat (?:\S*\/)?([\w.-]+:\d+)\b/;
const NULL_MEMBER =
  /NULL pointer dereference(?:,? address:| at(?: virtual address)?) (?:0x)?0*([\da-f]{1,3})$/;

/** A NULL pointer itself, without a member, is asked for anywhere: that tells no places apart. */
function siteOf({ kind, headline }: Reading): string | null {
  if (headline === null) return null;
  if (kind === 'bug' || kind === 'warning') return clipped(LINE.exec(headline)?.[1]);
  const member = kind === 'null-ptr-deref' ? NULL_MEMBER.exec(headline.trim())?.[1] : undefined;
  return member === undefined || member === '0' ? null : `NULL+0x${member}`;
}

function clipped(name: string | undefined): string | null {
  return name === undefined ? null : clip(name);
}

/**
 * Letter `O` of the taint: modules of other builds may be loaded under one release. A trap whose text lost the line with the
 * instruction pointer shows who called, not who trapped: its first function says nothing of what that build inlined.
 */
function buildOf({ kernelRelease, taint, exception, fault }: Reading, module: string | null): string | null {
  if (exception !== null && fault === null) return null;
  if (kernelRelease === null || (module !== null && (taint === null || taint.includes('O')))) return null;
  return clip(kernelRelease);
}

function clip(name: string): string {
  return name.slice(0, MAX_NAME);
}
