import { DEFAULT_READ_LIMITS } from '@oopstream/core-transcript';
import { loadCases } from '../../../signature/test/case-library';
import { describeFind, fuzz } from '../../../signature/test/fuzz/fuzz';
import { anyInstruction, brokenAnalysis } from './analysis-laws';

/** `npm run fuzz` sets these; `npm test` takes the same rounds each time. */
const seed = Number(process.env['OOPSTREAM_FUZZ_SEED'] ?? 1);
const seconds = Number(process.env['OOPSTREAM_FUZZ_SECONDS'] ?? 0);
const onlyRound = process.env['OOPSTREAM_FUZZ_ROUND'];
const ROUNDS = 1500;

const library = loadCases().map((one) => Buffer.from(one.bytes).toString('latin1'));

describe('fuzz', () => {
  it(
    `the laws of analyses hold on texts made of cases, seed ${seed}`,
    () => {
      const endsAt = performance.now() + seconds * 1000;
      const first = Number(onlyRound ?? 0);
      const goesOn = (round: number) =>
        onlyRound !== undefined ? round === first : seconds > 0 ? performance.now() < endsAt : round < ROUNDS;
      const { rounds, find } = fuzz(library, seed, first, goesOn, brokenAnalysis);
      if (seconds > 0) process.stderr.write(`${rounds} texts analysed\n`);
      if (find) throw new Error(describeFind(find));
      expect(rounds).toBeGreaterThan(0);
    },
    (seconds + 120) * 1000,
  );

  const OOPS =
    'BUG: kernel NULL pointer dereference, address: 18\nOops: 0000 [#1] SMP\nCPU: 1 PID: 2 Comm: x\n' +
    'RIP: 0010:f+0x2f/0x90\nCode: 0f 1f 44 00 00 <12> 8b 5c\nRSP: 0018:ffffc90000123e50 EFLAGS: 00010246\n';

  it('broken laws are noticed: an answer that changes, and one that throws', () => {
    let asked = 0;
    const fickle: typeof anyInstruction = (...given) => (asked++ === 0 ? anyInstruction(...given) : null);
    const throwing = () => {
      throw new Error('no instruction');
    };
    expect(brokenAnalysis(Buffer.from(OOPS))).toBeNull();
    expect(brokenAnalysis(Buffer.from(OOPS), DEFAULT_READ_LIMITS, fickle)).toContain(
      'differs the second time',
    );
    expect(brokenAnalysis(Buffer.from(OOPS), DEFAULT_READ_LIMITS, throwing)).toContain('no instruction');
  });
});
