import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Verdict } from '../../src';
import { tableDisassembler } from './table-disassembler';
import { judgedOf, judgeText, loadVerdictCases, saveVerdictCase, type VerdictCase } from './verdict-cases';

const update = process.env['UPDATE_CASES'] === '1';
const cases = loadVerdictCases();

/** Closed list of the contract; a class without a case is a class that nobody has seen work. */
const CLASSES: readonly Verdict['class'][] = [
  'memory-overwrite',
  'use-after-free',
  'double-free',
  'list-corruption',
  'null-pointer',
  'wild-pointer',
  'user-pointer',
  'write-to-read-only',
  'uninitialised',
  'out-of-bounds',
  'stack-overflow',
  'stack-buffer-overflow',
  'refcount-misuse',
  'deadlock',
  'lockup',
  'hung-task',
  'sleep-in-atomic',
  'arithmetic',
  'invalid-instruction',
  'code-unloaded',
  'out-of-memory',
  'hardware-error',
  'bit-flip',
  'bad-dma',
  'firmware',
  'deliberate',
  'assertion',
  'unknown',
];

function verdictOf({ path }: VerdictCase, name: string): Verdict {
  const [first] = judgeText(readFileSync(join(path, name)), tableDisassembler);
  if (first === undefined) throw new Error(`${path}/${name} has no crash`);
  return first.verdict;
}

describe('verdicts', () => {
  it('has enough cases, and one for every class', () => {
    expect(cases.length).toBeGreaterThanOrEqual(40);
    expect(CLASSES.filter((one) => !cases.some(({ file }) => file.verdict.class === one))).toEqual([]);
  });

  it.each(cases.map((one) => [one.id, one] as const))('%s is judged, its near miss is not', (_id, one) => {
    const verdict = verdictOf(one, 'transcript.txt');
    const missed = verdictOf(one, 'near-miss.txt');
    expect(verdict.class).toBe(one.file.verdict.class);
    expect(missed.class).not.toBe(one.file.verdict.class);
    if (update) saveVerdictCase(one, judgedOf(verdict), judgedOf(missed));
    else {
      expect(judgedOf(verdict)).toEqual(one.file.verdict);
      expect({ why: one.file.nearMiss.why, ...judgedOf(missed) }).toEqual(one.file.nearMiss);
    }
  });

  it('is never certain of a report that is cut short', () => {
    const cut = cases.flatMap((one) => {
      const whole = readFileSync(join(one.path, 'transcript.txt'));
      const lines = whole.toString('latin1').split('\n');
      return lines.flatMap((_line, count) =>
        judgeText(Buffer.from(lines.slice(count).join('\n'), 'latin1'), tableDisassembler)
          .filter(
            ({ verdict }) => verdict.confidence === 'certain' && verdict.class !== one.file.verdict.class,
          )
          .map(({ verdict }) => `${one.id} from line ${count}: ${verdict.class}`),
      );
    });
    expect(cut).toEqual([]);
  });
});
