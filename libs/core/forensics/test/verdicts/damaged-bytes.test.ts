import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { tableDisassembler } from './table-disassembler';
import { judgeText, loadVerdictCases } from './verdict-cases';

const cases = loadVerdictCases().map((one) => ({
  expected: one.file.verdict.class,
  bytes: readFileSync(join(one.path, 'transcript.txt')),
}));

/** The seed is fixed: bytes can be changed so that a text truly shows another class. */
const SEED = 20_231_124;

describe('verdicts on damaged bytes', () => {
  it('never throw, and are not certain of what the whole text does not show', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: cases.length - 1 }),
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 30 }),
        (index, changes) => {
          const source = cases[index];
          if (source === undefined) return;
          const bytes = Buffer.from(source.bytes);
          for (const [place, value] of changes) bytes[place % bytes.length] = value;
          const wrong = judgeText(bytes, tableDisassembler)
            .map(({ verdict }) => verdict)
            .filter(({ confidence, class: said }) => confidence === 'certain' && said !== source.expected);
          expect(wrong).toEqual([]);
        },
      ),
      { numRuns: 1_000, seed: SEED },
    );
  });
});
