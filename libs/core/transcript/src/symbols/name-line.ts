import { isModuleStart, moduleStart } from './module-ranges';
import { ADDRESS_ROWS, type AddressRow, type AddressUse } from './address-rows';

/** Tells what the kernel would have printed for an address; `null` where nothing is known of it. */
export type NameOf = (address: bigint, use: AddressUse) => string | null;

// arch/arm/kernel/traps.c dump_backtrace_entry: without CONFIG_KALLSYMS, with no symbol found, and from 5.17 on.
const ARM_CALL =
  /^\s*(?:Function entered at \[<([0-9a-f]{8})>\] from \[<([0-9a-f]{8})>\]|\[<([0-9a-f]{8})>\] \(0x[0-9a-f]+\) from \[<([0-9a-f]{8})>\] \(0x[0-9a-f]+\)|0x([0-9a-f]{8}) from 0x([0-9a-f]{8}))(?=[\s)]|$)/;
// crash(8) x86_64.c x86_64_print_stack_entry and its like: no symbol, or only where a module begins (symbols.c).
const CRASH8_FRAME =
  /^(\s*#\d+ \[[0-9a-f]+\] )(?:\(null\)|\(unknown\)|\(unknown or invalid address\)|0x[0-9a-f]+|[0-9a-f]{8,16}|_MODULE_(?:TEXT_)?START_([\w-]+)(?:\+\d+)?)( at ([0-9a-f]{8,16}))( \[[\w-]+\])?/;

const ROWS_BY_LETTER = new Map<string, AddressRow[]>();
for (const row of ADDRESS_ROWS)
  for (const letter of row.first) ROWS_BY_LETTER.set(letter, [...(ROWS_BY_LETTER.get(letter) ?? []), row]);

/** With which a call begins as arm prints it. */
const ARM_LETTERS = 'F[0';
/** Or a frame of crash(8). */
const CALL_LETTERS = `#${ARM_LETTERS}`;

/** Puts names where the line has bare addresses in the place of names; otherwise returns it as it is. */
export function nameLine(message: string, nameOf: NameOf): string {
  let at = 0;
  while (at < message.length && message.charCodeAt(at) <= 0x20) at++;
  const letter = message[at] ?? '';
  const rows = ROWS_BY_LETTER.get(letter);
  // A line with a name has no address in its place.
  if ((rows === undefined && !CALL_LETTERS.includes(letter)) || message.includes('+0x')) return message;
  const bare = message.slice(at);
  const named =
    (rows === undefined ? null : nameByRow(rows, bare, nameOf)) ??
    (letter === '#' ? nameCrash8Frame(bare, nameOf) : null) ??
    (ARM_LETTERS.includes(letter) ? nameArmCall(bare, nameOf) : null);
  return named === null ? message : message.slice(0, at) + named;
}

/** The same for lines that crash(8) itself prints, and for no others. */
export function nameSessionLine(message: string, nameOf: NameOf): string {
  let at = 0;
  while (message.charCodeAt(at) === 0x20) at++;
  if (message.charCodeAt(at) !== HASH) return message;
  return nameCrash8Frame(message, nameOf) ?? message;
}

const HASH = 0x23;

function nameByRow(rows: readonly AddressRow[], bare: string, nameOf: NameOf): string | null {
  for (const { match, use } of rows) {
    const groups = match.exec(bare)?.groups;
    if (groups === undefined) continue;
    const digits = groups['address'] ?? groups['shown'] ?? '';
    const name = nameOf(BigInt(`0x${digits}`), use);
    if (name === null) return null;
    const before = groups['before'] ?? '';
    const gap = before.endsWith(']') ? ' ' : '';
    const after = groups['after'] ?? '';
    return `${before}${gap}${name}${/^\w/.test(after) ? ' ' : ''}${after}`;
  }
  return null;
}

// crash(8) x86_64.c x86_64_exception_frame: the address stands in the registers below.
const NO_EXCEPTION_SYMBOL = /^\s*\[exception RIP: (?:unknown|no sym)/;
const RIP_BELOW = /\r?\n\s*RIP: ([0-9a-f]{16})/y;

/** `[exception RIP: unknown or invalid address]` with the name of the address in the next line; else `null`. */
export function nameException(message: string, text: string, lineEnd: number, nameOf: NameOf): string | null {
  if (!message.includes('[e') || !NO_EXCEPTION_SYMBOL.test(message)) return null;
  RIP_BELOW.lastIndex = lineEnd;
  const digits = RIP_BELOW.exec(text)?.[1];
  const name = digits === undefined ? null : nameOf(BigInt(`0x${digits}`), 'instruction');
  return name === null ? null : `    [exception RIP: ${name.replace(/\/0x[0-9a-f]+.*$/, '')}]`;
}

function nameCrash8Frame(message: string, nameOf: NameOf): string | null {
  const m = CRASH8_FRAME.exec(message);
  if (!m) return null;
  // crash(8) looks frames up as they stand.
  const name = nameOf(BigInt(`0x${m[4]}`), 'instruction');
  const [, place = '', offset = '', module] = PLACE.exec(name ?? '') ?? [];
  if (place === '') return m[2] === undefined ? null : `${m[1]}${moduleStart(m[2])}${m[3]}${m[5] ?? ''}`;
  // `bt` prints no offset, so that the same dump with symbols reads the same; of a module it is all that is known.
  const into = isModuleStart(place) ? offset : '';
  return `${m[1]}${place}${into}${m[3]}${module === undefined ? (m[5] ?? '') : ` ${module}`}`;
}

/** Function, offset, module. */
const PLACE = /^(.*?)(\+0x[0-9a-f]+)\/0x[0-9a-f]+(?: (\[.*\]))?$/;

function nameArmCall(message: string, nameOf: NameOf): string | null {
  const m = ARM_CALL.exec(message);
  if (!m) return null;
  const where = m[1] ?? m[3] ?? m[5] ?? '';
  const from = m[2] ?? m[4] ?? m[6] ?? '';
  const callee = nameOf(BigInt(`0x${where}`), 'function');
  const caller = nameOf(BigInt(`0x${from}`), 'instruction');
  if (callee === null || caller === null) return null;
  return `[<${where}>] (${callee}) from [<${from}>] (${caller})`;
}
