import { scorePairs } from './score-pairs';

it('counts pairs, not things', () => {
  const put = (truth: string, into: string) => ({ truth, put: into });
  expect(scorePairs([put('a', '1'), put('a', '1'), put('b', '2')])).toEqual({
    precision: 1,
    recall: 1,
    f1: 1,
  });
  // One of the three pairs of a is together, and so is one of a and b.
  const { precision, recall } = scorePairs([put('a', '1'), put('a', '1'), put('a', '2'), put('b', '2')]);
  expect([precision, recall]).toEqual([1 / 2, 1 / 3]);
  expect(scorePairs([])).toEqual({ precision: 1, recall: 1, f1: 1 });
});
