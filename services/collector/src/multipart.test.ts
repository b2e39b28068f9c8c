import fc from 'fast-check';
import { encodeForm } from './collector-bench';
import { splitMultipart } from './multipart';
import { Refusal } from './refusal';

const limits = { maxParts: 16 };
const TYPE = 'multipart/form-data; boundary=b';
const body = (...lines: readonly string[]) => Buffer.from(lines.join('\r\n'), 'latin1');
const HEADERS = ['Content-Disposition: form-data; name="a"', ''];
const textsOf = (split: ReturnType<typeof splitMultipart>) =>
  split instanceof Refusal ? split.slug : split.map((part) => part.bytes.toString('latin1'));

/** Bytes that look like what a parser would trip over. */
const trickyBytes = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\r\n',
        '\r',
        '\n',
        '--',
        '\r\n--',
        '----formdata-undici-0',
        'Content-Disposition: form-data',
        '\0',
      ),
      fc.string({ maxLength: 20 }),
    ),
    { maxLength: 20 },
  )
  .map((words) => new Uint8Array(Buffer.from(words.join(''), 'utf8')));

describe('splitMultipart', () => {
  it('gives back what an independent encoder wrote, byte for byte', async () => {
    const part = fc.record({
      name: fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme-ascii' }),
      fileName: fc.constantFrom('vmcore-dmesg.txt', 'größe 1.txt', 'a"b.txt', "semi;colon'.txt"),
      type: fc.constantFrom('text/plain', 'application/octet-stream', 'application/json'),
      bytes: trickyBytes,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 5 }), async (parts) => {
        const { payload, contentType } = await encodeForm(parts);
        const split = splitMultipart(payload, contentType, limits);
        if (split instanceof Refusal) throw new Error(split.detail);
        expect(split.map((one) => ({ type: one.mediaType, bytes: [...one.bytes] }))).toEqual(
          parts.map((one) => ({ type: one.type, bytes: [...one.bytes] })),
        );
      }),
    );
  });

  it('is never content with a body that was cut, wherever that was', async () => {
    const { payload, contentType } = await encodeForm([
      { name: 'dmesg', bytes: 'Oops: 0000\r\n--' },
      { name: 'crash', bytes: 'bt' },
    ]);
    const closing = payload.lastIndexOf('--');
    for (let end = 0; end < closing + 2; end += 1)
      expect(textsOf(splitMultipart(payload.subarray(0, end), contentType, limits))).toBe('multipart-broken');
  });

  it('never throws, for any bytes', () => {
    fc.assert(
      fc.property(trickyBytes, (bytes) => {
        splitMultipart(Buffer.from(bytes), 'multipart/form-data; boundary=--formdata-undici-0', limits);
      }),
    );
  });

  it.each([
    ['a preamble and an epilogue', body('preamble', '--b', ...HEADERS, 'x', '--b--', 'epilogue'), ['x']],
    ['blanks after a boundary', body('--b \t', ...HEADERS, 'x', '--b--'), ['x']],
    ['a longer boundary in the text', body('--b', ...HEADERS, 'x', '--bc', 'y', '--b--'), ['x\r\n--bc\r\ny']],
    ['a text that ends in a line break', body('--b', ...HEADERS, 'x', '', '--b--'), ['x\r\n']],
    ['an empty text', body('--b', ...HEADERS, '', '--b--'), ['']],
    ['no part at all', body('--b--', ''), []],
    [
      'a part without a name',
      body('--b', 'Content-Disposition: form-data', '', 'x', '--b--'),
      'multipart-broken',
    ],
    ['a part without headers', body('--b', '', 'x', '--b--'), 'multipart-broken'],
    [
      'an attachment',
      body('--b', 'Content-Disposition: attachment; name=a', '', 'x', '--b--'),
      'multipart-broken',
    ],
    ['endless headers', body('--b', `X: ${'x'.repeat(5_000)}`, ...HEADERS, 'x', '--b--'), 'multipart-broken'],
    [
      'bare line feeds',
      Buffer.from('--b\nContent-Disposition: form-data; name=a\n\nx\n--b--'),
      'multipart-broken',
    ],
  ])('with %s', (_what, bytes, expected) => {
    expect(textsOf(splitMultipart(bytes, TYPE, limits))).toEqual(expected);
  });

  it.each([
    ['form-data; name="a"; filename="vmcore-dmesg.txt"', 'vmcore-dmesg.txt'],
    ['form-data; name=a; filename=dmesg.txt', 'dmesg.txt'],
    ['form-data; name="a"; filename="/var/crash/1/dmesg.txt"', 'dmesg.txt'],
    ['form-data; name="a"; filename="C:\\\\dumps\\\\dmesg.txt"', 'dmesg.txt'],
    ['form-data; name="a"; filename="say \\"hi\\".txt"', 'say "hi".txt'],
    ['form-data; name="a"; filename=""', null],
    ['form-data; name="a"', null],
  ])('reads the file name of %s', (disposition, fileName) => {
    const split = splitMultipart(
      body('--b', `Content-Disposition: ${disposition}`, '', 'x', '--b--'),
      TYPE,
      limits,
    );
    expect(split).toMatchObject([{ name: 'a', fileName }]);
  });

  it('counts parts', () => {
    const three = body('--b', ...HEADERS, '1', '--b', ...HEADERS, '2', '--b', ...HEADERS, '3', '--b--');
    expect(textsOf(splitMultipart(three, TYPE, { maxParts: 3 }))).toEqual(['1', '2', '3']);
    expect(textsOf(splitMultipart(three, TYPE, { maxParts: 2 }))).toBe('parts-too-many');
  });

  it('copies nothing', () => {
    const bytes = body('--b', ...HEADERS, 'x', '--b--');
    const split = splitMultipart(bytes, TYPE, limits);
    expect(split instanceof Refusal ? null : split[0]!.bytes.buffer).toBe(bytes.buffer);
  });
});
