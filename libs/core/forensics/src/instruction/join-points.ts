import type { CodeBytes, Instruction, Reading } from '@oopstream/core-transcript';
import { parseInstructionText } from './instruction-text';

type Arch = NonNullable<Reading['arch']>;

/** A signed number of `count` bits at `at`, least byte first; `null` where a byte is not known. */
function signed(code: CodeBytes, at: number, count: 1 | 4): number | null {
  let value = 0;
  for (let byte = count - 1; byte >= 0; byte -= 1) {
    const one = code.bytes[at + byte];
    if (one == null) return null;
    value = value * 256 + one;
  }
  const half = count === 1 ? 0x80 : 0x80000000;
  return value >= half ? value - half * 2 : value;
}

/** Where the bytes at `at` would jump to if they were an x86 jump, as an index into the code bytes. */
function x86Target(code: CodeBytes, at: number): number | null {
  const byte = code.bytes[at] ?? 0;
  const second = code.bytes[at + 1] ?? 0;
  const isShort = (byte >= 0x70 && byte <= 0x7f) || byte === 0xeb || (byte >= 0xe0 && byte <= 0xe3);
  const isNear = byte === 0x0f && second >= 0x80 && second <= 0x8f;
  if (isShort) {
    const by = signed(code, at + 1, 1);
    return by === null ? null : at + 2 + by;
  }
  if (!isNear && byte !== 0xe9) return null;
  const length = isNear ? 6 : 5;
  const by = signed(code, at + length - 4, 4);
  return by === null ? null : at + length + by;
}

/** The same for an A64 word: `b`, `b.cond`, `cbz`, `tbz` (Arm ARM, C4.1). */
function arm64Target(code: CodeBytes, at: number): number | null {
  const word = at % 4 === 0 ? signed(code, at, 4) : null;
  if (word === null) return null;
  const top = word >>> 24;
  if (top >> 2 === 0b000101) return at + ((word << 6) >> 4);
  if (top === 0x54 || (top & 0x7e) === 0x34) return at + (((word >> 5) << 13) >> 11);
  return (top & 0x7e) === 0x36 ? at + (((word >> 5) << 18) >> 16) : null;
}

/**
 * Indexes of code bytes that a jump among them might lead to. Every byte is taken for the begin of a jump: one too
 * many only makes what is said of the code before it less.
 */
export function joinsInCode(code: CodeBytes, arch: Arch): ReadonlySet<number> {
  const find = arch === 'arm64' ? arm64Target : arch === 'x86_64' || arch === 'i386' ? x86Target : null;
  const joins = new Set<number>();
  for (let at = 0; find !== null && at < code.bytes.length; at += 1) {
    const target = find(code, at);
    if (target !== null) joins.add(target);
  }
  return joins;
}

/** Addresses that jumps of a listing lead to. */
export function joinsInListing(lines: readonly Instruction[], arch: Arch): ReadonlySet<bigint> {
  const known = listed.get(lines);
  if (known?.arch === arch) return known.joins;
  const joins = readJoins(lines, arch);
  listed.set(lines, { arch, joins });
  return joins;
}

/** Several crashes of one text share its listings. */
const listed = new WeakMap<
  readonly Instruction[],
  { readonly arch: Arch; readonly joins: ReadonlySet<bigint> }
>();

function readJoins(lines: readonly Instruction[], arch: Arch): ReadonlySet<bigint> {
  const joins = new Set<bigint>();
  for (const line of lines) {
    // Every architecture's jumps begin with one of these.
    if (!/^[bcjlt]/.test(line.text)) continue;
    const decoded = parseInstructionText(line.text, arch);
    const target = decoded?.flow === 'jump' ? decoded.operands.at(-1) : undefined;
    if (target?.kind === 'target') joins.add(target.address);
  }
  return joins;
}
