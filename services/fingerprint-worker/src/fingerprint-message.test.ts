import { transcriptFingerprintedSchema } from '@oopstream/contracts';
import { sign } from '@oopstream/core-signature';
import { readTranscript } from '@oopstream/core-transcript';
import { encodeWithin } from './fingerprint-message';
import { OOPS, hashText } from './worker-bench';

const signed = readTranscript(OOPS).readings.map((reading) => ({
  reading,
  signature: sign(reading, hashText),
}));
const messageOf = (copies: number, frames: number) => ({
  version: 1 as const,
  receiptId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  source: { partition: 1, offset: 2 },
  tenant: 'default',
  transcriptId: 'a'.repeat(32),
  bundleId: null,
  hostId: 'web-1',
  context: {},
  receivedAtMs: 1,
  processedAtMs: 2,
  sha256: 'b'.repeat(64),
  sizeBytes: OOPS.byteLength,
  readings: Array.from({ length: copies }, (_, n) => ({
    ...signed[0]!,
    reading: {
      ...signed[0]!.reading,
      span: { start: n, end: OOPS.byteLength },
      frames: Array.from({ length: frames }, () => signed[0]!.reading.frames[0]!),
    },
  })),
  omittedReadings: 3,
  traceparent: null,
});
const decode = (bytes: Buffer) => transcriptFingerprintedSchema.parse(JSON.parse(bytes.toString('utf8')));

describe('encodeWithin', () => {
  it('changes nothing that fits, and loses nothing on the wire', () => {
    const message = messageOf(2, 20);
    const bytes = encodeWithin(message, 1_000_000);
    expect(decode(bytes)).toEqual(message);
    expect(encodeWithin(message, bytes.byteLength)).toEqual(bytes);
  });

  it('cuts frames before readings', () => {
    const whole = encodeWithin(messageOf(4, 100), 10_000_000).byteLength;
    const cut = decode(encodeWithin(messageOf(4, 100), whole - 1));
    expect(cut.readings.map(({ reading }) => reading.frames.length)).toEqual([32, 32, 32, 32]);
    expect(cut.omittedReadings).toBe(3);
  });

  it.each([100_000, 30_000, 5_000, 2_000, 700])(
    'fits into %d bytes, counts what it left out, the same each time',
    (maxBytes) => {
      const message = messageOf(64, 128);
      const bytes = encodeWithin(message, maxBytes);
      expect(bytes.byteLength).toBeLessThanOrEqual(maxBytes);
      const cut = decode(bytes);
      expect(cut.readings.length + cut.omittedReadings).toBe(64 + 3);
      expect(cut.readings.map(({ signature }) => signature)).toEqual(
        message.readings.slice(0, cut.readings.length).map(({ signature }) => signature),
      );
      expect(encodeWithin(message, maxBytes)).toEqual(bytes);
    },
  );
});
