import { hexValue } from '../hex-value';
import { REGISTER_LINES, type RegisterRow } from '../tables/register-lines';
import type { Arch, Span } from '../reading';
import { type DetailLine, spanIn } from './detail-line';
import type { RegisterSet, Sourced } from './details';
import { eachRegisterPair } from './register-pairs';
import { firstMatch, rowsByFirst } from './rows-by-first';

/** A register dump while it grows. */
export interface RegisterDraft {
  readonly values: Map<string, Sourced<bigint>>;
  readonly arch: Arch;
  /** The section of the report it stands in. */
  readonly section: number;
  /** Frames of its stack stood above: it shows what was interrupted. */
  readonly inTrace: boolean;
  /** A line other than a first one was read. */
  full: boolean;
  span: Span;
}

const registerRows = rowsByFirst(REGISTER_LINES);
const SPACED = /\b([a-z]\w) ([0-9a-f]{16})\b/dg;
const LISTED = /(?<![\w:])[0-9a-f]{8,16}(?!\w)/g;
const CONTINUED = /^[0-9a-f]{16}(?: [0-9a-f]{16}){3}\s*$/;
const PSW = /^(?:Krnl|User) PSW : ([0-9a-f]{16}) ([0-9a-f]{16})/d;
const LAST_CR2 = /^CR2: ([0-9a-f]{8,16})\s*$/;

/** Reads the register dumps of a report. */
export class RegisterReader {
  readonly drafts: RegisterDraft[] = [];
  /** Number of the next value where a list goes on in the next line. */
  private next = -1;

  constructor(private readonly maxSets: number) {}

  /** The dump at hand has only said where the pointer was: what comes next belongs to it. */
  get begun(): RegisterDraft | null {
    const last = this.drafts[this.drafts.length - 1];
    return last && !last.full ? last : null;
  }

  /** @returns whether it was a register line. */
  line(line: DetailLine, section: number, inTrace: boolean): boolean {
    if (this.next >= 0) {
      if (line.indent > 4 && CONTINUED.test(line.text)) {
        this.list(line, 'r', 0);
        return true;
      }
      this.next = -1;
    }
    if (this.psw(line, section, inTrace)) return true;
    if (this.closes(line, section)) return true;
    const row = firstMatch(registerRows(line.text), line.text);
    if (row === undefined) return false;
    const draft = this.draftFor(row, line, section, inTrace);
    if (draft === null) return true;
    if (row.begins === undefined) draft.full = true;
    draft.span = { start: draft.span.start, end: line.span.end };
    this.take(row, line, draft);
    return true;
  }

  /** x86 repeats the faulting address as the last word of a report: it is of the first dump, whatever came between. */
  private closes(line: DetailLine, section: number): boolean {
    const digits = line.text.startsWith('CR2: ') ? LAST_CR2.exec(line.text)?.[1] : undefined;
    if (digits === undefined) return false;
    const first = this.drafts.find((draft) => draft.section === section);
    if (first) keep(first, 'cr2', line, 5, 5 + digits.length);
    return true;
  }

  private take(row: RegisterRow, line: DetailLine, draft: RegisterDraft): void {
    if (row.form === 'pairs') takePairs(row, line, draft);
    else if (row.form === 'spaced') takeSpaced(row, line, draft);
    else {
      const first = Number(row.match.exec(line.text)?.groups?.['first'] ?? 0);
      this.next = first;
      this.list(line, row.list ?? '', line.text.indexOf(':') + 1);
      if (row.arch !== 's390x') this.next = -1;
    }
  }

  private list(line: DetailLine, name: string, from: number): void {
    const draft = this.drafts[this.drafts.length - 1];
    if (draft === undefined) return;
    LISTED.lastIndex = from;
    for (let m = LISTED.exec(line.text); m !== null && this.next < 64; m = LISTED.exec(line.text)) {
      keep(draft, `${name}${this.next++}`, line, m.index, m.index + m[0].length);
    }
    draft.span = { start: draft.span.start, end: line.span.end };
  }

  private psw(line: DetailLine, section: number, inTrace: boolean): boolean {
    const m = line.text.startsWith(' PSW : ', 4) ? PSW.exec(line.text) : null;
    if (m === null) return false;
    const draft = this.begin('s390x', line, section, inTrace);
    if (draft === null) return true;
    for (const [group, name] of ['psw_mask', 'psw_addr'].entries()) {
      const [from, to] = m.indices?.[group + 1] ?? [0, 0];
      keep(draft, name, line, from, to);
    }
    return true;
  }

  private draftFor(
    row: RegisterRow,
    line: DetailLine,
    section: number,
    inTrace: boolean,
  ): RegisterDraft | null {
    const last = this.drafts[this.drafts.length - 1];
    const fits = last !== undefined && last.section === section;
    if (fits && (row.begins === undefined || !last.full)) return last;
    return this.begin(row.arch, line, section, inTrace);
  }

  private begin(arch: Arch, line: DetailLine, section: number, inTrace: boolean): RegisterDraft | null {
    if (this.drafts.length >= this.maxSets) return null;
    const draft = { values: new Map(), arch, section, inTrace, full: false, span: line.span };
    this.drafts.push(draft);
    return draft;
  }
}

function keep(draft: RegisterDraft, name: string, line: DetailLine, from: number, to: number): void {
  if (draft.values.has(name)) return;
  draft.values.set(name, { value: hexValue(line.text, from, to), span: spanIn(line, from, to - from) });
}

function takePairs(row: RegisterRow, line: DetailLine, draft: RegisterDraft): void {
  const { text } = line;
  eachRegisterPair(text, (pair) => {
    const [value, selector] = namesOf(row, pair.name);
    if (value === null) return;
    if (pair.value >= 0) keep(draft, value, line, pair.value, pair.valueEnd);
    if (selector !== undefined && pair.selector >= 0)
      keep(draft, selector, line, pair.selector, pair.selector + 4);
  });
}

const NONE: readonly [null] = [null];

function namesOf({ names, own }: RegisterRow, printed: string): readonly [string | null, string?] {
  if (names !== undefined && Object.hasOwn(names, printed)) return names[printed] ?? NONE;
  return own?.test(printed) === true ? [printed.toLowerCase()] : NONE;
}

function takeSpaced(row: RegisterRow, line: DetailLine, draft: RegisterDraft): void {
  for (const m of line.text.matchAll(SPACED)) {
    const name = m[1] ?? '';
    const [from, to] = m.indices?.[2] ?? [0, 0];
    if (row.own?.test(name) === true) keep(draft, name, line, from, to);
  }
}

/** Bits that say user mode; arch/<arch>/include/asm/ptrace.h user_mode(). */
const USER_MODE: readonly {
  readonly name: string;
  readonly mask: bigint;
  readonly is: bigint;
  readonly arch: readonly Arch[];
}[] = [
  { name: 'cs', mask: 3n, is: 3n, arch: ['x86_64', 'i386'] },
  // What 32-bit kernels print of user space since 4.14 has no code segment.
  { name: 'ss', mask: 3n, is: 3n, arch: ['i386'] },
  { name: 'pstate', mask: 0xfn, is: 0n, arch: ['arm64'] },
  { name: 'cpsr', mask: 0x1fn, is: 0x10n, arch: ['arm'] },
  { name: 'msr', mask: 0x4000n, is: 0x4000n, arch: ['powerpc'] },
  { name: 'psw_mask', mask: 1n << 48n, is: 1n << 48n, arch: ['s390x'] },
  { name: 'status', mask: 0x100n, is: 0n, arch: ['riscv'] },
  { name: 'status', mask: 0x18n, is: 0x10n, arch: ['mips'] },
  { name: 'prmd', mask: 3n, is: 3n, arch: ['loongarch', 'mips'] },
];

/** Kernel addresses begin here unless CONFIG_VMSPLIT says otherwise; below the first page there is only a call of nothing. */
const I386_KERNEL = 0xc0000000n;
const PAGE = 0x1000n;

/** The dump is of user space, by its mode bits. */
export function isUser(draft: RegisterDraft): boolean {
  const eip = draft.inTrace ? draft.values.get('eip')?.value : undefined;
  if (eip !== undefined && eip >= PAGE && eip < I386_KERNEL) return true;
  return USER_MODE.some(({ name, mask, is, arch }) => {
    const value = arch.includes(draft.arch) ? draft.values.get(name)?.value : undefined;
    return value !== undefined && (value & mask) === is;
  });
}

/** @param isOwn whether the section is the crash's own. */
export function finishRegisters(
  drafts: readonly RegisterDraft[],
  isOwn: (section: number) => boolean,
): RegisterSet[] {
  let fault = false;
  const sets: RegisterSet[] = [];
  for (const draft of drafts) {
    const { values, span, section, inTrace } = draft;
    if (values.size === 0) continue;
    let of: RegisterSet['of'] = 'interrupted';
    if (!isOwn(section)) of = 'other';
    else if (isUser(draft)) of = 'user';
    else if (!fault && !inTrace) of = 'fault';
    if (of === 'fault') fault = true;
    sets.push({ of, values, span });
  }
  return sets;
}
