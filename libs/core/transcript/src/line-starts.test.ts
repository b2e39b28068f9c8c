import { array, assert, property, string } from 'fast-check';
import { LineStarts } from './line-starts';

const include = (starts: LineStarts, text: string) =>
  starts.include(Buffer.from(`${text}\n${' '.repeat(LineStarts.REACH)}`), 0);

describe('LineStarts', () => {
  it('includes every line that begins with one of the texts, and only such as share eight letters with one', () => {
    const words = array(string({ minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 30 });
    assert(
      property(words, string(), (texts, rest) => {
        const starts = new LineStarts(texts);
        for (const text of texts)
          expect({ text, in: include(starts, text + rest) }).toEqual({ text, in: true });
        const folded = (text: string) =>
          text.replace(/[^]/g, (c) => String.fromCharCode(c.charCodeAt(0) | 0x20));
        const expected = texts.some((text) => folded(`${rest}\n`).startsWith(folded(text.slice(0, 8))));
        if (!expected) expect({ rest, in: include(starts, rest) }).toEqual({ rest, in: false });
      }),
    );
  });

  it('takes capitals for small letters and nothing for bytes beyond ASCII', () => {
    const starts = new LineStarts(['BUG: ', 'kernel']);
    expect(include(starts, 'bug: x')).toBe(true);
    expect(include(starts, 'Kernel panic')).toBe(true);
    expect(include(starts, 'BUG')).toBe(false);
    expect(starts.include(Uint8Array.of(0xff, 0xfe, 0, 0, 0, 0, 0, 0), 0)).toBe(false);
  });
});
