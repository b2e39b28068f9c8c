import { spanOf } from '../text';
import type { MemoryDump, MemoryWord } from './session';
import { partSpan, type SessionLine } from './session-line';
import type { SessionBudget } from './session-limits';
import { mayHoldWords, readStackWords } from './stack-line';

interface OpenDump {
  readonly address: bigint;
  readonly wordBytes: number;
  readonly words: MemoryWord[];
  readonly start: number;
  end: number;
}

interface MemoryLine {
  readonly address: bigint;
  readonly wordBytes: number;
  readonly words: readonly MemoryWord[];
}

// memory.c display_memory; gdb's `x`.
const RD = /^\s*([0-9a-f]{16}|[0-9a-f]{8}): {1,24}(?=\S)/;
const X = /^\s*0x([0-9a-f]{1,16})(?: <[^>]{1,200}>)?:[ \t]+(?=\S)/;
const WORD = /([0-9a-f]+)(?:\[([^\]]{1,64})\])?(?: (?! )|(?=\s|$))/y;
const DECIMAL = /(-?\d{1,20})(?:\[([^\]]{1,64})\])? */y;
const X_WORD = /0x([0-9a-f]{1,16})(?:\[([^\]]{1,64})\])?(?=\s|$)[ \t]*/y;
const LINE_BYTES = 16;

/** What the options of `rd` and `x` say of the words. */
interface Format {
  readonly verb: string | null;
  readonly wordBytes: number | null;
  readonly decimal: boolean;
  readonly symbols: boolean;
  readonly text: boolean;
}

const UNITS: Readonly<Record<string, number>> = { b: 1, h: 2, w: 4, g: 8 };
const PLAIN: Format = { verb: null, wordBytes: null, decimal: false, symbols: false, text: false };

function formatOf(text: string, verb: string | null): Format {
  if (verb === 'x') {
    const unit = /^x\/\d*[a-z]*?([bhwg])/.exec(text)?.[1];
    return { ...PLAIN, verb, wordBytes: unit === undefined ? null : (UNITS[unit] ?? null) };
  }
  if (verb !== 'rd') return { ...PLAIN, verb };
  const bits = /(?:^|\s)-(8|16|32|64)\b/.exec(text)?.[1];
  return {
    verb,
    wordBytes: bits === undefined ? null : Number(bits) / 8,
    decimal: /\s-\w*[dD]/.test(text),
    symbols: /\s-\w*[sS]/.test(text),
    text: /\s-\w*a/.test(text),
  };
}

/** Collects words of memory; lines that go on where the last one ended are one dump. */
export class MemoryReader {
  readonly memory: MemoryDump[] = [];
  private format: Format = PLAIN;
  private open: OpenDump | null = null;

  constructor(private readonly budget: SessionBudget) {}

  command(text: string, verb: string | null): void {
    this.close();
    this.format = formatOf(text, verb);
  }

  line(line: SessionLine): string | null {
    const read = readMemory(line, this.format);
    if (read === null) return null;
    const open = this.openFor(read, line);
    for (const word of read.words) if (this.budget.take('words')) open.words.push(word);
    open.end = line.end;
    return 'memory';
  }

  close(): void {
    const open = this.open;
    this.open = null;
    if (open === null || !this.budget.take('memory')) return;
    const { address, wordBytes, words } = open;
    this.memory.push({ address, wordBytes, words, span: spanOf(open.start, open.end) });
  }

  private openFor(read: MemoryLine, line: SessionLine): OpenDump {
    const open = this.open;
    const next = open === null ? null : open.address + BigInt(open.words.length * open.wordBytes);
    if (open !== null && next === read.address && open.wordBytes === read.wordBytes) return open;
    this.close();
    const { address, wordBytes } = read;
    return (this.open = { address, wordBytes, words: [], start: line.start, end: line.end });
  }
}

function readMemory(line: SessionLine, format: Format): MemoryLine | null {
  const message = line.message;
  const x = message.includes('0x') ? X.exec(message) : null;
  if (x) return readX(line, x, format);
  if (format.verb !== null && format.verb !== 'rd' && format.verb !== 'bt') return null;
  if (!mayHoldWords(message)) return null;
  if (format.symbols || format.verb === 'bt') return readSymbols(line);
  const rd = RD.exec(message);
  return rd ? readRd(line, rd, format) : null;
}

function readSymbols(line: SessionLine): MemoryLine | null {
  const words = readStackWords(line);
  const first = words?.[0];
  if (!words || !first) return null;
  const digits = RD.exec(line.message)?.[1]?.length ?? 16;
  return { address: first.address, wordBytes: digits / 2, words };
}

function readRd(line: SessionLine, head: RegExpExecArray, format: Format): MemoryLine | null {
  const message = line.message;
  const digits = head[1] ?? '';
  const address = BigInt(`0x${digits}`);
  if (format.text) return { address, wordBytes: 1, words: lettersOf(line, head[0].length) };
  const wordBytes = format.wordBytes ?? digits.length / 2;
  const words: MemoryWord[] = [];
  const word = format.decimal ? DECIMAL : WORD;
  word.lastIndex = head[0].length;
  for (let m = word.exec(message); m && words.length < LINE_BYTES / wordBytes; m = word.exec(message)) {
    const text = m[1] ?? '';
    if (!format.decimal && text.length !== wordBytes * 2) break;
    const value = BigInt(format.decimal ? text : `0x${text}`);
    words.push({ value, label: m[2] ?? null, span: partSpan(line, m.index, text.length) });
  }
  return words.length === 0 ? null : { address, wordBytes, words };
}

/** `rd -a` prints the bytes as text. */
function lettersOf(line: SessionLine, from: number): MemoryWord[] {
  const letters: MemoryWord[] = [];
  for (let at = from; at < line.message.length; at++) {
    const value = BigInt(line.message.charCodeAt(at));
    letters.push({ value, label: null, span: partSpan(line, at, 1) });
  }
  return letters;
}

function readX(line: SessionLine, head: RegExpExecArray, format: Format): MemoryLine | null {
  const words: MemoryWord[] = [];
  let width = 0;
  X_WORD.lastIndex = head[0].length;
  for (let m = X_WORD.exec(line.message); m; m = X_WORD.exec(line.message)) {
    const text = m[1] ?? '';
    width = Math.max(width, text.length);
    words.push({
      value: BigInt(`0x${text}`),
      label: m[2] ?? null,
      span: partSpan(line, m.index, text.length + 2),
    });
  }
  if (words.length === 0) return null;
  return { address: BigInt(`0x${head[1]}`), wordBytes: format.wordBytes ?? Math.ceil(width / 2), words };
}
