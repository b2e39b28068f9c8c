import { loadCases, missedOf, saveExpectation, signAll, summaryOf } from './case-library';

const update = process.env['UPDATE_CASES'] === '1';
const cases = loadCases();

describe('case library', () => {
  it('has cases', () => {
    expect(cases.length).toBeGreaterThan(400);
  });

  it.each(cases.map((one) => [one.id, one] as const))('%s reads as recorded', (_id, one) => {
    const signed = signAll(one.bytes);
    const readings = signed.map(summaryOf);
    const missed = missedOf(one.expect.truth, signed);
    if (update) saveExpectation(one, readings, missed);
    else {
      expect(readings).toEqual(one.expect.readings);
      expect(missed).toEqual(one.expect.missed);
    }
  });
});

describe('truth of the corpus', () => {
  const texts = cases.filter((one) => one.expect.truth.report !== undefined);
  const keyed = texts.map((one) => ({
    bug: one.expect.truth.bug,
    report: one.expect.truth.report,
    source: one.id.slice(one.id.lastIndexOf('.')),
    key: signAll(one.bytes)[0]?.explanation.signature.groupKey,
  }));

  it('gives one crash one key, whichever text shows it', () => {
    const byReport = Map.groupBy(keyed, (k) => k.report);
    const split = [...byReport].filter(([, texts]) => new Set(texts.map((t) => t.key)).size > 1);
    // Where the backtrace lacks what the log has: the hung task, a function that only the log names.
    expect(split.map(([report]) => report).sort()).toEqual([
      'hung-task-01',
      'hung-task-02',
      'panic-msg-03',
      'rtx-memcpy-01',
    ]);
  });

  it('never gives two bugs one key', () => {
    for (const [source, texts] of Map.groupBy(keyed, (k) => k.source)) {
      const bugs = Map.groupBy(texts, (t) => t.key);
      const glued = [...bugs].filter(([, same]) => new Set(same.map((t) => t.bug)).size > 1);
      expect({ source, glued: glued.map(([, same]) => same.map((t) => t.report)) }).toEqual({
        source,
        glued: [],
      });
    }
  });
});
