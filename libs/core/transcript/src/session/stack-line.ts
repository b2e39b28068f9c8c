import { behindBlanks, behindHex, hexValue } from '../hex-value';
import type { StackWord } from './session';
import { indentOf, partSpan, type SessionLine } from './session-line';

const ADDRESS = /^ *([0-9a-f]{8}|[0-9a-f]{16}): {0,2}(?=\S)/;
const COMMENT = /\s+(?:\/\/|<[-=]+|<<+|;|#)\s*(\S.{0,200}?)\s*$/;
// `ffff8ef487c0e9c0`, `…[bp]` by hand, `[kmem_cache]` (-F), `[ffff8a6481862000:filp]` (-FF), `panic+317`.
const WORD =
  /(?:([0-9a-f]{16}|[0-9a-f]{8})(?![\w+:.])(?:\[([^\]]{1,64})\]|\(([^)]{1,64})\))?|\[(?:([0-9a-f]{8,16}):)?([^\]]{1,64})\]|([A-Za-z_.$][\w.$]*(?:\+(?:0x[0-9a-f]+|\d+))?(?: \[[\w-]+\])?))\s*/y;
const MAX_WORDS = 8;
const MAX_DIGITS = 16;
const COLON = 0x3a;
const SPACE = 0x20;

/** What `bt -f` prints under a frame: `    ffffabfa4b0ebb88: word word`; `null` for any other line. */
export function readStackWords(line: SessionLine): StackWord[] | null {
  return readPlainWords(line) ?? readNotedWords(line);
}

/** Nothing but words of one size, one or two blanks apart: most lines. `null` for any other. */
function readPlainWords(line: SessionLine): StackWord[] | null {
  const message = line.message;
  const indent = behindBlanks(message, 0, message.length);
  const colon = behindHex(message, indent, MAX_DIGITS);
  const digits = colon - indent;
  if ((digits !== 8 && digits !== 16) || message.charCodeAt(colon) !== COLON) return null;
  const start = hexValue(message, indent, colon);
  const words: StackWord[] = [];
  for (let at = behindBlanks(message, colon + 1, 2); at < message.length;) {
    const end = behindHex(message, at, MAX_DIGITS);
    if ((end - at !== 8 && end - at !== 16) || words.length === MAX_WORDS) return null;
    if (end < message.length && message.charCodeAt(end) !== SPACE) return null;
    const address = start + BigInt((digits / 2) * words.length);
    words.push({
      address,
      value: hexValue(message, at, end),
      label: null,
      span: partSpan(line, at, end - at),
    });
    at = behindBlanks(message, end, message.length);
  }
  return words.length === 0 ? null : words;
}

function readNotedWords(line: SessionLine): StackWord[] | null {
  const message = line.message;
  const head = ADDRESS.exec(message);
  if (!head) return null;
  const digits = head[1] ?? '';
  const bytes = BigInt(digits.length / 2);
  const start = BigInt(`0x${digits}`);
  const comment = COMMENT.exec(message);
  const body = comment ? message.slice(0, comment.index) : message;
  const words: StackWord[] = [];
  WORD.lastIndex = head[0].length;
  for (let m = WORD.exec(body); m && words.length <= MAX_WORDS; m = WORD.exec(body)) {
    words.push(wordOf(m, start + bytes * BigInt(words.length), line));
    if (WORD.lastIndex >= body.length) return words.length > MAX_WORDS ? null : noted(words, comment?.[1]);
  }
  return null;
}

function wordOf(m: RegExpExecArray, address: bigint, line: SessionLine): StackWord {
  const digits = m[1] ?? m[4];
  const shown = m[0].trimEnd();
  return {
    address,
    value: digits === undefined ? null : BigInt(`0x${digits}`),
    label: m[2] ?? m[3] ?? m[5] ?? m[6] ?? null,
    span: partSpan(line, m.index, shown.length),
  };
}

/** A remark at the end of the line is about the last word. */
function noted(words: StackWord[], remark: string | undefined): StackWord[] {
  const last = words[words.length - 1];
  if (remark !== undefined && last && last.label === null)
    words[words.length - 1] = { ...last, label: remark };
  return words;
}

/** Whether the line can begin with an address and a colon at all. */
export function mayHoldWords(message: string): boolean {
  const at = indentOf(message);
  return message.charCodeAt(at + 8) === 0x3a || message.charCodeAt(at + 16) === 0x3a;
}
