import type { StackWord } from './session';
import { indentOf, partSpan, type SessionLine } from './session-line';

const ADDRESS = /^ *([0-9a-f]{8}|[0-9a-f]{16}): {0,2}(?=\S)/;
const COMMENT = /\s+(?:\/\/|<[-=]+|<<+|;|#)\s*(\S.{0,200}?)\s*$/;
// `ffff8ef487c0e9c0`, `…[bp]` by hand, `[kmem_cache]` (-F), `[ffff8a6481862000:filp]` (-FF), `panic+317`.
const WORD =
  /(?:([0-9a-f]{16}|[0-9a-f]{8})(?![\w+:.])(?:\[([^\]]{1,64})\]|\(([^)]{1,64})\))?|\[(?:([0-9a-f]{8,16}):)?([^\]]{1,64})\]|([A-Za-z_.$][\w.$]*(?:\+(?:0x[0-9a-f]+|\d+))?(?: \[[\w-]+\])?))\s*/y;
const MAX_WORDS = 8;

/** What `bt -f` prints under a frame: `    ffffabfa4b0ebb88: word word`; `null` for any other line. */
export function readStackWords(line: SessionLine): StackWord[] | null {
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
