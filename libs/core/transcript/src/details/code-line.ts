import { behindHex, byteOf } from '../hex-value';
import { firstLetters } from '../first-letter';
import type { Arch } from '../reading';
import type { DetailLine } from './detail-line';
import type { CodeBytes } from './details';

// Code: arch/x86/kernel/dumpstack.c show_opcodes (bytes), arch/arm64, arm, riscv kernel/traps.c dump_instr, mips and
// loongarch kernel/traps.c show_code, arch/powerpc/kernel/process.c show_instructions (words).
const LINE = /^(?:Code|Instruction dump): *(?=[<(]?(?:[0-9a-f]|\?\?|X{8}|$))/;
const MORE = /^[<(]?(?:[0-9a-f]{8}|X{8})[>)]?(?: {1,2}[<(]?(?:[0-9a-f]{8}|X{8})[>)]?){0,16}\s*$/;
const UNIT = /([<(]?)([0-9a-f]{2,8}|\?\?|X{8})([>)]?)(?=[ \t]|$)/g;
// arch/s390/kernel/dis.c show_code: the one behind `>` is the program status word's address, `#` the one before it.
const S390 = /^(?:Krnl Code:)? *([#>]?) *([0-9a-f]{8,16}): ([0-9a-f]{4,12})\s/;
const mayBeCode = firstLetters('CI');
const MAX_BYTES = 256;
const LESS = 0x3c;
const MORE_THAN = 0x3e;
const ROUND = 0x28;
const ROUND_END = 0x29;
const SPACE = 0x20;

/** Reads the instruction bytes of a report. */
export class CodeReader {
  private bytes: (number | null)[] = [];
  private trapAt: number | null = null;
  private span: CodeBytes['span'] | null = null;
  private more: 'words' | 's390' | null = null;
  private unitBytes = 1;

  private bigEndian: boolean;

  constructor(
    private readonly arch: Arch | null,
    release: string | null,
  ) {
    this.bigEndian = arch === 'powerpc' && !/ppc64le|powerpc64le|ppc64el/.test(release ?? '');
  }

  /** `LE PAGE_SIZE=64K`, `BE …` of arch/powerpc/kernel/traps.c __die (5.1 on); before that the release tells. */
  endian(text: string): void {
    if (this.arch === 'powerpc') this.bigEndian = text.startsWith('BE ');
  }

  /** @param keep false for what is no code of the crash: the line is taken all the same. */
  line(line: DetailLine, keep: boolean): boolean {
    if (this.goesOn(line)) return true;
    this.more = null;
    if (line.text.startsWith('Krnl Code:')) {
      this.more = keep && this.span === null ? 's390' : null;
      if (this.more !== null) this.takeS390(line);
      return true;
    }
    const m = mayBeCode(line.text) ? LINE.exec(line.text) : null;
    if (m === null) return line.text.startsWith('Code: ');
    if (keep && this.span === null) {
      this.takeUnits(line, m[0].length);
      this.more = this.unitBytes === 1 && this.bytes.length > 0 ? null : 'words';
    }
    return true;
  }

  private goesOn(line: DetailLine): boolean {
    if (this.more === null) return false;
    if (this.more === 's390') return this.takeS390(line);
    if (this.arch !== 'powerpc' || !MORE.test(line.text)) return false;
    this.takeUnits(line, 0);
    return true;
  }

  private takeUnits(line: DetailLine, from: number): void {
    UNIT.lastIndex = this.takePairs(line.text, from);
    for (let m = UNIT.exec(line.text); m !== null; m = UNIT.exec(line.text)) {
      const digits = m[2] ?? '';
      if (this.bytes.length >= MAX_BYTES) break;
      this.unitBytes = digits === '??' ? 1 : digits.length >> 1;
      if (m[1] !== '' && m[3] !== '') this.trapAt = this.bytes.length;
      this.bytes.push(...bytesOf(digits, this.bigEndian));
    }
    if (this.bytes.length > 0) this.widen(line);
  }

  /** Single bytes, as x86 prints them. @returns where something else begins. */
  private takePairs(text: string, from: number): number {
    for (let at = from; at < text.length && this.bytes.length < MAX_BYTES;) {
      const begin = text.charCodeAt(at);
      const marked = begin === LESS || begin === ROUND;
      const digits = marked ? at + 1 : at;
      const byte = behindHex(text, digits, 2) === digits + 2 ? byteOf(text, digits) : -1;
      const next = text.charCodeAt(digits + 2);
      const closed = next === MORE_THAN || next === ROUND_END;
      const end = digits + (closed ? 3 : 2);
      if (byte < 0 || (end < text.length && text.charCodeAt(end) !== SPACE)) return at;
      if (marked && closed) this.trapAt = this.bytes.length;
      this.bytes.push(byte);
      this.unitBytes = 1;
      at = end + 1;
    }
    return text.length;
  }

  private takeS390(line: DetailLine): boolean {
    const m = S390.exec(line.text);
    if (m === null) return false;
    if (m[1] === '>') this.trapAt = this.bytes.length;
    if (this.bytes.length < MAX_BYTES) this.bytes.push(...bytesOf(m[3] ?? '', true));
    this.unitBytes = 1;
    this.widen(line);
    return true;
  }

  private widen(line: DetailLine): void {
    this.span = { start: this.span?.start ?? line.span.start, end: line.span.end };
  }

  finish(): CodeBytes | null {
    const { bytes, trapAt, span, unitBytes } = this;
    return span === null || bytes.length === 0 ? null : { bytes, trapAt, unitBytes, span };
  }
}

/** Bytes in memory order. */
function bytesOf(digits: string, bigEndian: boolean): (number | null)[] {
  if (digits.startsWith('?') || digits.startsWith('X')) return Array<null>(digits.length >> 1).fill(null);
  const bytes: number[] = [];
  for (let i = 0; i + 1 < digits.length; i += 2) bytes.push(Number.parseInt(digits.slice(i, i + 2), 16));
  return bigEndian || bytes.length === 1 ? bytes : bytes.reverse();
}
