import { readDetails, readSession, readTranscript, type Session } from '@oopstream/core-transcript';
import { analyse, DEFAULT_ANALYSIS_LIMITS, type Analysis, type AnalysisLimits } from '../src';
import { anyInstruction } from './fuzz/analysis-laws';

const SIZE_BYTES = 1_000_000;
/** Of the slowest some 150 ms on one core when nothing else runs; a quadratic one takes minutes. */
const MOST_MS = 4000;

const OOPS =
  '[    1.000000] BUG: unable to handle page fault for address: ffff888000001000\n' +
  '[    1.000001] Oops: 0000 [#1] SMP\n[    1.000002] CPU: 1 PID: 42 Comm: x Not tainted 5.10.0 #1\n' +
  '[    1.000003] RIP: 0010:[<ffffffff81000f00>]  [<ffffffff81000f00>] f+0x2f/0x90\n' +
  '[    1.000004] RSP: 0018:ffffc90000123e50 EFLAGS: 00010246\n' +
  '[    1.000005] RAX: 0000000000000000 RBX: ffff888000002000 RCX: 0000000000000000\n' +
  '[    1.000006] RDX: 6b6b6b6b6b6b6b6b RSI: 0000000000028120 RDI: ffff8f03dfb28120\n' +
  '[    1.000007] RBP: ffff888000001000 R08: 0000000000000000 R09: 0000000000000000\n';
const END = '[    1.000010] ---[ end trace 0123456789abcdef ]---\n';
const BT =
  'crash> bt -f\nPID: 42  TASK: ffff888005f50000  CPU: 1  COMMAND: "x"\n' +
  ' #0 [ffffc90000123d50] machine_kexec at ffffffff81000000\n #1 [ffffc90000123e50] f at ffffffff81000100\n';
const STRUCT = 'crash> struct kmem_cache ffff888000001000\nstruct kmem_cache {\n';

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
const word = (n: number) => hex(n * 7919, 16);
const address = (n: number) => `ffff8880${hex(0x1000 + n, 8)}`;

function repeat(line: (n: number) => string, sizeBytes = SIZE_BYTES): string {
  const lines: string[] = [];
  for (let size = 0; size < sizeBytes; size += lines.at(-1)?.length ?? 0) lines.push(line(lines.length));
  return lines.join('');
}

const TEXTS: readonly (readonly [name: string, text: string])[] = [
  ['register lines', OOPS + repeat((n) => `[    1.1] RAX: ${word(n)} RBX: ${word(n + 1)} RCX: ${word(n)}\n`)],
  [
    'register dumps',
    OOPS + repeat((n) => `[    1.1] RIP: 0010:f+0x2f/0x90\n[    1.1] RAX: ${word(n)} RBX: 0\n`),
  ],
  ['one line of names', OOPS + repeat(() => 'RAX: 1 ')],
  [
    'words of rd',
    `${OOPS}crash> rd x 1\n${repeat((n) => `${address(16 * n)}:  ${word(n)} ${word(n + 9)}   ........\n`)}`,
  ],
  [
    'words that lie apart',
    `${OOPS}crash> rd x 1\n${repeat((n) => `${address(64 * n)}:  6b6b6b6b6b6b6b6b ${word(n)}   kkkk\n`)}`,
  ],
  ['members', OOPS + STRUCT + repeat((n) => `  f${n} = 0xffff888000001000,\n`)],
  ['nested braces', OOPS + STRUCT + repeat(() => 'f = {\n')],
  ['nested braces in a line', OOPS + STRUCT + repeat(() => 'a = {')],
  [
    'instructions',
    `${OOPS}crash> dis f\n${repeat((n) => `0x${hex(0xffffffff, 8)}${hex(0x81000000 + 4 * n, 8)} <f+${4 * n}>:\tmov 0x0(%rbp,%rax,1),%rbx\n`)}`,
  ],
  [
    'jumps',
    `${OOPS}crash> dis f\n${repeat((n) => `0xffffffff${hex(0x81000000 + 4 * n, 8)} <f+${4 * n}>:\tjne 0xffffffff81000${hex(n % 4096, 3)}\n`)}`,
  ],
  [
    'stack words',
    OOPS + BT + repeat((n) => `    ffffc900${hex(0x123e60 + 16 * n, 8)}: ${word(n)} ffff888000001000 \n`),
  ],
  ['frames', OOPS + BT + repeat((n) => ` #${n + 2} [ffffc90000123d50] f${n} at ffffffff81000000\n`)],
  ['blank lines', OOPS + repeat(() => '\n')],
  [
    'names of objects',
    OOPS + repeat(() => '[    1.1] RIP: 0010:x constructor: 12 __proto__: 2 toString: 3\n'),
  ],
  [
    'many crashes and words',
    repeat(() => OOPS + END, 64 * 600) +
      BT +
      repeat((n) => `    ffffc900${hex(0x123e60 + 16 * n, 8)}: ${word(n)} ffff888000001000 \n`),
  ],
];

function analyseAll(text: string, limits?: AnalysisLimits): Analysis[] {
  const bytes = Buffer.from(text, 'latin1');
  const session = readSession(bytes);
  return readTranscript(bytes).readings.map((reading) =>
    analyse({ reading, details: readDetails(bytes, reading), session }, anyInstruction, limits),
  );
}

describe('texts that mean harm', () => {
  it.each(TEXTS)('%s: read and analysed in time in proportion to their length', (_name, text) => {
    const before = process.cpuUsage();
    const analyses = analyseAll(text);
    const { user, system } = process.cpuUsage(before);
    expect(analyses.length).toBeGreaterThan(0);
    expect((user + system) / 1000).toBeLessThan(MOST_MS);
    for (const analysis of analyses) expect(JSON.stringify(analysis).length).toBeLessThan(100_000);
  });
});

describe('limits of an analysis', () => {
  const limits = (some: Partial<AnalysisLimits>): AnalysisLimits => ({ ...DEFAULT_ANALYSIS_LIMITS, ...some });
  const claims = (text: string, some: Partial<AnalysisLimits> = {}) =>
    analyseAll(text, limits(some)).flatMap(({ findings }) => findings.map(({ claim }) => claim));
  const count = (found: readonly string[], match: RegExp) =>
    found.filter((claim) => match.test(claim)).length;

  it('maxMemoryWords: words behind it are not read', () => {
    const text = `${OOPS}${END}crash> rd x 1\n${address(0)}:  ${word(1)} ${word(2)}   ........\n${address(16)}:  6b6b6b6b6b6b6b6b 6b6b6b6b6b6b6b6b   kkkkkkkk\n`;
    expect(count(claims(text), /^Memory at .* POISON_FREE/)).toBe(1);
    expect(count(claims(text, { maxMemoryWords: 2 }), /^Memory at/)).toBe(0);
  });

  it('maxMembers: members behind it are compared with no register', () => {
    const text = `${OOPS}${END}${STRUCT}  a = 0x1,\n  b = 0xffff888000002000,\n}\n`;
    expect(count(claims(text), /^rbx holds kmem_cache\.b/)).toBe(1);
    expect(count(claims(text, { maxMembers: 1 }), /holds kmem_cache/)).toBe(0);
  });

  it('maxListing and maxInstructions: what stands farther above the trap, or among too many lines, explains nothing', () => {
    const line = (at: string, text: string) =>
      `0xffffffff81000${at} <f+${Number.parseInt(at, 16)}>:\t${text}\n`;
    const text = `${OOPS}${END}crash> dis f\n${line('ef8', 'mov $0x0,%eax')}${line('efd', 'nop')}${line('f00', 'mov 0x0(%rbp,%rax,1),%rbx')}`;
    expect(count(claims(text), /before the trap/)).toBe(1);
    expect(count(claims(text, { maxListing: 1 }), /before the trap/)).toBe(0);
    expect(count(claims(text, { maxInstructions: 2 }), /before the trap/)).toBe(0);
  });

  it('maxFindings: no more are given', () => {
    expect(claims(OOPS).length).toBeGreaterThan(2);
    expect(claims(OOPS, { maxFindings: 2 })).toHaveLength(2);
  });

  it('maxStackWords: registers are looked for among the innermost words only', () => {
    const bytes = Buffer.from(seedLike(), 'latin1');
    const session: Session = readSession(bytes)!;
    const [reading] = readTranscript(bytes).readings;
    const evidence = { reading: reading!, details: readDetails(bytes, reading!), session };
    const recovered = (some: Partial<AnalysisLimits>) =>
      analyse(evidence, anyInstruction, limits(some)).registers.filter(({ origin }) => origin === 'recovered')
        .length;
    expect(recovered({})).toBe(21);
    expect(recovered({ maxStackWords: 20 })).toBe(0);
  });
});

/** `bt -f` of which the words are one struct pt_regs, its stack pointer leading right behind it. */
function seedLike(): string {
  const values = [
    ...Array.from({ length: 16 }, (_, n) => word(n + 1)),
    'ffffffff81000f00',
    hex(0x10, 16),
    hex(0x10202, 16),
  ];
  const words = [...values, 'ffffc90000123ea8', hex(0x18, 16)];
  const lines = Array.from({ length: 11 }, (_, n) => {
    const pair = words.slice(2 * n, 2 * n + 2).join(' ');
    return `    ffffc900${hex(0x123e00 + 16 * n, 8)}: ${pair} \n`;
  });
  return `crash> bt -f\nPID: 42  TASK: ffff888005f50000  CPU: 1  COMMAND: "x"\n #0 [ffffc90000123df8] f at ffffffff81000100\n${lines.join('')} #1 [ffffc90000123ea8] g at ffffffff81000200\n`;
}
