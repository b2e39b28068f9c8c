import { DEFAULT_JOINING } from '../../src';
import {
  f1Of,
  incidentsOf,
  knownTexts,
  precisionOf,
  recallOf,
  scorePairs,
  shuffled,
  sumScores,
} from './corpus-fleet';
import type { KnownText, PairScore } from './corpus-fleet';

const OFF = { ...DEFAULT_JOINING, above: null };
const ORDERS = [1, 2, 3, 4, 5].map((seed) => seed * 7_919);

/** Each source of texts a fleet of its own: one reader's texts are never helped by another's. */
function scoreSources(texts: readonly KnownText[], above: number | null, seed?: number): PairScore {
  const bySource = Map.groupBy(texts, (one) => one.source);
  return sumScores(
    [...bySource.values()].map((own) => {
      const ordered = seed === undefined ? own : shuffled(own, seed);
      return scorePairs(ordered, incidentsOf(ordered, { ...DEFAULT_JOINING, above }));
    }),
  );
}

describe('bugs of dumped kernels by incidents', () => {
  const texts = knownTexts('kdump');

  it('is right for 97 of 100 pairs, and better than by keys alone', () => {
    const joined = scoreSources(texts, DEFAULT_JOINING.above);
    expect(joined.wrong).toBe(0);
    expect(f1Of(joined)).toBeGreaterThanOrEqual(0.97);
    expect(recallOf(joined)).toBeGreaterThan(recallOf(scoreSources(texts, null)) + 0.05);
  });

  it('is right with all texts of a crash', () => {
    const score = scorePairs(texts, incidentsOf(texts, DEFAULT_JOINING));
    expect(score.wrong).toBe(0);
    expect(f1Of(score)).toBeGreaterThanOrEqual(0.97);
  });

  it('keeps near misses apart at any threshold and in any order', () => {
    for (const above of [0.3, 0.5, 0.6, 0.7, 0.8])
      for (const seed of ORDERS) expect(scoreSources(texts, above, seed).wrong).toBe(0);
  });

  it('is no worse than keys alone in any order', () => {
    const keys = recallOf(scorePairs(texts, incidentsOf(texts, OFF)));
    for (const seed of ORDERS) {
      const ordered = shuffled(texts, seed);
      expect(recallOf(scorePairs(ordered, incidentsOf(ordered, DEFAULT_JOINING)))).toBeGreaterThanOrEqual(
        keys,
      );
    }
  });

  it('gives as much over a range of thresholds', () => {
    for (const above of [0.4, 0.5, 0.6, 0.65, 0.7])
      expect(f1Of(scoreSources(texts, above))).toBeGreaterThanOrEqual(0.97);
  });
});

it('joins no bugs of self-tests that keys keep apart, as they come', () => {
  const texts = knownTexts('lkdtm');
  const keys = scoreSources(texts, null);
  const joined = scoreSources(texts, DEFAULT_JOINING.above);
  expect(joined.wrong).toBe(keys.wrong);
  expect(joined.right).toBeGreaterThan(keys.right);
});

it('joins next to nothing wrong in other orders, though one function calls all of the self-tests', () => {
  const texts = knownTexts('lkdtm');
  for (const seed of ORDERS)
    expect(precisionOf(scoreSources(texts, DEFAULT_JOINING.above, seed))).toBeGreaterThan(0.96);
});
