import { lineIndexAt, transcriptLines } from './transcript-lines';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('transcriptLines', () => {
  it('numbers lines from 1 and knows where they lie in the bytes', () => {
    expect(transcriptLines(bytes('ab\nc\n'))).toEqual([
      { number: 1, start: 0, end: 2, text: 'ab' },
      { number: 2, start: 3, end: 4, text: 'c' },
    ]);
  });

  it('counts bytes, not characters', () => {
    const [first, second] = transcriptLines(bytes('é\nx'));
    expect(first).toMatchObject({ start: 0, end: 2, text: 'é' });
    expect(second).toMatchObject({ start: 3, end: 4, text: 'x' });
  });

  it('takes the carriage return off the line', () => {
    expect(transcriptLines(bytes('ab\r\n\r\nc')).map((line) => line.text)).toEqual(['ab', '', 'c']);
  });

  it('shows control characters and broken bytes instead of obeying them', () => {
    expect(transcriptLines(bytes('a\u001b[31mb\tc\u0000')).map((line) => line.text)).toEqual(['a␛[31mb\tc␀']);
    expect(transcriptLines(new Uint8Array([0x61, 0xff, 0x62]))[0]?.text).toBe('a�b');
  });

  it('has no line for no byte', () => {
    expect(transcriptLines(new Uint8Array(0))).toEqual([]);
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
