import { shownWindow } from './shown-window';

describe('shownWindow', () => {
  it('shows all of a usual transcript', () => {
    expect(shownWindow(8_000, 300)).toEqual({ from: 0, to: 8_000 });
  });

  it('shows what lies around the place of interest in a huge one, whole blocks of it', () => {
    expect(shownWindow(100_000, 50_020)).toEqual({ from: 48_000, to: 52_100 });
    expect(shownWindow(100_000, 10)).toEqual({ from: 0, to: 2_100 });
    expect(shownWindow(100_000, 99_999)).toEqual({ from: 97_900, to: 100_000 });
  });

  it('always holds the place of interest, and stays while that stays in its block', () => {
    for (const focus of [0, 99, 100, 1_999, 2_000, 54_321, 99_999]) {
      const { from, to } = shownWindow(100_000, focus);
      expect(from <= focus && focus < to).toBe(true);
    }
    expect(shownWindow(100_000, 50_001)).toEqual(shownWindow(100_000, 50_099));
  });

  it('grows on both sides when asked', () => {
    expect(shownWindow(100_000, 50_000, 5_000)).toEqual({ from: 43_000, to: 57_100 });
  });
});
