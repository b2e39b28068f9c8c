import fc from 'fast-check';
import { keepBody } from './keep-body';
import type { BodyArrival, BodyDecision, StormState } from './keep-body';
import type { StormRules } from './storm-rules';

const RULES: StormRules = { stormTranscripts: 5, windowMs: 60_000, newestKept: 3, classesKept: 2 };

const body = (n: number, more: Partial<BodyArrival> = {}): BodyArrival => ({
  transcriptId: String(n).padStart(32, '0'),
  sha256: String(n).padStart(64, '0'),
  receivedAtMs: n * 100,
  model: 'm1',
  title: 'f+16',
  ...more,
});

/** Puts bodies through, one after the other. */
function run(arrivals: readonly BodyArrival[], rules = RULES) {
  let state: StormState | null = null;
  const kept = new Map<string, BodyDecision['keep']>();
  for (const arrival of arrivals) {
    const decision: BodyDecision = keepBody(state, arrival, rules);
    state = decision.state;
    kept.set(arrival.transcriptId, decision.keep);
    if (decision.displaced !== null) kept.delete(decision.displaced.transcriptId);
  }
  return { state, kept };
}
const storm = (count: number, from = 0, more: Partial<BodyArrival> = {}) =>
  Array.from({ length: count }, (_, n) => body(from + n, more));

describe('keepBody', () => {
  it('keeps every body outside of storms, at the limit too', () => {
    const { state, kept } = run(storm(RULES.stormTranscripts));
    expect([...kept.values()]).toEqual(Array(5).fill('no-storm'));
    expect(state?.stormingSinceMs).toBeNull();
  });

  it('keeps the first ones, the first of each class and the newest of a storm', () => {
    const { kept } = run([...storm(50), body(50, { model: 'm2' }), ...storm(20, 51)]);
    expect([...kept].map(([id, reason]) => [Number(id), reason])).toEqual([
      ...[0, 1, 2, 3, 4].map((n) => [n, 'no-storm']),
      [5, 'first-of-class'],
      [50, 'first-of-class'],
      ...[68, 69, 70].map((n) => [n, 'newest']),
    ]);
  });

  it('takes models and titles beyond the limit for ordinary ones', () => {
    const { kept, state } = run(Array.from({ length: 40 }, (_, n) => body(n, { title: `f+${n}` })));
    expect([...kept.values()].filter((reason) => reason === 'first-of-class')).toHaveLength(2);
    expect(state?.classes).toHaveLength(2);
    expect(kept.size).toBe(5 + 2 + 3);
  });

  it('gives up a late one rather than a newer one', () => {
    const { kept } = run([...storm(50), body(999, { receivedAtMs: 10 })]);
    expect(kept.has(body(999).transcriptId)).toBe(false);
    expect([...kept.keys()].map(Number).slice(-3)).toEqual([47, 48, 49]);
  });

  it('keeps all again after a window with fewer, and begins the next storm anew', () => {
    const calm = { receivedAtMs: 200_000 };
    const { kept, state } = run([...storm(50), body(60, calm), body(61, calm)]);
    expect([kept.get(body(60).transcriptId), kept.get(body(61).transcriptId)]).toEqual([
      'no-storm',
      'no-storm',
    ]);
    expect(state).toMatchObject({ stormingSinceMs: null, newest: [], classes: [] });
  });

  it('is one storm while window after window brings enough', () => {
    const arrivals = Array.from({ length: 100 }, (_, n) => body(n, { receivedAtMs: n * 8_000 }));
    const { state, kept } = run(arrivals);
    expect(state?.stormingSinceMs).toBe(5 * 8_000);
    expect(kept.size).toBe(5 + 1 + 3);
  });

  it('keeps so many whatever the size of the storm, and the order of bodies of one time', () => {
    const time = fc.nat({ max: 50_000 });
    fc.assert(
      fc.property(fc.array(time, { minLength: 30, maxLength: 120 }), (times) => {
        const arrivals = times.map((receivedAtMs, n) => body(n, { receivedAtMs }));
        const { kept, state } = run(arrivals);
        expect(kept.size).toBe(5 + 1 + 3);
        expect(state?.newest.length).toBe(3);
        const newest = arrivals
          .slice(6)
          .sort((a, b) => a.receivedAtMs - b.receivedAtMs || (a.transcriptId < b.transcriptId ? -1 : 1))
          .slice(-3);
        expect(state?.newest.map(({ transcriptId }) => transcriptId)).toEqual(
          newest.map(({ transcriptId }) => transcriptId),
        );
      }),
    );
  });
});
