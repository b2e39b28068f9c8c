import { lineIndexAt, showable, transcriptLines } from './transcript-lines';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('transcriptLines', () => {
  it('numbers lines from 1 and knows where they lie in the bytes', () => {
    expect(transcriptLines(bytes('ab\nc\n'))).toEqual([
      { number: 1, start: 0, end: 2 },
      { number: 2, start: 3, end: 4 },
    ]);
  });

  it('counts bytes, not characters', () => {
    const [first, second] = transcriptLines(bytes('é\nx'));
    expect(first).toMatchObject({ start: 0, end: 2 });
    expect(second).toMatchObject({ start: 3, end: 4 });
  });

  it('takes the carriage return off the line', () => {
    const text = bytes('ab\r\n\r\nc');
    const texts = transcriptLines(text).map(({ start, end }) => showable(text.subarray(start, end)));
    expect(texts).toEqual(['ab', '', 'c']);
  });

  it('has no line for no byte', () => {
    expect(transcriptLines(new Uint8Array(0))).toEqual([]);
  });
});

describe('showable', () => {
  it('shows control characters and broken bytes instead of obeying them', () => {
    expect(showable(bytes('a\u001b[31mb\tc\u0000'))).toBe('a␛[31mb\tc␀');
    expect(showable(new Uint8Array([0x61, 0xff, 0x62]))).toBe('a�b');
  });
});

describe('lineIndexAt', () => {
  const lines = transcriptLines(bytes('ab\ncd\n\nef'));

  it.each([
    [0, 0],
    [2, 0],
    [3, 1],
    [6, 2],
    [7, 3],
    [999, 3],
  ])('byte %d is in line index %d', (at, expected) => {
    expect(lineIndexAt(lines, at)).toBe(expected);
  });

  it('finds nothing in nothing', () => {
    expect(lineIndexAt([], 5)).toBe(-1);
  });
});
