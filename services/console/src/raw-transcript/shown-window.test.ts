import { shownWindow } from './shown-window';

describe('shownWindow', () => {
  it('shows all of a usual transcript', () => {
    expect(shownWindow(20_000, 300)).toEqual({ from: 0, to: 20_000 });
  });

  it('shows what lies around the place of interest in a huge one', () => {
    expect(shownWindow(100_000, 50_000)).toEqual({ from: 45_000, to: 55_000 });
    expect(shownWindow(100_000, 10)).toEqual({ from: 0, to: 5_010 });
    expect(shownWindow(100_000, 99_999)).toEqual({ from: 94_999, to: 100_000 });
  });

  it('grows on both sides when asked', () => {
    expect(shownWindow(100_000, 50_000, 5_000)).toEqual({ from: 40_000, to: 60_000 });
  });
});
