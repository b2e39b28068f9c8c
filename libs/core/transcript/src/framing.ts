import {
  BARE_TAG_WORD,
  FACILITY_LEVELS,
  KERNEL_FACILITY,
  MAX_BLANKS,
  MAX_PREFIXES,
  OTHER_FACILITIES,
} from './prefix-words';

/** One line with its capture prefixes taken off. Times in seconds; `null` where the line does not carry them. */
export interface Line {
  /** Number of the line in the text, from 0. */
  readonly number: number;
  /** Byte range of the whole line without its line end. */
  readonly start: number;
  readonly end: number;
  /** What the kernel printed. */
  readonly message: string;
  /** printk's own time stamp. */
  readonly uptime: number | null;
  /** Wall-clock time with its zone as the capture wrote it (ISO 8601). */
  readonly wallTime: string | null;
  /** `T123` (task) or `C0` (CPU), as CONFIG_PRINTK_CALLER prints it. */
  readonly caller: string | null;
  /** Any prefix at all: false for the later lines of one multi-line record. */
  readonly framed: boolean;
  /** Written by a program and not by the kernel (another syslog tag, another facility). */
  readonly foreign: boolean;
}

/** Mutable form of what the prefixes said. */
interface Prefixes {
  at: number;
  uptime: number | null;
  caller: string | null;
  wallTime: string | null;
  foreign: boolean;
  /** The last prefix ends without a space of its own: one that follows belongs to the message. */
  tight: boolean;
}

const LEVEL = /<\d{1,3}>/y;
// kernel/printk/printk.c: print_time(), print_caller(); Android puts `@cpu` and `cN pid` there.
const STAMP = /\[ *(\d{1,12})\.(\d{3,9})(?:@\d+)? ?\](?:\(\d\))?/y;
const GLUED = /\[ *\d{1,12}\.\d{6}\](?:\[ *[TC]\d+\])? /y;
const CALLER = / ?\[ *([TC]\d{1,10})\]/y;
// dmesg -T (util-linux, sys-utils/dmesg.c) and crash(8) log -T.
const CLOCK = /\[[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)? \d{4}\]/y;
const DATE =
  /(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?|[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d+)?)[ \t]/y;
const ZONED = /^\d{4}-.*(?:Z|[+-]\d\d:?\d\d)\s$/;
// syslog(3) tag: host, then the program's name.
const TAG = /(?:([\w.-]{1,253}|\([\w.]+\)) )?([\w./@-]{1,64})(?:\[\d+\])?: ?/y;
const BARE_TAG = new RegExp(`${BARE_TAG_WORD} ?`, 'y');
// dmesg -x: facility and level in columns.
const FACILITY = new RegExp(
  `(${[KERNEL_FACILITY, ...OTHER_FACILITIES].join('|')}) *:(?:${FACILITY_LEVELS.join('|')}) *: ?`,
  'y',
);
// Documentation/networking/netconsole.rst: `level,sequence,microseconds,flags[,key=value];message`, a release before it.
const EXTENDED = /(?:\d+\.\d[^,\s]{0,60},)?\d{1,3},\d+,(\d+),[-c+](?:,[\w-]{1,32}=[^,;]{0,64}){0,16};/y;
const EXTENDED_CALLER = /,caller=([TC]\d+)[,;]/;
const CLOCK_TIME = /\d\d:\d\d:\d\d(?:[.,]\d+)? +(?=[<[])/y;

function sticky(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** How facilities and the tag `kernel` begin. */
const WORD_STARTS = new Set(
  [BARE_TAG_WORD, KERNEL_FACILITY, ...OTHER_FACILITIES].map((word) => word.slice(0, 2)),
);

const SPACE = 0x20;
const TAB = 9;
const CR = 13;
const ESC = 27;
const NUL = 0;

/** The plain form of a stamp, `[   12.345678]`: nearly every line has it. */
function takePlainStamp(text: string, p: Prefixes): boolean {
  let seconds = p.at + 1;
  while (text.charCodeAt(seconds) === SPACE) seconds++;
  const dot = behindDigits(text, seconds);
  if (dot === seconds || dot - seconds > 12 || text.charCodeAt(dot) !== 0x2e) return false;
  const end = behindDigits(text, dot + 1);
  if (end - dot < 4 || end - dot > 10) return false;
  if (text.charCodeAt(end) !== 0x5d || text.charCodeAt(end + 1) === 0x28) return false;
  p.uptime = Number(text.slice(seconds, end));
  p.at = end + 1;
  return true;
}

function behindDigits(text: string, at: number): number {
  for (let c = text.charCodeAt(at); c >= 0x30 && c <= 0x39; c = text.charCodeAt(at)) at++;
  return at;
}

function takeBracket(text: string, p: Prefixes): boolean {
  if (takePlainStamp(text, p)) return true;
  const stamp = sticky(STAMP, text, p.at);
  if (stamp) {
    p.uptime = Number(`${stamp[1]}.${stamp[2]}`);
    p.at += stamp[0].length;
    return true;
  }
  const caller = sticky(CALLER, text, p.at);
  if (caller) {
    p.caller = caller[1] ?? null;
    p.at += caller[0].length;
    return true;
  }
  const clock = sticky(CLOCK, text, p.at);
  if (clock) p.at += clock[0].length;
  return clock !== null;
}

function takeDigits(text: string, p: Prefixes): boolean {
  const extended = sticky(EXTENDED, text, p.at);
  if (extended) {
    p.tight = true;
    p.uptime = Number(extended[1]) / 1e6;
    p.caller = EXTENDED_CALLER.exec(extended[0])?.[1] ?? p.caller;
    p.at += extended[0].length;
    return true;
  }
  return takeDate(text, p);
}

function takeDate(text: string, p: Prefixes): boolean {
  const date = sticky(DATE, text, p.at) ?? sticky(CLOCK_TIME, text, p.at);
  if (!date) return false;
  if (ZONED.test(date[0])) p.wallTime = date[0].trim();
  p.at += date[0].length;
  p.tight = true;
  const tag = sticky(TAG, text, p.at);
  if (tag && (tag[1] !== undefined || tag[2] === 'kernel')) {
    p.at += tag[0].length;
    p.tight = true;
    if (tag[2] !== 'kernel' && tag[2] !== 'klogd') p.foreign = true;
  }
  return true;
}

function takeWord(text: string, p: Prefixes): boolean {
  const facility = sticky(FACILITY, text, p.at);
  if (facility) {
    if (facility[1] !== 'kern') p.foreign = true;
    p.at += facility[0].length;
    p.tight = true;
    return true;
  }
  const bare = sticky(BARE_TAG, text, p.at);
  if (bare) {
    p.at += bare[0].length;
    p.tight = true;
  }
  return bare !== null;
}

function takeOne(text: string, p: Prefixes): boolean {
  const c = text.charCodeAt(p.at);
  if (c === 0x3c) {
    const level = sticky(LEVEL, text, p.at);
    if (level) p.at += level[0].length;
    p.tight = true;
    return level !== null;
  }
  if (c === 0x5b) return takeBracket(text, p);
  if (c >= 0x30 && c <= 0x39) return takeDigits(text, p);
  // A month is three letters, the first of which is one of these.
  if (c >= 0x41 && c <= 0x53) return text.charCodeAt(p.at + 3) === SPACE && takeDate(text, p);
  return WORD_STARTS.has(text.slice(p.at, p.at + 2)) && takeWord(text, p);
}

// Colour and cursor sequences of ECMA-48, NUL and stray carriage returns: never part of a message.
const CONTROL = new RegExp(
  '\\u001b(?:\\[[0-9;?]*[ -/]*[@-~]|[()][A-Z0-9]|[78=>cM])|[\\u0000\\u0007\\u0008\\r]',
  'g',
);

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 32 && (c === ESC || c === CR || c === NUL || c === 7 || c === 8)) return true;
  }
  return false;
}

/** Where a console glued the next line on: a time stamp in the middle. 0 where there is none. */
function glueAt(raw: string, from: number): number {
  for (let at = raw.indexOf('[', from); at > 0; at = raw.indexOf('[', at + 1)) {
    const next = raw.charCodeAt(at + 1);
    if (next !== 0x20 && !(next >= 0x30 && next <= 0x39)) continue;
    if (at >= from + 1 && sticky(GLUED, raw, at)) return at;
  }
  return 0;
}

/** What stays the same for the parts of one line. */
interface LineReading {
  /** Place of the text's first letter in the whole text. */
  readonly base: number;
  readonly number: number;
  /** The text holds control characters somewhere. */
  readonly control: boolean;
  readonly each: (line: Line) => void;
}

/** Takes capture prefixes off one line, nested ones too (`kern  :warn  : [  1.2][ T12] <4>…`). */
export function readLine(text: string, start: number, end: number, reading: LineReading): void {
  const { base, number, control, each } = reading;
  let raw = text.slice(start, end);
  if (control && hasControl(raw)) raw = raw.replace(CONTROL, '');
  const p: Prefixes = { at: 0, uptime: null, caller: null, wallTime: null, foreign: false, tight: false };
  // A space stands between stamp and message; more of them belong to the message (stack frames are indented).
  for (let round = 0; round < MAX_PREFIXES; round++) {
    let skip = p.at;
    while (skip < raw.length && skip - p.at < MAX_BLANKS && isBlank(raw.charCodeAt(skip))) skip++;
    const before = p.at;
    const tight = p.tight;
    p.at = skip;
    p.tight = false;
    if (!takeOne(raw, p)) {
      p.at = before;
      p.tight = tight;
      break;
    }
  }
  const framed = p.at > 0;
  if (framed && !p.tight && raw.charCodeAt(p.at) === 0x20) p.at++;
  const glue = glueAt(raw, p.at);
  const message = glue > 0 ? raw.slice(p.at, glue) : raw.slice(p.at);
  each({
    number,
    start: base + start,
    end: base + end,
    message,
    uptime: p.uptime,
    caller: p.caller,
    wallTime: p.wallTime,
    framed,
    foreign: p.foreign,
  });
  // Offsets stay exact only where no control character was taken out before the glued part.
  if (glue > 0) readLine(text, end - (raw.length - glue), end, reading);
}

function isBlank(c: number): boolean {
  return c === 0x20 || c === TAB;
}

/** Colour sequences and the like: rare, so that one search over the text spares looking at each letter. */
function holdsControl(text: string): boolean {
  return ['\u001b', '\u0000', '\r', '\u0007', '\u0008'].some((letter) => text.includes(letter));
}

/** Calls `each` for every line, `maxLineBytes` of it at most. */
export function eachLine(text: string, maxLineBytes: number, each: (line: Line) => void): void {
  const reading = { base: 0, number: 0, control: holdsControl(text), each };
  for (let start = 0; start < text.length; reading.number++) {
    const next = text.indexOf('\n', start) + 1 || text.length + 1;
    let end = next - 1;
    if (reading.control) while (end > start && text.charCodeAt(end - 1) === CR) end--;
    readLine(text, start, Math.min(end, start + maxLineBytes), reading);
    start = next;
  }
}
