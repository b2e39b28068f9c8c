import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readingSchema, signatureSchema } from './reading';
import { storedReadingSchema, storedSignatureSchema } from './stored-reading';
import { transcriptFingerprintedSchema } from './transcript-fingerprinted';

interface Sample {
  readonly readings: readonly {
    readonly reading: Readonly<Record<string, unknown>> & {
      readonly fault: object;
      readonly frames: readonly object[];
      readonly mentions: object;
    };
    readonly signature: object;
  }[];
}
const sample = JSON.parse(
  readFileSync(join(__dirname, '../samples/transcript-fingerprinted/v1-crash.json'), 'utf8'),
) as Sample;
const { reading, signature } = sample.readings[0]!;
const without = (fields: object, name: string): object =>
  Object.fromEntries(Object.entries(fields).filter(([other]) => other !== name));

/** What a reading is nothing without. */
const ESSENTIAL = ['format', 'span', 'kind', 'fatal'];

describe('a reading of an older release', () => {
  it('is read as it is when nothing is missing', () => {
    expect(storedReadingSchema.parse(reading)).toEqual(readingSchema.parse(reading));
    expect(storedSignatureSchema.parse(signature)).toEqual(signatureSchema.parse(signature));
  });

  it('is read without any one field that it could lack', () => {
    for (const name of Object.keys(readingSchema.shape).filter((one) => !ESSENTIAL.includes(one)))
      expect(storedReadingSchema.safeParse(without(reading, name)).error).toBeUndefined();
    for (const name of ESSENTIAL)
      expect(storedReadingSchema.safeParse(without(reading, name)).success).toBe(false);
    for (const name of ['blamed', 'entry'])
      expect(storedSignatureSchema.safeParse(without(signature, name)).error).toBeUndefined();
  });

  it('is read with bare frames, fault and mentions', () => {
    const bare = {
      ...reading,
      fault: { function: 'f' },
      frames: [{ function: 'f', span: { start: 0, end: 1 } }],
      mentions: {},
    };
    expect(storedReadingSchema.parse(bare)).toMatchObject({
      fault: { function: 'f', offset: null, module: null, ofCrash: true },
      frames: [{ function: 'f', reliable: true, inline: false, source: null }],
      mentions: { header: [], lockSites: [], workFunction: null },
    });
  });

  it('is refused when it is none', () => {
    for (const value of [null, 'text', {}, { ...reading, frames: 7 }, { ...reading, mentions: null }])
      expect(storedReadingSchema.safeParse(value).success).toBe(false);
  });
});

describe('a message that no store could keep', () => {
  it('is refused: two readings at one place, times out of any calendar', () => {
    const twice = { ...sample, readings: [sample.readings[0], sample.readings[0]] };
    expect(transcriptFingerprintedSchema.safeParse(twice).success).toBe(false);
    for (const receivedAtMs of [-1, 8_640_000_000_000_001, 1.5])
      expect(transcriptFingerprintedSchema.safeParse({ ...sample, receivedAtMs }).success).toBe(false);
    expect(transcriptFingerprintedSchema.safeParse(sample).success).toBe(true);
  });
});
