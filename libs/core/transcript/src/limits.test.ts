import { DEFAULT_READ_LIMITS, readTranscript } from './index';

const OOPS = [
  'BUG: unable to handle page fault for address: ffffc90000417000',
  'Oops: 0002 [#1] PREEMPT SMP NOPTI',
  'CPU: 1 PID: 135 Comm: fetcher Not tainted 6.1.0-47-amd64 #1',
  'RIP: 0010:frob_commit+0x2f/0x90 [frobnic]',
  'Call Trace:',
  ' frob_ioctl+0x1a4/0x5c0 [frobnic]',
  ' entry_SYSCALL_64_after_hwframe+0x6e/0xd8',
  '---[ end trace 0000000000000000 ]---',
];
const OTHERS = Array.from({ length: 300 }, (_, i) => `frobnic: ring ${i} is ready`);
const PANIC = 'Kernel panic - not syncing: Fatal exception';

function bytesOf(lines: readonly string[]): Uint8Array {
  return new TextEncoder().encode(lines.map((line, i) => `[${(i * 0.3).toFixed(6)}] ${line}\n`).join(''));
}

function count(lines: readonly string[], maxReadings: number): readonly [number, number] {
  const { readings, omittedReadings } = readTranscript(bytesOf(lines), {
    ...DEFAULT_READ_LIMITS,
    maxReadings,
  });
  return [readings.length, omittedReadings];
}

describe('reports past the limit', () => {
  const storm = (length: number, one: readonly string[]) => Array.from({ length }, () => one).flat();

  it('are counted once each, with all their parts', () => {
    expect(count(storm(3, OOPS), 1)).toEqual([1, 2]);
    expect(count(storm(3, OOPS), 3)).toEqual([3, 0]);
  });

  it('keep the panic that follows from them, be it late', () => {
    const late = [...OOPS, ...OTHERS, PANIC];
    expect(count(storm(3, late), 1)).toEqual([1, 2]);
    expect(count(storm(3, late), 3)).toEqual([3, 0]);
  });

  it('are no lines that only look like the beginning of one, which take no place either', () => {
    const looks = Array.from(
      { length: 9 },
      () => 'genirq: Flags mismatch irq 4. 00000000 (serial) vs. 00000080 (frob)',
    );
    const apart = looks.flatMap((line) => [line, ...OTHERS]);
    expect(count(apart, 2)).toEqual([0, 0]);
    expect(count([...apart, ...OOPS], 2)).toEqual([1, 0]);
    expect(count([...OOPS, ...apart, ...OOPS, ...apart], 1)).toEqual([1, 1]);
  });

  it('a reboot ends what a panic may follow from', () => {
    expect(count([...OOPS, 'Linux version 6.1.0-47-amd64', PANIC], 2)).toEqual([2, 0]);
  });
});

describe('frames past the limit', () => {
  it('leave out the middle: both ends of a deep stack stay', () => {
    const deep = Array.from({ length: 40 }, (_, i) => ` frob_${i}+0x1a4/0x5c0 [frobnic]`);
    const text = [...OOPS.slice(0, 5), ...deep, ...OOPS.slice(6)];
    const frames = readTranscript(bytesOf(text), { ...DEFAULT_READ_LIMITS, maxFrames: 8 }).readings[0]
      ?.frames;
    expect(frames).toHaveLength(8);
    expect(frames?.[0]?.function).toBe('frob_0');
    expect(frames?.[7]?.function).toBe('entry_SYSCALL_64_after_hwframe');
  });

  it('keeps as many as the deepest stacks of guesses have', () => {
    const deep = Array.from({ length: 900 }, (_, i) => ` ? frob_${i}+0x1a4/0x5c0 [frobnic]`);
    const text = [...OOPS.slice(0, 5), ...deep, ...OOPS.slice(6)];
    expect(readTranscript(bytesOf(text)).readings[0]?.frames).toHaveLength(901);
  });
});
