import { spanOf } from './text';
import type { Frame } from './reading';

// `f+0x1/0x2 [module]`, with what the eras and architectures put around it: an address or two in brackets, `?`,
// stack marks, `(unreliable)`, a build id, a symboliser's file and `[inline]`.
// Sources: kernel/kallsyms.c __sprint_symbol; arch/x86/kernel/dumpstack.c printk_stack_address;
// arch/powerpc/kernel/process.c show_stack; arch/s390/kernel/dumpstack.c; arch/arm64/kernel/stacktrace.c.
const SYMBOL =
  /^(?:--- (?:interrupt|Exception): [0-9a-f]{3,4} at )?[\s(]*(?:<\/?[A-Za-z#/ _]{1,16}>\s*)*(?:\(?\[(?:<\s*)?(inline|(?:0x)?[0-9a-f]{4,16})(?:\s*>)?\]\)?:?\s*){0,2}(\?\s)?\s*[({]?([A-Za-z_.$<][\w.$:<>,&{}#~-]*)\+(0x[0-9a-f]+|\d+)\/(0x[0-9a-f]+|\d+)\)?(.*)$/;
const MODULE = /^\s*\[([\w-]+)(?: [0-9a-f]{8,64})?\]/;
const SOURCE = /(?:^|\s)(?:\.\/)?([\w.+/-]+\.(?:c|h|S|rs|cc|cpp|inc):\d+)/;
const INLINE_NEW =
  /^\s*(?:\[<\s*inline\s*>\]\s*)?(\? )?([A-Za-z_.$][\w.$:<>]*)\s+(?:\.\/)?([\w.+/-]+\.(?:c|h|S|rs|inc):\d+)(?:\s+\[inline\])?\s*$/;
// scripts/decode_stacktrace.sh puts the source position where the offset stood.
const DECODED =
  /^\s*(\? )?([A-Za-z_][\w.$]*) \(((?:[\w./+-]*\/)?[\w.+-]+\.(?:c|h|S|rs|inc):\d+)[^)]*(?:\([^)]*\))?[^)]*\)(?: \[?([\w-]+)\]?)?/;
const ARM_FROM =
  /^\s*(?:\[<[0-9a-f]{8,16}>\] )?\(?([A-Za-z_.$][\w.$]*)(?:\+0x[0-9a-f]+\/0x[0-9a-f]+)?(?: \[[\w-]+\])?\)? from (?:\[<([0-9a-f]{8,16})>\] )?\(?(?:([A-Za-z_.$][\w.$]*)\+0x([0-9a-f]+)\/0x([0-9a-f]+)|0x[0-9a-f]+)(?: \[([\w-]+)\])?/;

function hex(text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = text.startsWith('0x') ? Number.parseInt(text, 16) : Number(text);
  return Number.isSafeInteger(value) ? value : null;
}

/** Path without the build tree: what comes after the last top-level directory of the kernel. */
export function inTree(path: string): string {
  return path.replace(
    /^.*\/(?=(?:arch|block|certs|crypto|drivers|fs|include|init|io_uring|ipc|kernel|lib|mm|net|rust|samples|scripts|security|sound|tools|usr|virt)\/)/,
    '',
  );
}

/** Frames that one line shows: none, one, or two (the first line of an ARM backtrace). */
export function readFrames(message: string, start: number, end: number): Frame[] {
  const plus = message.indexOf('+0x');
  if (plus < 0) {
    if (message.endsWith('[inline]') || message.includes('inline')) return readInline(message, start, end);
    if (message.includes(' from ')) return readArm(message, start, end);
    return message.endsWith(')') || message.includes(') ') ? readDecoded(message, start, end) : [];
  }
  if (message.includes(' from ')) return readArm(message, start, end);
  const m = SYMBOL.exec(message);
  if (!m) return [];
  const rest = m[6] ?? '';
  const name = m[3] ?? '';
  const address = m[1];
  return [
    {
      function: name.startsWith('.') && !name.startsWith('.L') ? name.slice(1) : name,
      offset: hex(m[4]),
      size: hex(m[5]),
      module: MODULE.exec(rest)?.[1] ?? null,
      // arch/s390/kernel/dumpstack.c show_stack puts its guesses in parentheses.
      reliable: m[2] === undefined && !rest.includes('(unreliable)') && !message.startsWith('([<'),
      inline: false,
      source: sourceOf(rest),
      address: address === undefined || address === 'inline' ? null : address.replace(/^0x/, ''),
      span: spanOf(start, end),
    },
  ];
}

function sourceOf(rest: string): string | null {
  const source = SOURCE.exec(rest)?.[1];
  return source === undefined ? null : inTree(source);
}

function readInline(message: string, start: number, end: number): Frame[] {
  const m = INLINE_NEW.exec(message);
  if (!m || !message.includes('inline')) return [];
  return [
    {
      function: m[2] ?? '',
      offset: null,
      size: null,
      module: null,
      reliable: m[1] === undefined,
      inline: true,
      source: inTree(m[3] ?? ''),
      address: null,
      span: spanOf(start, end),
    },
  ];
}

function readDecoded(message: string, start: number, end: number): Frame[] {
  const m = DECODED.exec(message);
  if (!m) return [];
  return [
    {
      function: m[2] ?? '',
      offset: null,
      size: null,
      module: m[4] ?? null,
      reliable: m[1] === undefined,
      inline: false,
      source: inTree(m[3] ?? ''),
      address: null,
      span: spanOf(start, end),
    },
  ];
}

/** `callee from caller+0x1/0x2`: arch/arm/kernel/traps.c dump_backtrace_entry. */
function readArm(message: string, start: number, end: number): Frame[] {
  const m = ARM_FROM.exec(message);
  if (!m) return [];
  const base = { module: null, reliable: true, inline: false, source: null, span: spanOf(start, end) };
  const callee: Frame = { ...base, function: m[1] ?? '', offset: null, size: null, address: null };
  if (m[3] === undefined) return [callee];
  const caller: Frame = {
    ...base,
    function: m[3],
    offset: hex(`0x${m[4]}`),
    size: hex(`0x${m[5]}`),
    module: m[6] ?? null,
    address: m[2] ?? null,
  };
  return [callee, caller];
}
