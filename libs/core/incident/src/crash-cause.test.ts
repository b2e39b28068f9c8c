import { MemoryIncidents, SAMPLE_START_MS, sampleReceipt } from './fakes';
import type { SampleReading } from './fakes';
import { hardwareBand, withAnalysis } from './crash-cause';
import type { CrashCause } from './crash-cause';
import { decideBatch } from './decide-batch';
import type { Receipt } from './receipt';

const BUNDLE = { transcript: { bundleId: '01J00000000000000000BUNDLE' } };
const said = (verdict: string, confidence: string, hardware = 0) => ({
  verdict: { class: verdict, confidence, text: 'because' },
  hardware: { value: hardware },
});
const cause = (verdict: string, confidence: string, hardwareLikelihood = 0): CrashCause => ({
  verdict,
  confidence,
  hardwareLikelihood,
});

describe('the cause of a crash', () => {
  it('is that of its surest reading, the first of equals; an unknown one gives way to any', () => {
    const inOrder = [
      said('unknown', 'certain'),
      said('lockup', 'hint'),
      said('assertion', 'likely'),
      said('bit-flip', 'certain'),
    ];
    inOrder.forEach((better, rank) => {
      const best = withAnalysis(null, better);
      inOrder.forEach((other, otherRank) => {
        const winner = otherRank > rank ? other : better;
        expect(withAnalysis(best, other)?.verdict).toBe(winner.verdict.class);
      });
      expect(withAnalysis(best, said('null-pointer', better.verdict.confidence))?.verdict).toBe(
        rank === 0 ? 'null-pointer' : better.verdict.class,
      );
    });
  });

  it('keeps the highest likelihood of hardware that any reading gives', () => {
    const first = withAnalysis(null, said('hardware-error', 'hint', 0.7));
    expect(withAnalysis(first, said('bit-flip', 'certain', 0.2))).toEqual(cause('bit-flip', 'certain', 0.7));
    expect(withAnalysis(first, said('lockup', 'hint', 0.9))).toEqual(cause('hardware-error', 'hint', 0.9));
  });

  it('stays where a reading was not analysed, and takes a word of a newer analyst for a hint', () => {
    expect(withAnalysis(null, null)).toBeNull();
    const known = cause('lockup', 'hint');
    expect(withAnalysis(known, null)).toBe(known);
    expect(withAnalysis(known, said('gravity', 'beyond-doubt'))).toBe(known);
    expect(withAnalysis(cause('unknown', 'hint'), said('gravity', 'beyond-doubt'))?.verdict).toBe('gravity');
  });

  it.each([
    [0, 'unlikely'],
    [0.249, 'unlikely'],
    [0.25, 'possible'],
    [0.599, 'possible'],
    [0.6, 'likely'],
    [1, 'likely'],
  ])('puts a likelihood of %d among the %s', (likelihood, band) => {
    expect(hardwareBand(likelihood)).toBe(band);
  });
});

describe('an incident counts its crashes by cause', () => {
  const store = () => {
    const rows = new MemoryIncidents();
    let ids = 0;
    const settle = (...receipts: readonly Receipt[]) => {
      const deps = { newId: () => `id-${(ids += 1)}`, nowMs: SAMPLE_START_MS };
      const { plan } = decideBatch(receipts, rows.load(receipts, 0), deps);
      rows.apply(plan);
      return plan;
    };
    const counts = () =>
      [...rows.causes].map(([key, { crashes, fatalCrashes }]) => {
        const [incident, , value] = JSON.parse(key) as [string, string, string];
        return [rows.incidents.get(incident)?.holding ? 'held' : 'open', value, crashes, fatalCrashes];
      });
    return { rows, settle, counts };
  };
  const crash = (n: number, more: Partial<SampleReading>) =>
    sampleReceipt(n, { ...BUNDLE, readings: [{ bug: 'f', ...more }] });

  it('and not those that nobody analysed', () => {
    const { settle, counts } = store();
    settle(sampleReceipt(1, { readings: [{ bug: 'f' }] }));
    expect(counts()).toEqual([]);
    settle(sampleReceipt(2, { readings: [{ bug: 'f', verdict: 'lockup', hardwareLikelihood: 0.3 }] }));
    expect(counts()).toEqual([
      ['open', 'lockup', 1, 0],
      ['open', 'possible', 1, 0],
    ]);
  });

  it('moving one that a copy explains better, with whether it was fatal', () => {
    const { settle, counts } = store();
    settle(crash(1, { verdict: 'unknown', hardwareLikelihood: 0.3 }));
    const plan = settle(crash(2, { verdict: 'bit-flip', hardwareLikelihood: 0.8, fatal: true }));
    expect(plan.crashes).toMatchObject([{ cause: cause('bit-flip', 'likely', 0.8), isNew: false }]);
    expect(counts()).toEqual([
      ['open', 'bit-flip', 1, 1],
      ['open', 'likely', 1, 1],
    ]);
  });

  it('leaving all as it is for a copy that says no more', () => {
    const { settle } = store();
    settle(crash(1, { verdict: 'lockup' }));
    const plan = settle(crash(2, { verdict: 'assertion' }));
    expect([plan.crashes, plan.byVerdict, plan.byHardware]).toEqual([[], [], []]);
  });

  it('taking it along from the holding incident', () => {
    const { settle, counts } = store();
    settle(crash(1, { verdict: 'lockup', confidence: 'hint', damage: 'torn', hardwareLikelihood: 0.5 }));
    expect(counts()).toEqual([
      ['held', 'lockup', 1, 0],
      ['held', 'possible', 1, 0],
    ]);
    settle(crash(2, { verdict: 'deadlock' }));
    expect(counts()).toEqual([
      ['open', 'deadlock', 1, 0],
      ['open', 'possible', 1, 0],
    ]);
  });

  it('and tells the verdict to whoever is called, with its text where the new reading gives it', () => {
    const { settle } = store();
    const opened = settle(crash(1, { verdict: 'lockup' })).changes[0]?.crash?.verdict;
    expect(opened).toEqual({ class: 'lockup', confidence: 'likely', text: 'lockup in f' });
    const other = store();
    other.settle(crash(1, { verdict: 'lockup', damage: 'torn' }));
    const [, joined] = other.settle(crash(2, { verdict: 'unknown' })).changes;
    expect(joined?.crash?.verdict).toEqual({ class: 'lockup', confidence: 'likely', text: null });
  });
});
