import { recordSizeBytes } from '@oopstream/ports';
import fc from 'fast-check';
import { decodeRecords, encodeKey, encodeRecord } from './record-codec';
import type { EncodedRecord, FetchedMeta } from './record-codec';

const text = fc.string({ unit: 'binary' });
const records = fc.array(
  fc.record({
    key: text,
    value: fc.oneof(fc.uint8Array({ maxLength: 2_000 }), fc.constant(new Uint8Array(5_000).fill(7))),
    headers: fc.dictionary(text, text, { noNullPrototype: true }),
  }),
  { maxLength: 8 },
);

/** What append and fetch do in the database. */
function store(encoded: readonly EncodedRecord[]): { metas: FetchedMeta[]; packed: Buffer } {
  return {
    metas: encoded.map(({ key, headers, value, encoding }, index) => [
      index,
      1_000 + index,
      key.byteLength,
      headers.byteLength,
      value.byteLength,
      encoding,
    ]),
    packed: Buffer.concat(encoded.flatMap(({ key, headers, value }) => [key, headers, value])),
  };
}

describe('record codec', () => {
  it('gives back the same keys, bytes and headers', () => {
    fc.assert(
      fc.property(records, (given) => {
        const encoded = given.map((record) => encodeRecord(record, encodeKey(record.key)));
        const { metas, packed } = store(encoded);
        const decoded = decodeRecords('topic', 3, metas, packed);
        expect(decoded.map(({ key, headers }) => ({ key, headers }))).toEqual(
          given.map(({ key, headers }) => ({ key, headers })),
        );
        decoded.forEach((record, index) => {
          expect(Buffer.compare(record.value, given[index]!.value)).toBe(0);
          expect(record).toMatchObject({
            topic: 'topic',
            partition: 3,
            offset: index,
            appendedAtMs: 1_000 + index,
          });
          expect(encoded[index]!.sizeBytes).toBe(recordSizeBytes(given[index]!));
        });
      }),
    );
  });

  it('compresses what gets smaller by it and leaves the rest alone', () => {
    const noise = crypto.getRandomValues(new Uint8Array(4_000));
    const key = encodeKey('k');
    const stored = (value: Uint8Array) => encodeRecord({ key: 'k', value, headers: {} }, key);
    expect(stored(noise)).toMatchObject({ value: noise, encoding: 0 });
    expect(stored(new Uint8Array(4_000)).value.byteLength).toBeLessThan(100);
  });

  it('keeps half a surrogate pair as the replacement character, as UTF-8 does', () => {
    const encoded = encodeRecord(
      { key: 'a\ud800', value: new Uint8Array(), headers: { h: '\udc00' } },
      encodeKey('a\ud800'),
    );
    expect(Buffer.from(encoded.key).toString()).toBe('a\ufffd');
    expect(Buffer.from(encoded.headers).toString()).toBe('{"h":"\ufffd"}');
  });
});
