import { behindBlanks, behindHex, hexValue } from '../hex-value';
import type { Sourced } from '../details/details';
import { indentOf, partSpan, type SessionLine } from './session-line';

/** crash(8)'s names beside the kernel's, where they are not the same in small letters. */
const NAMES: Readonly<Record<string, string>> = {
  ccr: 'cr',
  or3: 'orig_r3',
  err: 'orig_eax',
  syscallno: 'syscall',
  psr: 'cpsr',
};

const X86_64 = 'rip rsp rflags rax rbx rcx rdx rsi rdi rbp orig_rax cs ss';
const X86 = 'eip esp eflags eax ebx ecx edx esi edi ebp err ds es fs gs';
const ARM = 'pc lr sp pstate fp ip psr orig_x0 syscallno orig_r0';
const POWERPC = 'nip msr or3 ctr xer ccr mq dar dsisr';
const KNOWN = new Set([...X86_64.split(' '), ...X86.split(' '), ...ARM.split(' '), ...POWERPC.split(' ')]);
/** As most kernels print them: to lower a letter costs more than to look the name up. */
const PRINTED = new Map<string, string>();
for (const name of KNOWN) PRINTED.set(name, name).set(name.toUpperCase(), name);
for (let n = 0; n < 32; n++)
  for (const name of [`x${n}`, `r${n}`, `X${n}`, `R${n}`]) PRINTED.set(name, name.toLowerCase());
const NUMBERED = /^[xr](?:[12]?\d|3[01])$/;
// x86_64.c x86_64_display_full_frame, x86.c x86_dump_eframe_common, arm64.c, arm.c, ppc64.c ppc64_print_regs.
const NOTE = / +\[[^\]]*\]/y;
const MAX_NAME = 10;
const SPACE = 0x20;
const COLON = 0x3a;
const MAX_DIGITS = 16;
const MAX_BLANKS = 8;
const LAST = /^[\s,]*(?:Syscall Result: ([0-9a-f]+))?\s*$/;

const isNameLetter = (c: number): boolean =>
  (c >= 0x61 && c <= 0x7a) || (c >= 0x41 && c <= 0x5a) || (c >= 0x30 && c <= 0x39) || c === 0x5f;

/** `RAX: 0000000000000001`, `PC: [<c0010203>]`: places of what stands at `from`; `null` where no register does. */
interface Pair {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Behind it, and behind what crash(8) adds in brackets. */
  readonly end: number;
}

function pairAt(message: string, from: number): Pair | null {
  const nameEnd = behindName(message, from);
  const colon = message.charCodeAt(nameEnd) === SPACE ? nameEnd + 1 : nameEnd;
  if (nameEnd === from || message.charCodeAt(colon) !== COLON) return null;
  const name = nameOf(message.slice(from, nameEnd));
  if (name === null) return null;
  const value = behindBlanks(message, colon + 1, MAX_BLANKS);
  const bracket = message.startsWith('[<', value);
  const first = bracket ? value + 2 : value;
  const to = behindHex(message, first, MAX_DIGITS);
  if (bracket ? to - first !== 8 || !message.startsWith('>]', to) : to - first < 2) return null;
  const end = bracket ? to + 2 : to;
  if (isNameLetter(message.charCodeAt(end))) return null;
  NOTE.lastIndex = end;
  return {
    name,
    from: first,
    to,
    end: message.includes('[', end) && NOTE.test(message) ? NOTE.lastIndex : end,
  };
}

function nameOf(printed: string): string | null {
  const usual = PRINTED.get(printed);
  if (usual !== undefined) return usual;
  const name = printed.toLowerCase();
  return KNOWN.has(name) || NUMBERED.test(name) ? name : null;
}

function behindName(message: string, from: number): number {
  const first = message.charCodeAt(from);
  if (!isNameLetter(first) || (first >= 0x30 && first <= 0x39)) return from;
  let at = from;
  while (at - from < MAX_NAME && isNameLetter(message.charCodeAt(at))) at++;
  return at;
}

/** Registers of one line by the kernel's names; `null` for a line that holds anything else. */
export function readRegisters(line: SessionLine): [string, Sourced<bigint>][] | null {
  const message = line.message;
  const found: [string, Sourced<bigint>][] = [];
  let end = 0;
  for (let pair = pairAt(message, indentOf(message)); pair !== null;) {
    const { name, from, to } = pair;
    found.push([
      NAMES[name] ?? name,
      { value: hexValue(message, from, to), span: partSpan(line, from, to - from) },
    ]);
    end = pair.end;
    let next = end;
    while (next < message.length && message.charCodeAt(next) <= SPACE) next++;
    pair = pairAt(message, next);
  }
  if (found.length === 0) return null;
  return end === message.length || LAST.test(message.slice(end)) ? found : null;
}

const PSW = /^\s*PSW: +([0-9a-f]{8,16}) ([0-9a-f]{8,16})/;
const GPRS = /^\s*(GPRS:)? +((?:[0-9a-f]{16} ){0,3}[0-9a-f]{16})\s*$/;

/** s390x.c s390x_print_user_stack: `PSW:` and `GPRS:`, the latter going on over four lines without a name. */
export function readS390Registers(line: SessionLine, have: number): [string, Sourced<bigint>][] | null {
  const psw = PSW.exec(line.message);
  if (psw) {
    return ['psw_mask', 'psw_addr'].map((name, i) => {
      const digits = psw[i + 1] ?? '';
      const at = line.message.indexOf(digits, i === 0 ? 0 : line.message.indexOf(psw[1] ?? '') + 1);
      return [name, { value: BigInt(`0x${digits}`), span: partSpan(line, at, digits.length) }];
    });
  }
  const gprs = GPRS.exec(line.message);
  if (!gprs || (gprs[1] === undefined) !== have > 0) return null;
  let at = line.message.indexOf(gprs[2] ?? '');
  return (gprs[2] ?? '').split(' ').map((digits, i) => {
    const span = partSpan(line, at, digits.length);
    at += digits.length + 1;
    return [`r${have + i}`, { value: BigInt(`0x${digits}`), span }];
  });
}

const EXCEPTION = /^\s*\[exception RIP: ([^\]]*)\]/;
const ARM64_PC = /^\s*PC: *[0-9a-f]+ +\[([^\]]+)\]/;
const POWERPC_NIP = /^\s*\[NIP +: ([^\]]+)\]/;
const POWERPC_LINK = /^\s*\[LR +: [^\]]+\]/;
const POWERPC_FRAME = /^\s*[A-Za-z_][\w -]{2,40} +\[[0-9a-f]{1,4}\] exception frame:/;

/** What stands at the interrupted instruction pointer, as crash(8) names it. */
export function readExceptionIp(line: SessionLine): Sourced<string> | null {
  const m = EXCEPTION.exec(line.message) ?? ARM64_PC.exec(line.message) ?? POWERPC_NIP.exec(line.message);
  const value = m?.[1];
  if (!m || value === undefined) return null;
  return { value, span: partSpan(line, m[0].lastIndexOf(value), value.length) };
}

/** Lines around an exception frame that say nothing more. */
export function isFrameNote(message: string): boolean {
  return (
    (message.includes('[LR') && POWERPC_LINK.test(message)) ||
    (message.includes('exception frame:') && POWERPC_FRAME.test(message))
  );
}
