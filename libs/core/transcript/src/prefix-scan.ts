import { BARE_TAG_WORD, FACILITY_LEVELS, KERNEL_FACILITY, MAX_BLANKS, MAX_PREFIXES } from './prefix-words';

/** The scanner leaves the line to the expressions of framing.ts. */
export const UNSURE = -1;
/** Another program wrote the line. */
export const FOREIGN = -2;

const SPACE = 0x20;
const TAB = 9;
const BRACKET = 0x5b;
const BRACKET_END = 0x5d;
const ANGLE = 0x3c;
const ANGLE_END = 0x3e;
const PAREN = 0x28;
const DOT = 0x2e;
const COMMA = 0x2c;
const COLON = 0x3a;
const DASH = 0x2d;
const SEMICOLON = 0x3b;
const UPPER_C = 0x43;
const UPPER_T = 0x54;

const isDigit = (code: number | undefined) => code !== undefined && code >= 0x30 && code <= 0x39;
const isUpper = (code: number | undefined) => code !== undefined && code >= 0x41 && code <= 0x5a;
const isLower = (code: number | undefined) => code !== undefined && code >= 0x61 && code <= 0x7a;

/** Place behind the digits that begin at `at`. */
function behindDigits(bytes: Uint8Array, at: number): number {
  while (isDigit(bytes[at])) at++;
  return at;
}

function behindSpaces(bytes: Uint8Array, at: number): number {
  while (bytes[at] === SPACE) at++;
  return at;
}

/** Place behind `[   12.345678]`; 0 where no such stamp stands. Its neighbours decide whether it is all of the prefix. */
export function behindStamp(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== BRACKET) return 0;
  const seconds = behindSpaces(bytes, at + 1);
  const dot = behindDigits(bytes, seconds);
  if (dot === seconds || dot - seconds > 12 || bytes[dot] !== DOT) return 0;
  const end = behindDigits(bytes, dot + 1);
  if (end - dot < 4 || end - dot > 10 || bytes[end] !== BRACKET_END) return 0;
  return bytes[end + 1] === PAREN ? 0 : end + 1;
}

/** Whether a time stamp may begin at this bracket: where it stands in mid-line, a console glued two lines together. */
export function mayBeStamp(bytes: Uint8Array, bracket: number): boolean {
  const seconds = behindSpaces(bytes, bracket + 1);
  const dot = behindDigits(bytes, seconds);
  return dot > seconds && bytes[dot] === DOT;
}

/**
 * Place where the message of a line begins, `start` itself where there is no prefix: the same as `eachLine` finds, but
 * only for the usual forms of the prefixes, and without an expression. Other facilities than the kernel's, which make a
 * line foreign, it takes for part of the message. `UNSURE` and `FOREIGN` are below 0.
 */
export function behindPrefixes(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  for (let round = 0; round < MAX_PREFIXES; round++) {
    let blank = at;
    while (blank < end && (bytes[blank] === SPACE || bytes[blank] === TAB)) blank++;
    if (blank - at >= MAX_BLANKS) return UNSURE;
    const next = blank < end ? behindPrefix(bytes, blank) : 0;
    if (next < 0) return next;
    if (next === 0) return at > start && bytes[at - 1] === BRACKET_END && bytes[at] === SPACE ? at + 1 : at;
    at = next;
  }
  return UNSURE;
}

/** Place behind the one prefix that begins at `at`; 0 where there is none. */
function behindPrefix(bytes: Uint8Array, at: number): number {
  const code = bytes[at] ?? 0;
  if (code === BRACKET) return behindBracket(bytes, at);
  if (code === ANGLE) return behindLevel(bytes, at);
  if (isDigit(code)) return behindNumber(bytes, at);
  if (isUpper(code)) return behindMonth(bytes, at);
  return code === 0x6b ? behindKernel(bytes, at) : 0;
}

function behindLevel(bytes: Uint8Array, at: number): number {
  const end = behindDigits(bytes, at + 1);
  return end > at + 1 && end - at <= 4 && bytes[end] === ANGLE_END ? end + 1 : 0;
}

function behindBracket(bytes: Uint8Array, at: number): number {
  const stamp = behindStamp(bytes, at);
  if (stamp > 0) return stamp;
  const inner = behindSpaces(bytes, at + 1);
  const code = bytes[inner];
  if (code === UPPER_T || code === UPPER_C) {
    const end = behindDigits(bytes, inner + 1);
    if (end > inner + 1 && end - inner <= 11 && bytes[end] === BRACKET_END) return end + 1;
  }
  if (hasShape(bytes, at, '[Aaa Aaa _9 99:99:99 9999]')) return at + 26;
  return hasShape(bytes, at, '[Aaa ') || mayBeStamp(bytes, at) ? UNSURE : 0;
}

/** `4,339,5140900,-;` of netconsole, or an ISO date. */
function behindNumber(bytes: Uint8Array, at: number): number {
  const end = behindDigits(bytes, at);
  const code = bytes[end];
  if (code === DASH && end - at === 4) return behindIsoDate(bytes, at);
  if (code === COMMA && end - at <= 3) return behindExtended(bytes, end + 1);
  if (code === DOT) return behindRelease(bytes, end + 1);
  return code === COLON && end - at === 2 ? UNSURE : 0;
}

/** netconsole puts the kernel's release before its header where it is told to. */
function behindRelease(bytes: Uint8Array, at: number): number {
  let comma = at;
  while (comma - at < 60 && (bytes[comma] ?? 0) > SPACE && bytes[comma] !== COMMA) comma++;
  const end = behindDigits(bytes, comma + 1);
  const isHeader = bytes[comma] === COMMA && bytes[end] === COMMA && end - comma > 1 && end - comma <= 4;
  return isHeader && isDigit(bytes[at]) ? behindExtended(bytes, end + 1) : UNSURE;
}

/** The rest of an extended header, from its sequence number on. */
function behindExtended(bytes: Uint8Array, at: number): number {
  const sequence = behindDigits(bytes, at);
  const time = behindDigits(bytes, sequence + 1);
  if (sequence === at || time === sequence + 1) return UNSURE;
  if (bytes[sequence] !== COMMA || bytes[time] !== COMMA || bytes[time + 1] !== DASH) return UNSURE;
  if (bytes[time + 2] === SEMICOLON) return time + 3;
  if (!hasText(bytes, time + 2, ',caller=')) return UNSURE;
  if (bytes[time + 10] !== UPPER_T && bytes[time + 10] !== UPPER_C) return UNSURE;
  const end = behindDigits(bytes, time + 11);
  return end - time < 64 && bytes[end] === SEMICOLON ? end + 1 : UNSURE;
}

function behindMonth(bytes: Uint8Array, at: number): number {
  if (!isLower(bytes[at + 1]) || !hasShape(bytes, at, 'Aaa _9 ')) return 0;
  return hasShape(bytes, at, 'Aaa _9 99:99:99 ') ? behindTag(bytes, at + 16) : UNSURE;
}

function behindIsoDate(bytes: Uint8Array, at: number): number {
  if (!hasShape(bytes, at, '9999-99-99') || !hasShape(bytes, at + 11, '99:99:99')) return UNSURE;
  if (bytes[at + 10] !== 0x54 && bytes[at + 10] !== SPACE) return UNSURE;
  let end = at + 19;
  if (bytes[end] === DOT || bytes[end] === COMMA) {
    end = behindDigits(bytes, end + 1);
    if (!isDigit(bytes[end - 1])) return UNSURE;
  }
  if (bytes[end] === 0x5a) end++;
  else if (hasShape(bytes, end, '+9999') || hasShape(bytes, end, '-9999')) end += 5;
  else if (hasShape(bytes, end, '+99:99') || hasShape(bytes, end, '-99:99')) end += 6;
  return bytes[end] === SPACE ? behindTag(bytes, end + 1) : UNSURE;
}

/** `host kernel: ` or, of another program, `host name[12]: `. */
function behindTag(bytes: Uint8Array, at: number): number {
  const host = behindName(bytes, at);
  const name = behindName(bytes, host + 1);
  if (host === at || host - at > 253 || bytes[host] !== SPACE) return UNSURE;
  if (name === host + 1 || name - host > 65) return UNSURE;
  let end = name;
  if (bytes[end] === BRACKET) {
    end = behindDigits(bytes, end + 1);
    if (end === name + 1 || bytes[end++] !== BRACKET_END) return UNSURE;
  }
  if (bytes[end] !== COLON) return UNSURE;
  if (name - host === 6 && hasText(bytes, host + 1, 'klogd')) return UNSURE;
  if (name - host !== 7 || !hasText(bytes, host + 1, 'kernel')) return FOREIGN;
  return bytes[end + 1] === SPACE ? end + 2 : end + 1;
}

/** Names of hosts and programs: letters, digits and `_`, `-`, `.`; of programs others too, which nobody is sure of. */
function behindName(bytes: Uint8Array, at: number): number {
  for (; ; at++) {
    const code = bytes[at];
    if (!isLower(code) && !isDigit(code) && !isUpper(code) && code !== DASH && code !== DOT && code !== 0x5f)
      return at;
  }
}

/** `kernel: `, or `kern  :warn  : ` of dmesg -x. */
function behindKernel(bytes: Uint8Array, at: number): number {
  if (hasText(bytes, at, BARE_TAG_WORD)) {
    const end = at + BARE_TAG_WORD.length;
    return bytes[end] === SPACE ? end + 1 : end;
  }
  if (!hasText(bytes, at, KERNEL_FACILITY)) return 0;
  const colon = behindSpaces(bytes, at + KERNEL_FACILITY.length);
  if (bytes[colon] !== COLON) return 0;
  for (const level of FACILITY_LEVELS) {
    if (!hasText(bytes, colon + 1, level)) continue;
    const end = behindSpaces(bytes, colon + 1 + level.length);
    if (bytes[end] === COLON) return bytes[end + 1] === SPACE ? end + 2 : end + 1;
  }
  return 0;
}

function hasText(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Whether the bytes have a shape: `A` a capital, `a` a small letter, `9` a digit, `_` a digit or space, else itself. */
function hasShape(bytes: Uint8Array, at: number, shape: string): boolean {
  for (let i = 0; i < shape.length; i++) {
    const code = bytes[at + i];
    const sign = shape.charCodeAt(i);
    if (sign === 0x41 ? isUpper(code) : sign === 0x39 ? isDigit(code) : code === sign) continue;
    if (sign === 0x61 ? isLower(code) : sign === 0x5f && (isDigit(code) || code === SPACE)) continue;
    return false;
  }
  return true;
}
