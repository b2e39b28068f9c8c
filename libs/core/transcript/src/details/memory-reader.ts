import { DUMP_LINES, MEMORY_LINES } from '../tables/memory-lines';
import { keepText } from '../text';
import type { DetailLine } from './detail-line';
import type { DumpedBytes, MemoryObject } from './details';
import { rowsByFirst } from './rows-by-first';

const memoryRows = rowsByFirst(MEMORY_LINES);
const dumpRows = rowsByFirst(DUMP_LINES);

type Group = 'cache' | 'size' | 'object' | 'access' | 'bytes' | 'at' | 'inside' | 'beyond' | 'before';

/** The size of the region stands in a line of its own before 6.4. */
const REGION = /(?:^| )(\d+)-byte region \[([0-9a-f]{8,16}), /;
const LEAKED = /^hex dump \(first \d+ bytes\):/;
const LEAKED_BYTES = /^((?:[0-9a-f]{2} ){1,16}) /;
const ACCESS = {
  Read: 'read',
  Write: 'write',
  Free: 'free',
  read: 'read',
  write: 'write',
  free: 'free',
} as const;
const FIRST = /^[>0-9BCFILMOPRTUWa-fhkuw]/;

/** Reads what KASAN, KFENCE, SLUB, kmemleak and usercopy say of an object. */
export class MemoryReader {
  readonly dumps: DumpedBytes[] = [];
  private readonly said = new Map<Group, string>();
  private region: string | null = null;
  private span: MemoryObject['span'] | null = null;
  private leaked = false;
  private shadow = false;

  constructor(private readonly maxDumps: number) {}

  line(line: DetailLine): boolean {
    const { text } = line;
    if (!FIRST.test(text)) return false;
    if (this.dump(line)) return true;
    const region = REGION.exec(text);
    if (region !== null && this.span !== null) {
      this.region ??= region[1] ?? null;
      this.say('object', region[2]);
    }
    for (const row of memoryRows(text)) {
      const groups = row.match.exec(text)?.groups;
      if (groups === undefined) continue;
      for (const [group, value] of Object.entries(groups)) this.say(group as Group, value);
      this.span = { start: this.span?.start ?? line.span.start, end: line.span.end };
      return true;
    }
    return region !== null && this.span !== null;
  }

  private say(group: Group, value: string | undefined): void {
    if (value !== undefined && !this.said.has(group)) this.said.set(group, value);
  }

  private dump(line: DetailLine): boolean {
    if (LEAKED.test(line.text)) return (this.leaked = true);
    const bytes = this.leaked ? LEAKED_BYTES.exec(line.text)?.[1] : undefined;
    this.leaked = bytes !== undefined;
    if (bytes !== undefined) return this.keep(line, 'leaked', null, bytes);
    if (line.text.startsWith('Memory state around')) return (this.shadow = true);
    for (const row of dumpRows(line.text)) {
      if (row.what === 'shadow' && !this.shadow) continue;
      const groups = row.match.exec(line.text)?.groups;
      if (groups !== undefined) return this.keep(line, row.what, groups['at'] ?? null, groups['bytes'] ?? '');
    }
    return false;
  }

  private keep(line: DetailLine, what: DumpedBytes['what'], at: string | null, bytes: string): boolean {
    if (this.dumps.length >= this.maxDumps) return true;
    this.dumps.push({
      what,
      address: at === null ? null : BigInt(`0x${at}`),
      bytes: bytes
        .trim()
        .split(' ')
        .map((byte) => Number.parseInt(byte, 16)),
      span: line.span,
    });
    return true;
  }

  finish(): MemoryObject | null {
    if (this.span === null) return null;
    const { said } = this;
    const access = said.get('access');
    const cache = said.get('cache');
    return {
      cache: cache === undefined ? null : keepText(cache),
      objectSize: this.number('size') ?? safe(this.region),
      objectAddress: this.address('object'),
      accessOffset: this.offset(),
      accessSize: this.number('bytes'),
      access: access === undefined ? null : (ACCESS[access as keyof typeof ACCESS] ?? null),
      accessAddress: this.address('at'),
      span: this.span,
    };
  }

  private offset(): number | null {
    const inside = this.number('inside');
    if (inside !== null) return inside;
    const before = this.number('before');
    if (before !== null) return -before;
    const beyond = this.number('beyond');
    const size = safe(this.region) ?? this.number('size');
    return beyond === null || size === null ? null : size + beyond;
  }

  private number(group: Group): number | null {
    return safe(this.said.get(group) ?? null);
  }

  private address(group: Group): bigint | null {
    const digits = this.said.get(group);
    return digits === undefined ? null : BigInt(`0x${digits}`);
  }
}

function safe(digits: string | null): number | null {
  const value = Number(digits ?? Number.NaN);
  return Number.isSafeInteger(value) ? value : null;
}
