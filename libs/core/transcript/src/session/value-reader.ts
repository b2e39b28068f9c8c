import { partSpan, type SessionLine } from './session-line';
import type { StructMember } from './session';

interface Level {
  readonly prefix: string;
  /** Entered without a name from a level that has names: its members are the parent's. */
  readonly anonymous: boolean;
  named: boolean;
  index: number;
}

const NAME = /([A-Za-z_$][\w$]{0,127}|\[\d+\](?: \.\.\. \d+)?) = /y;
const REPEATS = /<repeats (\d{1,9}) times>/;
const NUMBER = /^(?:\([^()]{1,200}\) ?)?@?(-?\d{1,40}|0x[0-9a-f]{1,32})(?![\w.])/;
const MAX_DEPTH = 64;

/** Number that a printed value begins with, behind a cast; `null` where it is none. */
export function numberOf(text: string): bigint | null {
  const digits = NUMBER.exec(text)?.[1];
  return digits === undefined ? null : BigInt(digits);
}

/**
 * Reads gdb's notation of values line by line: `{a = 1, list = {next = 0x0}, v = {0x0, 0x1}, name = "x\000"}`. Members
 * of anonymous structures count as their parent's; elements of arrays are named `[0]`, `[1]`, ….
 */
export class ValueReader {
  private readonly levels: Level[] = [];
  private pending: string | null = null;

  constructor(private readonly keep: (member: StructMember) => void) {}

  /** Begins with what stands behind `name = `, or at the brace of a whole structure. */
  begin(path: string): void {
    this.pending = path;
  }

  get done(): boolean {
    return this.levels.length === 0 && this.pending === null;
  }

  line(line: SessionLine, from: number): void {
    const text = line.message;
    let at = from;
    while (at < text.length) {
      const letter = text[at] ?? '';
      if (letter === ',' || letter === ';' || letter.charCodeAt(0) <= 0x20) at++;
      else if (letter === '}') {
        this.levels.pop();
        at++;
        if (this.levels.length === 0) return;
      } else if (letter === '{') {
        this.enter();
        at++;
      } else at = this.entry(line, at);
    }
  }

  private entry(line: SessionLine, at: number): number {
    const level = this.levels[this.levels.length - 1];
    NAME.lastIndex = at;
    const name = this.pending === null ? NAME.exec(line.message)?.[1] : undefined;
    if (name !== undefined) {
      if (level) level.named = !name.startsWith('[') || level.named;
      this.pending = join(level?.prefix ?? '', name);
      return NAME.lastIndex;
    }
    const end = scalarEnd(line.message, at);
    this.scalar(line, at, end);
    return Math.max(end, at + 1);
  }

  private enter(): void {
    const parent = this.levels[this.levels.length - 1];
    const path = this.pending;
    this.pending = null;
    const anonymous = path === null && (parent === undefined || parent.anonymous || parent.named);
    const prefix = path ?? (parent === undefined ? '' : anonymous ? parent.prefix : element(parent));
    if (this.levels.length >= MAX_DEPTH) return;
    this.levels.push({ prefix, anonymous: anonymous || prefix === '', named: false, index: 0 });
  }

  private scalar(line: SessionLine, at: number, end: number): void {
    const text = line.message.slice(at, end).trim();
    const level = this.levels[this.levels.length - 1];
    const path = this.pending ?? (level === undefined ? '' : element(level));
    this.pending = null;
    const repeats = REPEATS.exec(text)?.[1];
    if (level && repeats !== undefined && path.endsWith(']')) level.index += Number(repeats) - 1;
    if (text === '' || text === '...') return;
    this.keep({ path, offset: null, text, value: numberOf(text), span: partSpan(line, at, text.length) });
  }
}

function join(prefix: string, name: string): string {
  if (prefix === '') return name;
  return name.startsWith('[') ? prefix + name : `${prefix}.${name}`;
}

function element(level: Level): string {
  return `${level.prefix}[${level.index++}]`;
}

/** Where a value ends: at a comma or brace outside quotes and brackets. A string goes on behind a comma. */
function scalarEnd(text: string, from: number): number {
  let nested = 0;
  let quoted = false;
  for (let at = from; at < text.length; at++) {
    const letter = text[at];
    if (letter === '"' || (letter === "'" && text.indexOf("'", at + 1) > 0)) {
      quoted = true;
      at = closingQuote(text, at);
    } else if (letter === '<' || letter === '(') nested++;
    else if (letter === '>' || letter === ')') nested = Math.max(0, nested - 1);
    else if (nested === 0 && letter === '}') return at;
    else if (nested === 0 && letter === ',') {
      const next = text[at + 2];
      if (!(quoted && (next === '"' || next === "'"))) return at;
    }
  }
  return text.length;
}

function closingQuote(text: string, from: number): number {
  const quote = text[from];
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at;
  }
  return text.length;
}
