import { findTurns } from './turns';

/** Releases of these tests are `branch.number`. */
const isBefore = (a: string, b: string) => Number(a.split('.')[1]) < Number(b.split('.')[1]);
const build = (release: string, crashes: number, hostDays: number) => ({
  release,
  branch: release.split('.')[0]!,
  crashes,
  bad: crashes > 0,
  hostDays,
});

describe('first bad and last good build', () => {
  it('are found for each branch by itself, whatever the order they come in', () => {
    const builds = [build('a.3', 9, 500), build('b.1', 4, 100), build('a.2', 0, 500), build('a.1', 0, 500)];
    expect(findTurns([...builds, build('a.4', 0, 10)], isBefore)).toEqual([
      {
        branch: 'a',
        firstBad: 'a.3',
        lastGood: 'a.2',
        proven: true,
        lastGoodHostDays: 500,
        chanceOfNone: Math.exp(-9),
      },
      {
        branch: 'b',
        firstBad: 'b.1',
        lastGood: null,
        proven: false,
        lastGoodHostDays: null,
        chanceOfNone: null,
      },
    ]);
  });

  it('are no proof where the good one hardly ran, and a build that never ran is not good', () => {
    expect(findTurns([build('a.1', 0, 5), build('a.2', 0, 0), build('a.3', 9, 500)], isBefore)).toEqual([
      {
        branch: 'a',
        firstBad: 'a.3',
        lastGood: 'a.1',
        proven: false,
        lastGoodHostDays: 5,
        chanceOfNone: Math.exp(-9 / 100),
      },
    ]);
  });

  it('tell no chance where the bad build’s crashes are in no rate', () => {
    const outside = { ...build('a.3', 0, 500), bad: true };
    expect(findTurns([build('a.1', 0, 50), outside], isBefore)).toMatchObject([
      { firstBad: 'a.3', lastGood: 'a.1', chanceOfNone: null, proven: false },
    ]);
  });

  it('are not told where bad builds have no order', () => {
    const never = () => false;
    expect(findTurns([build('a.1', 1, 5), build('a.2', 1, 5)], never)).toEqual([]);
    expect(findTurns([build('a.1', 0, 5)], isBefore)).toEqual([]);
  });
});
