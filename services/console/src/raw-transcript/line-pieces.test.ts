import fc from 'fast-check';
import { linePieces, withinLine } from './line-pieces';
import { showable } from './transcript-lines';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const texts = (text: Uint8Array, ...marks: readonly [number, number][]): string[] => {
  const spans = marks.map(([start, end]) => ({ start, end }));
  return linePieces(text, { start: 0, end: text.length }, spans).map((piece) => piece.text);
};

describe('linePieces', () => {
  it('cuts a line where marks begin and end', () => {
    expect(texts(bytes('RBP: 00ff RAX'), [5, 9])).toEqual(['RBP: ', '00ff', ' RAX']);
    expect(texts(bytes('abcdef'), [0, 4], [2, 6])).toEqual(['ab', 'cd', 'ef']);
  });

  it('counts bytes where characters of several bytes come before the mark', () => {
    const line = '//%r15为s→ 😀 0072006900560338[bp]';
    const start = bytes(line.slice(0, line.indexOf('0072'))).length;
    expect(texts(bytes(line), [start, start + 16])).toEqual(['//%r15为s→ 😀 ', '0072006900560338', '[bp]']);
  });

  it('never cuts through a character: a mark inside one shows all of it', () => {
    expect(texts(bytes('a为b'), [2, 3])).toEqual(['a', '为', 'b']);
    expect(texts(bytes('a😀b'), [1, 3], [3, 5])).toEqual(['a', '😀', 'b']);
  });

  it('counts each broken byte for itself', () => {
    // A torn beginning of a character of three bytes, two stray continuations, a byte that is never UTF-8.
    const torn = new Uint8Array([0x61, 0xe4, 0xb8, 0x62, 0x80, 0x80, 0xff, 0x63]);
    expect(texts(torn, [4, 5])).toEqual(['a�b', '�', '��c']);
    expect(texts(torn, [2, 3])).toEqual(['a', '�', 'b���c']);
  });

  it('leaves out what lies in other lines', () => {
    const text = bytes('ab\ncd\nef');
    const span = { start: 3, end: 5 };
    expect(linePieces(text, span, [{ start: 0, end: 2 }]).map((piece) => piece.text)).toEqual(['cd']);
    expect(linePieces(text, span, [{ start: 1, end: 4 }]).map((piece) => piece.text)).toEqual(['c', 'd']);
    expect(linePieces(text, span, [{ start: 0, end: 8 }]).map((piece) => piece.text)).toEqual(['cd']);
  });

  it('has no piece for an empty line', () => {
    expect(linePieces(bytes('\n'), { start: 0, end: 0 }, [{ start: 0, end: 1 }])).toEqual([]);
  });

  it('of any bytes and marks gives the same text as the line whole, and covers every mark', () => {
    const byte = fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0xe4, 0xb8, 0xba, 0xed, 0xa0, 0xf0, 0x9f, 0x98, 0x80, 0xf4, 0x90, 0xef, 0xbb, 0xbf),
    );
    const at = fc.integer({ min: 0, max: 40 });
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.array(byte, { maxLength: 40 }),
        fc.array(fc.tuple(at, at)),
        (any, likely, pairs) => {
          for (const text of [any, Uint8Array.from(likely)]) {
            const line = { start: 0, end: text.length };
            const marks = pairs.map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }));
            const pieces = linePieces(text, line, marks);
            expect(pieces.map((piece) => piece.text).join('')).toBe(showable(text));
            for (const mark of marks) {
              const inside = withinLine(text, line, mark);
              if (mark.start < Math.min(mark.end, text.length)) {
                expect(inside.start).toBeLessThanOrEqual(mark.start);
                expect(inside.end).toBeGreaterThanOrEqual(Math.min(mark.end, text.length));
              }
            }
          }
        },
      ),
    );
  });
});
