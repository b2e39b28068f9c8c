import { firstLetters } from '../first-letter';
import { hexValue } from '../hex-value';
import type { Reading } from '../reading';
import { ADDRESS_LINES, CODE_LINES, CODE_REGISTERS, type CodeBit } from '../tables/fault-lines';
import { type DetailLine, spanIn } from './detail-line';
import type { FaultAddress, PageTableEntry, RegisterSet, Sourced, TrapCode } from './details';
import { rowsByFirst } from './rows-by-first';

// arch/x86/mm/fault.c dump_pagetable; arch/arm64/mm/fault.c show_pte; arch/arm/mm/fault.c show_pte.
const PAGE_TABLE = /^(?:PGD [0-9a-f]|PUD [0-9a-f]|\*p[dg][a-z]{1,2} ?= ?[0-9a-f]|\[[0-9a-f]{8,16}\] \*?pgd=)/;
const mayBePageTable = firstLetters('P*[');
const ENTRY = /\*?\b(PGD|P4D|PUD|PMD|PTE|pgd|p4d|pud|pmd|pte|pde|pdpt)(?: | ?= ?)([0-9a-f]{1,16})\b/dg;
const addressRows = rowsByFirst(ADDRESS_LINES);
const codeRows = rowsByFirst(CODE_LINES);
/** Levels of paging, with room to spare. */
const MAX_LEVELS = 8;
// mm/kasan/report.c kasan_non_canonical_hook.
const RANGE = /^KASAN: [\w-]+ in range \[0x([0-9a-f]{16})-0x([0-9a-f]{16})\]/d;
const GUESS = /, maybe for /;

/** Reads what a report says of the failed access. */
export class FaultReader {
  private address: FaultAddress | null = null;
  private code: TrapCode | null = null;
  readonly pageTable: PageTableEntry[] = [];
  accessRange: Sourced<{ readonly low: bigint; readonly high: bigint }> | null = null;

  line(line: DetailLine): boolean {
    // One line may say both.
    const address = this.onAddress(line);
    return this.onCode(line) || address || this.onRange(line) || this.onPageTable(line);
  }

  private onAddress(line: DetailLine): boolean {
    if (this.address !== null) return false;
    for (const row of addressRows(line.text)) {
      const digits = row.match.exec(line.text)?.groups?.['a'];
      if (digits === undefined) continue;
      this.address = {
        ...sourced(line, digits),
        source: row.source,
        trusted: !GUESS.test(line.text),
      };
      return true;
    }
    return false;
  }

  private onCode(line: DetailLine): boolean {
    if (this.code !== null) return false;
    for (const row of codeRows(line.text)) {
      const digits = row.match.exec(line.text)?.groups?.['c'];
      if (digits === undefined) continue;
      const code = sourced(line, digits);
      this.code = { ...code, source: row.source, words: wordsOf(code.value, row.bits) };
      return true;
    }
    return false;
  }

  private onRange(line: DetailLine): boolean {
    const m = line.text.startsWith('KASAN: ') ? RANGE.exec(line.text) : null;
    if (m === null) return false;
    const low = BigInt(`0x${m[1]}`);
    const high = BigInt(`0x${m[2]}`);
    const from = m.indices?.[1]?.[0] ?? 0;
    this.accessRange = { value: { low, high }, span: spanIn(line, from, (m.indices?.[2]?.[1] ?? 0) - from) };
    return true;
  }

  private onPageTable(line: DetailLine): boolean {
    if (!mayBePageTable(line.text) || !PAGE_TABLE.test(line.text)) return false;
    for (const m of line.text.matchAll(ENTRY)) {
      const digits = m[2] ?? '';
      if (this.pageTable.length >= MAX_LEVELS) break;
      this.pageTable.push({
        level: (m[1] ?? '').toLowerCase(),
        value: hexValue(digits),
        span: spanIn(line, m.indices?.[2]?.[0] ?? 0, digits.length),
      });
    }
    return true;
  }

  faultAddress(reading: Reading, fault: RegisterSet | null): FaultAddress | null {
    return this.address ?? fromRegisters(reading, fault);
  }

  trapCode(fault: RegisterSet | null): TrapCode | null {
    if (this.code !== null) return this.code;
    for (const row of CODE_REGISTERS) {
      const code = fault?.values.get(row.name);
      if (code === undefined || fault?.values.has(row.beside) !== true) continue;
      return { ...code, source: row.source, words: wordsOf(code.value, row.bits) };
    }
    return null;
  }
}

/** riscv causes that set the address: misaligned, access and page faults. */
const RISCV_ADDRESSED = new Set([0n, 1n, 4n, 5n, 6n, 7n, 12n, 13n, 15n]);

function fromRegisters(reading: Reading, fault: RegisterSet | null): FaultAddress | null {
  const values = fault?.values;
  const cr2 = values?.get('cr2');
  if (cr2) return { ...cr2, source: 'cr2', trusted: reading.exception === 'page_fault' };
  const dar = values?.get('dar');
  // Data storage, data segment and alignment interrupts set it (Power ISA); others leave the last one.
  if (dar)
    return {
      ...dar,
      source: 'dar',
      trusted: [0x300n, 0x380n, 0x600n].includes(values?.get('trap')?.value ?? 0n),
    };
  const badaddr = values?.get('badaddr');
  if (badaddr)
    return {
      ...badaddr,
      source: 'badvaddr',
      trusted: RISCV_ADDRESSED.has(values?.get('cause')?.value ?? -1n),
    };
  // mips and loongarch print it only for exceptions that set it.
  const badvaddr = values?.get('badvaddr') ?? values?.get('badv');
  return badvaddr ? { ...badvaddr, source: 'badvaddr', trusted: true } : null;
}

function wordsOf(code: bigint, bits: readonly CodeBit[]): string[] {
  const words: string[] = [];
  for (const { mask, is, on, off } of bits) {
    const set = is === undefined ? (code & mask) !== 0n : (code & mask) === is;
    const word = set ? on : off;
    if (word !== undefined && !words.includes(word)) words.push(word);
  }
  return words;
}

/** The digits where they stand last in what was matched: a label may hold the same. */
function sourced(line: DetailLine, digits: string): Sourced<bigint> {
  return {
    value: hexValue(digits),
    span: spanIn(line, Math.max(0, line.text.lastIndexOf(digits)), digits.length),
  };
}
