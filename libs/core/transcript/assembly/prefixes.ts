import {
  behindDigits,
  behindSpaces,
  byteAt,
  hasShape,
  hasText,
  isDigit,
  isLower,
  isUpper,
  SPACE,
  TAB,
} from './bytes';
import {
  BARE_TAG_WORD,
  FACILITY_LEVELS,
  KERNEL_FACILITY,
  MAX_BLANKS,
  MAX_PREFIXES,
} from '../src/prefix-words';

/** The scanner leaves the line to the expressions of src/framing.ts. */
export const UNSURE: i32 = -1;
/** Another program wrote the line. */
export const FOREIGN: i32 = -2;

const BRACKET: u32 = 0x5b;
const BRACKET_END: u32 = 0x5d;
const ANGLE: u32 = 0x3c;
const ANGLE_END: u32 = 0x3e;
const PAREN: u32 = 0x28;
const DOT: u32 = 0x2e;
const PAREN_END: u32 = 0x29;
const AT_SIGN: u32 = 0x40;
const COMMA: u32 = 0x2c;
const COLON: u32 = 0x3a;
const DASH: u32 = 0x2d;
const SEMICOLON: u32 = 0x3b;
const UPPER_C: u32 = 0x43;
const UPPER_T: u32 = 0x54;

/** Place behind `[   12.345678]`; 0 where no such stamp stands. Android puts a CPU inside and a digit behind. */
export function behindStamp(at: i32): i32 {
  if (byteAt(at) != BRACKET) return 0;
  const seconds = behindSpaces(at + 1);
  const dot = behindDigits(seconds);
  if (dot == seconds || dot - seconds > 12 || byteAt(dot) != DOT) return 0;
  const end = behindDigits(dot + 1);
  if (end - dot < 4 || end - dot > 10) return 0;
  return byteAt(end) == BRACKET_END && byteAt(end + 1) != PAREN ? end + 1 : behindOddStamp(end);
}

function behindOddStamp(at: i32): i32 {
  if (byteAt(at) == AT_SIGN) {
    const cpu = behindDigits(at + 1);
    if (cpu > at + 1) at = cpu;
  }
  if (byteAt(at) == SPACE) at++;
  if (byteAt(at) != BRACKET_END) return 0;
  return hasShape(at + 1, '(9)') ? at + 4 : at + 1;
}

/** Whether a time stamp may begin at this bracket: where it stands in mid-line, a console glued two lines together. */
export function mayBeStamp(bracket: i32): bool {
  const seconds = behindSpaces(bracket + 1);
  const dot = behindDigits(seconds);
  return dot > seconds && byteAt(dot) == DOT;
}

/**
 * Place where the message of a line begins, `start` itself where there is no prefix: the same as `eachLine` finds, but
 * only for the usual forms of the prefixes, and without an expression. Other facilities than the kernel's, which make a
 * line foreign, it takes for part of the message. `UNSURE` and `FOREIGN` are below 0.
 */
export function behindPrefixes(start: i32): i32 {
  let at = start;
  for (let round = 0; round < MAX_PREFIXES; round++) {
    let blank = at;
    while (byteAt(blank) == SPACE || byteAt(blank) == TAB) blank++;
    if (blank - at >= MAX_BLANKS) return UNSURE;
    const next = behindPrefix(blank);
    if (next < 0) return next;
    if (next == 0) return at > start && byteAt(at) == SPACE && isLoose(byteAt(at - 1)) ? at + 1 : at;
    at = next;
  }
  return UNSURE;
}

/** Whether the prefix that ends so leaves a space between it and the message. */
function isLoose(last: u32): bool {
  return last == BRACKET_END || last == PAREN_END;
}

/** Place behind the one prefix that begins at `at`; 0 where there is none. */
function behindPrefix(at: i32): i32 {
  const code = byteAt(at);
  if (code == BRACKET) return behindBracket(at);
  if (code == ANGLE) return behindLevel(at);
  if (isDigit(code)) return behindNumber(at);
  if (isUpper(code)) return behindMonth(at);
  return code == 0x6b ? behindKernel(at) : 0;
}

function behindLevel(at: i32): i32 {
  const end = behindDigits(at + 1);
  return end > at + 1 && end - at <= 4 && byteAt(end) == ANGLE_END ? end + 1 : 0;
}

function behindBracket(at: i32): i32 {
  const stamp = behindStamp(at);
  if (stamp > 0) return stamp;
  const inner = behindSpaces(at + 1);
  const code = byteAt(inner);
  if (code == UPPER_T || code == UPPER_C) {
    const end = behindDigits(inner + 1);
    if (end > inner + 1 && end - inner <= 11 && byteAt(end) == BRACKET_END) return end + 1;
  }
  if (hasShape(at, '[Aaa Aaa _9 99:99:99 9999]')) return at + 26;
  return hasShape(at, '[Aaa ') || mayBeStamp(at) ? UNSURE : 0;
}

/** `4,339,5140900,-;` of netconsole, or an ISO date. */
function behindNumber(at: i32): i32 {
  const end = behindDigits(at);
  const code = byteAt(end);
  if (code == DASH && end - at == 4) return behindIsoDate(at);
  if (code == COMMA && end - at <= 3) return behindExtended(end + 1);
  if (code == DOT) return behindRelease(end + 1);
  return code == COLON && end - at == 2 ? behindTime(at) : 0;
}

/** `19:01:02.123 ` before another prefix. */
function behindTime(at: i32): i32 {
  if (!hasShape(at, '99:99:99')) return 0;
  const end = behindFraction(at + 8);
  const next = behindSpaces(end);
  return next > end && (byteAt(next) == ANGLE || byteAt(next) == BRACKET) ? next : 0;
}

function behindFraction(at: i32): i32 {
  if (byteAt(at) != DOT && byteAt(at) != COMMA) return at;
  const end = behindDigits(at + 1);
  return end > at + 1 ? end : at;
}

/** netconsole puts the kernel's release before its header where it is told to. */
function behindRelease(at: i32): i32 {
  let comma = at;
  while (comma - at < 60 && byteAt(comma) > SPACE && byteAt(comma) != COMMA) comma++;
  const end = behindDigits(comma + 1);
  const isHeader = byteAt(comma) == COMMA && byteAt(end) == COMMA && end - comma > 1 && end - comma <= 4;
  return isHeader && isDigit(byteAt(at)) ? behindExtended(end + 1) : UNSURE;
}

/** The rest of an extended header, from its sequence number on. */
function behindExtended(at: i32): i32 {
  const sequence = behindDigits(at);
  const time = behindDigits(sequence + 1);
  if (sequence == at || time == sequence + 1) return UNSURE;
  if (byteAt(sequence) != COMMA || byteAt(time) != COMMA || byteAt(time + 1) != DASH) return UNSURE;
  if (byteAt(time + 2) == SEMICOLON) return time + 3;
  if (!hasText(time + 2, ',caller=')) return UNSURE;
  if (byteAt(time + 10) != UPPER_T && byteAt(time + 10) != UPPER_C) return UNSURE;
  const end = behindDigits(time + 11);
  return end - time < 64 && byteAt(end) == SEMICOLON ? end + 1 : UNSURE;
}

function behindMonth(at: i32): i32 {
  if (!isLower(byteAt(at + 1)) || !hasShape(at, 'Aaa _9 ')) return 0;
  const time = hasShape(at + 7, '9999 ') ? at + 12 : at + 7;
  if (!hasShape(time, '99:99:99')) return UNSURE;
  const end = byteAt(time + 8) == DOT ? behindFraction(time + 8) : time + 8;
  return byteAt(end) == SPACE ? behindTag(end + 1) : UNSURE;
}

function behindIsoDate(at: i32): i32 {
  if (!hasShape(at, '9999-99-99') || !hasShape(at + 11, '99:99:99')) return UNSURE;
  if (byteAt(at + 10) != 0x54 && byteAt(at + 10) != SPACE) return UNSURE;
  let end = at + 19;
  if (byteAt(end) == DOT || byteAt(end) == COMMA) {
    end = behindDigits(end + 1);
    if (!isDigit(byteAt(end - 1))) return UNSURE;
  }
  if (byteAt(end) == 0x5a) end++;
  else if (hasShape(end, '+9999') || hasShape(end, '-9999')) end += 5;
  else if (hasShape(end, '+99:99') || hasShape(end, '-99:99')) end += 6;
  return byteAt(end) == SPACE ? behindTag(end + 1) : UNSURE;
}

/** `host kernel: ` or, of another program, `host name[12]: `. */
function behindTag(at: i32): i32 {
  const host = behindName(at);
  const name = behindName(host + 1);
  if (host == at || host - at > 253 || byteAt(host) != SPACE) return UNSURE;
  if (name == host + 1 || name - host > 65) return UNSURE;
  let end = name;
  if (byteAt(end) == BRACKET) {
    end = behindDigits(end + 1);
    if (end == name + 1 || byteAt(end++) != BRACKET_END) return UNSURE;
  }
  if (byteAt(end) != COLON) return UNSURE;
  if (name - host == 6 && hasText(host + 1, 'klogd')) return UNSURE;
  if (name - host != 7 || !hasText(host + 1, 'kernel')) return FOREIGN;
  return byteAt(end + 1) == SPACE ? end + 2 : end + 1;
}

/** Names of hosts and programs: letters, digits and `_`, `-`, `.`; of programs others too, which nobody is sure of. */
function behindName(at: i32): i32 {
  for (let code = byteAt(at); isName(code); code = byteAt(at)) at++;
  return at;
}

// @ts-ignore: decorator
@inline
function isName(code: u32): bool {
  return isLower(code) || isDigit(code) || isUpper(code) || code == DASH || code == DOT || code == 0x5f;
}

/** `kernel: `, or `kern  :warn  : ` of dmesg -x. */
function behindKernel(at: i32): i32 {
  if (hasText(at, BARE_TAG_WORD)) {
    const end = at + BARE_TAG_WORD.length;
    return byteAt(end) == SPACE ? end + 1 : end;
  }
  if (!hasText(at, KERNEL_FACILITY)) return 0;
  const colon = behindSpaces(at + KERNEL_FACILITY.length);
  if (byteAt(colon) != COLON) return 0;
  for (let i = 0; i < FACILITY_LEVELS.length; i++) {
    const level = FACILITY_LEVELS[i];
    if (!hasText(colon + 1, level)) continue;
    const end = behindSpaces(colon + 1 + level.length);
    if (byteAt(end) == COLON) return byteAt(end + 1) == SPACE ? end + 2 : end + 1;
  }
  return 0;
}
