import { marksWithin, narrowest } from './text-marks';

const span = (start: number, end: number) => ({ start, end });

describe('marksWithin', () => {
  it('keeps what shares a byte with the range', () => {
    const marks = [span(0, 4), span(3, 5), span(5, 9), span(9, 12)];
    expect(marksWithin(marks, span(4, 9))).toEqual([span(3, 5), span(5, 9)]);
  });

  it('is the same empty list each time', () => {
    expect(marksWithin([span(0, 4)], span(10, 20))).toBe(marksWithin([], span(0, 5)));
  });
});

describe('narrowest', () => {
  it('prefers few bytes, then the first', () => {
    expect(narrowest([span(0, 100), span(10, 26), span(4, 20)])).toEqual(span(10, 26));
    expect(narrowest([])).toBeNull();
  });
});
