import { transcriptFingerprintedSchema } from '@oopstream/contracts';
import { sign } from '@oopstream/core-signature';
import { readTranscript } from '@oopstream/core-transcript';
import { encodeWithin } from './fingerprint-message';
import { OOPS, hashText } from './worker-bench';

const signed = readTranscript(OOPS).readings.map((reading) => ({
  reading,
  signature: sign(reading, hashText),
  analysis: null,
}));
const span = { start: 1, end: 9 };
const analysis = {
  version: 1,
  verdict: {
    class: 'null-pointer',
    confidence: 'likely',
    text: 'A NULL pointer was read.',
    flags: [],
    culprit: null,
  },
  findings: Array.from({ length: 40 }, (_, n) => ({
    kind: 'value',
    claim: `word ${n} says something`,
    confidence: 'hint',
    evidence: [{ span, note: 'RBX' }],
    confirm: null,
  })),
  registers: [{ name: 'rbx', value: '00', origin: 'printed', meaning: null, span }],
  hardware: { value: 0.3, parts: [{ reason: 'heat', weight: 0.3, evidence: [] }] },
  missing: [{ command: 'bt -f', why: 'for its stack words' }],
};
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

  it('cuts analyses before frames, and leaves the verdict to the last', () => {
    const message = messageOf(4, 100);
    const readings = message.readings.map((one) => ({ ...one, analysis }));
    const whole = encodeWithin({ ...message, readings }, 10_000_000).byteLength;
    const cutAt = (maxBytes: number) => decode(encodeWithin({ ...message, readings }, maxBytes)).readings;
    const first = cutAt(whole - 1);
    expect(first[0]!.analysis).toEqual({ ...analysis, findings: analysis.findings.slice(0, 16) });
    const second = cutAt(Buffer.byteLength(JSON.stringify({ ...message, readings: first })) - 1);
    const bare = { findings: [], registers: [], missing: [], hardware: { value: 0.3, parts: [] } };
    for (const one of second) {
      expect(one.analysis).toEqual({ ...analysis, ...bare });
      expect(one.reading.frames).toHaveLength(100);
    }
    const third = cutAt(Buffer.byteLength(JSON.stringify({ ...message, readings: second })) - 1);
    expect(third.map(({ reading }) => reading.frames.length)).toEqual([32, 32, 32, 32]);
    expect(third.every((one) => one.analysis?.verdict.class === 'null-pointer')).toBe(true);
    const fourth = cutAt(Buffer.byteLength(JSON.stringify({ ...message, readings: third })) - 1);
    const fifth = cutAt(Buffer.byteLength(JSON.stringify({ ...message, readings: fourth })) - 1);
    expect(fifth.map((one) => [one.analysis, one.reading.frames.length])).toEqual(
      Array.from({ length: 4 }, () => [null, 8]),
    );
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
