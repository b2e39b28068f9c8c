import { counted, countText, shareText, sizeText } from './count-text';

describe('countText', () => {
  it.each([
    [0, '0'],
    [312, '312'],
    [99_999, '99,999'],
    [128_900, '128k'],
    [3_190_000, '3.1M'],
  ])('%d reads %s', (count, expected) => {
    expect(countText(count)).toBe(expected);
  });
});

describe('shareText', () => {
  it.each([
    [0, 10, 'none'],
    [0, 0, 'none'],
    [1, 1000, '< 1 %'],
    [999, 1000, '> 99 %'],
    [1000, 1000, '100 %'],
    [1, 3, '33 %'],
  ])('%d of %d reads %s', (part, whole, expected) => {
    expect(shareText(part, whole)).toBe(expected);
  });
});

describe('counted', () => {
  it('agrees in number', () => {
    expect(counted(1, 'crash', 'crashes')).toBe('1 crash');
    expect(counted(0, 'crash', 'crashes')).toBe('0 crashes');
  });
});

describe('sizeText', () => {
  it.each([
    [900, '900 bytes'],
    [61_204, '59.8 KiB'],
    [5_242_880, '5.0 MiB'],
  ])('%d reads %s', (bytes, expected) => {
    expect(sizeText(bytes)).toBe(expected);
  });
});
