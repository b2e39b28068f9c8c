import { behindBlanks, behindHex } from '../hex-value';

/** One `name: value` of a register line, with what stands before the value as a selector or behind it in parentheses. */
export interface RegisterPair {
  readonly name: string;
  /** Half-open places in the line; -1 where absent. */
  readonly value: number;
  readonly valueEnd: number;
  /** Always four digits. */
  readonly selector: number;
}

const COLON = 0x3a;
const SPACE = 0x20;
const MAX_BLANKS = 4;
const MAX_DIGITS = 16;
const SELECTOR = 4;

const isDigit = (c: number) => c >= 0x30 && c <= 0x39;
const isLetter = (c: number) => (c >= 0x61 && c <= 0x7a) || (c >= 0x41 && c <= 0x5a);
const isWord = (c: number) => isLetter(c) || isDigit(c) || c === 0x5f;

/** Start of the name that ends at the colon, blanks in between; -1 where there is none from `from` on. */
function nameBefore(text: string, colon: number, from: number): readonly [start: number, end: number] | null {
  let end = colon;
  while (end > from && colon - end < MAX_BLANKS && text.charCodeAt(end - 1) === SPACE) end--;
  let start = -1;
  for (let at = end - 1; at >= from && isWord(text.charCodeAt(at)); at--)
    if (isLetter(text.charCodeAt(at))) start = at;
  return start < 0 ? null : [start, end];
}

/**
 * `RAX: ffff…`, `RIP: 0010:[<ffff…>]`, `RIP: 0010:f+0x1` (a name and no value), `FS:  0000…(0000)`, `pc : ffff…`:
 * calls `each` for every pair of a line, from left to right. By hand: an expression that also tells the places costs ten
 * times as much, and registers are the most of what a report says.
 */
export function eachRegisterPair(text: string, each: (pair: RegisterPair) => void): void {
  let from = 0;
  for (let colon = text.indexOf(':'); colon >= 0; colon = text.indexOf(':', colon + 1)) {
    if (colon < from) continue;
    const name = nameBefore(text, colon, from);
    if (name === null) continue;
    let at = behindBlanks(text, colon + 1, MAX_BLANKS);
    let selector = -1;
    if (behindHex(text, at, SELECTOR) === at + SELECTOR && text.charCodeAt(at + SELECTOR) === COLON) {
      selector = at;
      at += SELECTOR + 1;
    }
    if (text.startsWith('[<', at)) at += 2;
    const value = text.startsWith('0x', at) ? at + 2 : at;
    const valueEnd = behindHex(text, value, MAX_DIGITS);
    const isValue = valueEnd > value && !isPartOfName(text.charCodeAt(valueEnd));
    if (isValue) at = valueEnd;
    if (text.startsWith('>]', at)) at += 2;
    if (selector < 0 && isInParentheses(text, at)) selector = at + 1;
    from = isInParentheses(text, at) ? at + SELECTOR + 2 : at;
    each({
      name: text.slice(name[0], name[1]),
      value: isValue ? value : -1,
      valueEnd: isValue ? valueEnd : -1,
      selector,
    });
  }
}

/** `(0000)` */
function isInParentheses(text: string, at: number): boolean {
  return (
    text.charCodeAt(at) === 0x28 &&
    behindHex(text, at + 1, SELECTOR) === at + 1 + SELECTOR &&
    text.charCodeAt(at + 1 + SELECTOR) === 0x29
  );
}

/** What goes on behind digits was a symbol: `[\w.+:]`. */
function isPartOfName(c: number): boolean {
  return isWord(c) || c === 0x2e || c === 0x2b || c === COLON;
}
