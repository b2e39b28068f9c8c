import type { CrashDetails, DetailLimits } from '../../src/index';
import { detailsOf, detailsOfText, OOPS, stamped } from './reports';

describe('limits', () => {
  const frames = Array.from({ length: 40 }, (_, i) => ` frob_${i}+0x1a4/0x5c0`);
  const dumps = [
    'NMI backtrace for cpu 3',
    'RIP: 0010:f+0x1/0x2',
    'RSP: 0018:0000000000000001 EFLAGS: 00000002',
    'Call Trace:',
    ' f+0x1/0x2',
  ];
  const long = [
    ...OOPS,
    ...frames,
    'Modules linked in: a b c d e f',
    'Stack:',
    ' 0000000000000001 0000000000000002 0000000000000003',
    '1 lock held by a/1:',
    ' #0: ffffffffa0a1b2cc (x){+.+.}-{3:3}, at: f+0x1/0x2',
    ' #1: ffffffffa0a1b2cc (x){+.+.}-{3:3}, at: f+0x1/0x2',
    'Object   ffff888012345600: 38 03 56 00  8.V.',
    'Object   ffff888012345604: 38 03 56 00  8.V.',
    ...Array.from({ length: 5 }, () => dumps).flat(),
  ];
  const sizes: readonly (readonly [keyof DetailLimits, (details: CrashDetails) => number])[] = [
    ['maxFrames', ({ stacks }) => Math.max(...stacks.map((stack) => stack.frames.length))],
    ['maxStacks', ({ stacks }) => stacks.length],
    ['maxRegisterSets', ({ registers }) => registers.length],
    ['maxModules', ({ modules }) => modules.length],
    ['maxStackWords', ({ stackWords }) => stackWords.length],
    ['maxLocks', ({ locks }) => locks.length],
    ['maxDumps', (details) => details.dumps.length],
  ];

  it.each(sizes)('%s', (name, sizeOf) => {
    expect(sizeOf(detailsOf(long))).toBeGreaterThan(1);
    expect(sizeOf(detailsOf(long, { [name]: 1 }))).toBe(1);
  });

  it('a deep stack keeps both ends', () => {
    const [, stack] = detailsOf(long, { maxFrames: 4 }).stacks;
    expect(stack?.frames.map((frame) => frame.function)).toEqual(['frob_0', 'frob_1', 'frob_38', 'frob_39']);
  });

  it('maxTailBytes: a list that the report began may go on so far behind it, up to the next report', () => {
    const text = [...OOPS, 'Modules linked in: a', 'Unloaded tainted modules: nvidia(PO):2'];
    const count = (lines: readonly string[], limits: Partial<DetailLimits> = {}) =>
      detailsOfText(stamped(lines), limits, 0).unloadedTainted.length;
    expect(count(text)).toBe(1);
    expect(count(text, { maxTailBytes: 20 })).toBe(0);
    expect(count([...text.slice(0, -1), ...OOPS, ...text.slice(-1)])).toBe(0);
  });

  it('maxLineBytes: what stands behind them is not looked at', () => {
    const details = detailsOf([...OOPS, `Modules linked in: ${'x '.repeat(500)}`], { maxLineBytes: 100 });
    expect(details.modules.length).toBeLessThan(50);
  });
});
