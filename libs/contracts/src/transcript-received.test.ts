import fc from 'fast-check';
import { decodeTranscriptReceived, encodeTranscriptReceived } from './transcript-received';
import type { TranscriptReceived } from './transcript-received';

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const ulid = fc.string({
  unit: fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'),
  minLength: 26,
  maxLength: 26,
});

const received: fc.Arbitrary<TranscriptReceived> = fc.record({
  receiptId: ulid,
  tenant: fc.constantFrom('default', 'a-b_c'),
  transcriptId: hex(32),
  bundleId: optional(ulid),
  hostId: fc.oneof(hex(32), fc.constantFrom('web-1', 'fe80::1')),
  receivedAtMs: fc.nat(),
  sha256: hex(64),
  sizeBytes: fc.nat(),
  context: fc.record(
    { model: fc.string({ minLength: 1, maxLength: 128, unit: 'grapheme' }) },
    { requiredKeys: [] },
  ),
  blob: optional(hex(64).map((sha256) => `default/${sha256}`)),
  traceparent: optional(fc.constant('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')),
});

describe('headers of a received transcript', () => {
  it('come back as they were sent', () => {
    fc.assert(
      fc.property(received, (receipt) => {
        fc.pre((receipt.context.model?.length ?? 0) <= 128);
        expect(decodeTranscriptReceived(encodeTranscriptReceived(receipt))).toEqual(receipt);
      }),
    );
  });

  it('are refused whole when one is missing or malformed', () => {
    const [sample] = fc.sample(received, 1);
    const headers = encodeTranscriptReceived(sample!);
    for (const name of Object.keys(headers).filter(
      (one) => !['bundle-id', 'blob', 'traceparent'].includes(one),
    )) {
      const rest = Object.fromEntries(Object.entries(headers).filter(([other]) => other !== name));
      expect(() => decodeTranscriptReceived(rest)).toThrow();
    }
    for (const change of [
      { 'received-at-ms': '9999999999999999' },
      { sha256: 'x' },
      { 'size-bytes': '-1' },
      { context: '{' },
      { context: '{"a":1}' },
    ])
      expect(() => decodeTranscriptReceived({ ...headers, ...change })).toThrow();
  });
});
