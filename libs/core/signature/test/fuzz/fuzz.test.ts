import { loadCases } from '../case-library';
import { describeFind, fuzz, sampleOf } from './fuzz';
import { brokenLaw } from './fuzz-laws';
import { minimise } from './minimise';

/** `npm run fuzz` sets these; `npm test` takes the same rounds each time. */
const seed = Number(process.env['OOPSTREAM_FUZZ_SEED'] ?? 1);
const seconds = Number(process.env['OOPSTREAM_FUZZ_SECONDS'] ?? 0);
const onlyRound = process.env['OOPSTREAM_FUZZ_ROUND'];
const ROUNDS = 3000;

const library = loadCases().map((one) => Buffer.from(one.bytes).toString('latin1'));

describe('fuzz', () => {
  it(
    `the laws of reading hold on texts made of cases, seed ${seed}`,
    () => {
      const endsAt = performance.now() + seconds * 1000;
      const first = Number(onlyRound ?? 0);
      const goesOn = (round: number) =>
        onlyRound !== undefined ? round === first : seconds > 0 ? performance.now() < endsAt : round < ROUNDS;
      const { rounds, find } = fuzz(library, seed, first, goesOn);
      if (seconds > 0) process.stderr.write(`${rounds} texts\n`);
      if (find) throw new Error(describeFind(find));
      expect(rounds).toBeGreaterThan(0);
    },
    (seconds + 120) * 1000,
  );

  it('seed and round decide the text', () => {
    expect(sampleOf(library, 7, 3)).toEqual(sampleOf(library, 7, 3));
    expect(sampleOf(library, 7, 3).text).not.toBe(sampleOf(library, 8, 3).text);
  });

  it('a broken law is noticed: a cap that nothing can keep to', () => {
    const text =
      'BUG: kernel NULL pointer dereference, address: 18\nOops: 0000 [#1] SMP\nRIP: 0010:f+0x2f/0x90\n';
    const none = { maxLineBytes: 4096, maxReadings: -1, maxFrames: 256, maxMendedLines: 500_000 };
    expect(brokenLaw(Buffer.from(text), none)).toBe('0 readings');
  });

  it('minimises to what matters', () => {
    expect(minimise('a\nbb xFy bb\nc\nd', (text) => text.includes('F'))).toBe('F');
  });
});
