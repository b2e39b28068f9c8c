// AssemblyScript: `npm run generate` compiles it into src/idle-scan-module.ts. Memory, from low to high: what pass() found,
// words of this file, then where the host says: automaton of line starts, room for one line, text, marks.
import { behindPrefixes, behindStamp, FOREIGN, mayBeStamp, UNSURE } from './prefixes';
import { behindControl, isControl } from './control';
import { byteAt, CR, NEWLINE, SPACE, TAB } from './bytes';

/** What pass() found, as i32: the order in which src/idle-scan.ts reads it. */
const PASSED: usize = 0;
const LAST_FRAMED: usize = 4;
const ASKED: usize = 8;
const ASKED_END: usize = 12;
const ASKED_FRAMED: usize = 16;
const NEXT: usize = 20;

const BRACKET: u32 = 0x5b;
const NO_BREAK_SPACE: u32 = 0xa0;

/** Bits of what survey() answers. */
const CONTROL: i32 = 1;
const CRASH8: i32 = 2;

/** Kinds of lines. */
const IDLE = 0;
const IDLE_FRAMED = 1;
const READ = 2;
const ASK = 3;
const ASK_FRAMED = 4;

/** The signs in `[12345.123456]`, and its length. */
const STAMP_SIGNS = i8x16(0x5b, 0, 0, 0, 0, 0, 0x2e, 0, 0, 0, 0, 0, 0, 0x5d, 0, 0);
const USUAL_STAMP = 14;

/** State behind the last letter of a line start, and the width of a state's row. */
const FOUND: u32 = 0xffff;
const ROW = 6;

let starts: i32 = 0;
let room: i32 = 0;
let roomEnd: i32 = 0;
let text: i32 = 0;
let textEnd: i32 = 0;
/** A bit for each byte of the text: line ends, control characters, `[`. */
let marks: i32 = 0;
let asked: i32 = 0;

/** Tells where things are. All places are multiples of 64; a line fits between `roomAt` and `textAt`. */
export function place(startsAt: i32, roomAt: i32, textAt: i32): void {
  starts = startsAt;
  room = roomAt;
  roomEnd = textAt - 64;
  text = textAt;
}

/**
 * Looks at the whole of a text that the host has put in place, and marks what pass() looks for. 64 bytes behind it are
 * for a seam, and the marks stand behind that.
 */
export function survey(length: i32): i32 {
  textEnd = text + length;
  marks = (textEnd + 127) & ~63;
  memory.fill(textEnd, 0x7f, marks - textEnd);
  let control = i8x16.splat(0);
  let found = 0;
  let to = marks;
  for (let at = text; at < textEnd; at += 64) {
    let bits: u64 = 0;
    let signs = i8x16.splat(0);
    for (let i = 0; i < 64; i += 16) {
      const block = v128.load(at + i);
      const isLow = i8x16.eq(i8x16.min_u(block, i8x16.splat(0x1f)), block);
      control = v128.or(control, v128.andnot(isLow, i8x16.eq(block, i8x16.splat(0x0a))));
      bits |= (i8x16.bitmask(v128.or(isLow, i8x16.eq(block, i8x16.splat(0x5b)))) as u64) << i;
      signs = v128.or(signs, signsOf(block));
    }
    store<u64>(to, bits);
    to += 8;
    if (v128.any_true(signs)) {
      for (let i = 0; i < 64; i += 16) found |= crash8Near(at + i, i8x16.bitmask(signsOf(v128.load(at + i))));
    }
  }
  // The search for the next mark ends here in any case.
  store<u64>(to, -1);
  store<u64>(to + 8, -1);
  return found | (v128.any_true(control) ? CONTROL : 0);
}

/** Rare letters of what only crash(8) prints. */
// @ts-ignore: decorator
@inline
function signsOf(block: v128): v128 {
  return v128.or(
    i8x16.eq(block, i8x16.splat(0x3e)),
    v128.or(i8x16.eq(block, i8x16.splat(0x22)), i8x16.eq(block, i8x16.splat(0x23))),
  );
}

/** Whether one of the signs is part of what only crash(8) prints: `crash> `, `COMMAND: "`, `#0 [`. */
function crash8Near(block: i32, signs: i32): i32 {
  for (; signs != 0; signs &= signs - 1) {
    const at = block + ctz(signs);
    const sign = byteAt(at);
    if (sign == 0x3e) {
      if (byteAt(at + 1) == SPACE && byteAt(at - 1) == 0x68) return CRASH8;
    } else if (sign == 0x22) {
      if (byteAt(at - 1) == SPACE && byteAt(at - 2) == 0x3a && byteAt(at - 3) == 0x44) return CRASH8;
    } else if (byteAt(at + 2) == SPACE && byteAt(at + 3) == BRACKET) return CRASH8;
  }
  return 0;
}

/** The first mark from `at` on. */
// @ts-ignore: decorator
@inline
function nextMark(at: i32): i32 {
  const place = at - text;
  let word = marks + ((place >> 6) << 3);
  let bits = load<u64>(word) >> (place & 63);
  if (bits != 0) return at + (ctz(bits) as i32);
  do {
    word += 8;
    bits = load<u64>(word);
  } while (bits == 0);
  return text + ((word - marks) << 3) + (ctz(bits) as i32);
}

/**
 * Passes over lines from `from` on (counted from the start of the text), until one has to be read or the host has to be
 * asked. @returns where that line begins. What is not a whole line is left.
 */
export function pass(from: i32, maxLineBytes: i32): i32 {
  let start = text + from;
  let passed = 0;
  let lastFramed = -1;
  let kind = READ;
  while (start < textEnd) {
    const message = behindAll(start);
    if (message == UNSURE) break;
    let mark = nextMark(message < 0 ? start : message);
    let sign = byteAt(mark);
    let isPlain = true;
    while (sign != NEWLINE && mark < textEnd) {
      if (sign == BRACKET ? mayBeStamp(mark) : isControl(sign)) {
        isPlain = false;
        break;
      }
      mark = nextMark(mark + 1);
      sign = byteAt(mark);
    }
    let next = mark + 1;
    if (!isPlain && sign == CR && byteAt(next) == NEWLINE) {
      isPlain = true;
      next++;
    }
    if (mark >= textEnd || mark - start > maxLineBytes) break;
    if (isPlain) kind = judge(message, start, mark);
    else {
      if (sign == BRACKET) break;
      next = lineEnd(mark) + 1;
      if (next > textEnd || next - start > maxLineBytes || next - start >= roomEnd - room) break;
      mark = withoutControl(start, next - 1);
      kind = judgeRoom(mark);
    }
    if (kind >= READ) {
      store<i32>(0, asked, ASKED);
      store<i32>(0, mark, ASKED_END);
      store<i32>(0, next - text, NEXT);
      break;
    }
    if (kind == IDLE_FRAMED) lastFramed = start - text;
    passed++;
    start = next;
    kind = READ;
  }
  store<i32>(0, passed, PASSED);
  store<i32>(0, lastFramed, LAST_FRAMED);
  store<i32>(0, kind == ASK_FRAMED ? 1 : 0, ASKED_FRAMED);
  if (kind < ASK) store<i32>(0, 0, ASKED);
  return start - text;
}

function lineEnd(mark: i32): i32 {
  while (byteAt(mark) != NEWLINE && mark < textEnd) mark = nextMark(mark + 1);
  return mark;
}

/** What a line is whose message is known: UNSURE it is not, and nothing is glued on. */
// @ts-ignore: decorator
@inline
function judge(message: i32, start: i32, end: i32): i32 {
  if (message == FOREIGN) return IDLE;
  let at = message;
  if (at == start) {
    while (at < end && (byteAt(at) == SPACE || byteAt(at) == TAB)) at++;
    const code = byteAt(at);
    // White space of other kinds is taken off as well.
    if (at < end && (code < SPACE || code == NO_BREAK_SPACE)) return READ;
  }
  const framed = message > start;
  if (!begins(at)) return framed ? IDLE_FRAMED : IDLE;
  asked = at;
  return framed ? ASK_FRAMED : ASK;
}

/** The same for the line that withoutControl() left. */
function judgeRoom(end: i32): i32 {
  const message = behindAll(room);
  if (message == UNSURE) return READ;
  for (let at = message < 0 ? room : message; at < end; at += 16) {
    const brackets = i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(0x5b)));
    for (let rest = brackets; rest != 0; rest &= rest - 1) if (mayBeStamp(at + ctz(rest))) return READ;
  }
  return judge(message, room, end);
}

/** Copies a line without colours and the like. @returns the end of the copy. */
function withoutControl(start: i32, end: i32): i32 {
  let to = room;
  for (let at = start; at < end;) {
    const mark = nextMark(at);
    // Copies too much, which what follows overwrites.
    for (let i = 0; i < mark - at; i += 16) v128.store(to + i, v128.load(at + i));
    to += mark - at;
    if (mark >= end) break;
    const behind = behindControl(mark);
    if (behind > mark) at = behind;
    else {
      store<u8>(to++, byteAt(mark));
      at = mark + 1;
    }
  }
  store<u8>(to, NEWLINE);
  const none = i8x16.splat(0x7f);
  for (let i = 1; i < 64; i += 16) v128.store(to + i, none);
  return to;
}

/** Place behind all prefixes of a line, nearly all of which have a stamp only. */
// @ts-ignore: decorator
@inline
function behindAll(start: i32): i32 {
  const stamp = isUsualStamp(start) ? start + USUAL_STAMP : behindStamp(start);
  if (stamp > 0 && byteAt(stamp) == SPACE && !mayGoOn(stamp + 1)) return stamp + 1;
  return behindPrefixes(start);
}

/** Whether `[%5lu.%06lu]` begins here, of fewer than 100000 seconds: fourteen bytes, looked at together. */
// @ts-ignore: decorator
@inline
function isUsualStamp(at: i32): bool {
  const block = v128.load(at);
  const offset = i8x16.sub(block, i8x16.splat(0x30));
  const digits = i8x16.bitmask(i8x16.eq(i8x16.min_u(offset, i8x16.splat(9)), offset));
  const spaces = i8x16.bitmask(i8x16.eq(block, i8x16.splat(SPACE as i8))) & 0b11110;
  const signs = i8x16.bitmask(i8x16.eq(block, STAMP_SIGNS));
  // Blanks stand before the digits: one more carries through all of them.
  return (
    (signs & 0b10000001000001) == 0b10000001000001 &&
    (digits & 0b1111110100000) == 0b1111110100000 &&
    ((digits | spaces) & 0b11110) == 0b11110 &&
    (spaces & (spaces + 0b10)) == 0 &&
    byteAt(at + USUAL_STAMP) != 0x28
  );
}

/** Whether another prefix may follow behind a stamp; a date has its blanks in the fourth and seventh place. */
// @ts-ignore: decorator
@inline
function mayGoOn(at: i32): bool {
  const code = byteAt(at);
  if (code <= 0x3c) return code == SPACE || code == TAB || code == 0x3c || (code >= 0x30 && code <= 0x39);
  return code == BRACKET || code == 0x6b || (byteAt(at + 3) == SPACE && byteAt(at + 6) == SPACE);
}

/** Whether a message begins like one that matters (src/line-starts.ts makes the automaton). */
// @ts-ignore: decorator
@inline
function begins(at: i32): bool {
  let state: u32 = 0;
  do {
    const code = byteAt(at++);
    if (code >= 128) return false;
    const column = (code & 0x1f) | ((code >> 1) & 0x20);
    state = load<u16>(starts + (((state << ROW) | column) << 1));
    if (state == FOUND) return true;
  } while (state != 0);
  return false;
}
