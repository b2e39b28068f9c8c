import { z } from 'zod';
import { readingSchema, signatureSchema } from './reading';

/**
 * What a field says where an older writer did not know it. Whoever adds a field to a reading adds its absence here: rows
 * and messages written before must stay readable.
 */
const ABSENT = {
  headline: null,
  exception: null,
  fault: null,
  frames: [],
  mentions: {},
  damage: null,
  panicked: false,
  kernelRelease: null,
  arch: null,
  comm: null,
  pid: null,
  cpu: null,
  taint: null,
  hardware: null,
  uptimeSeconds: null,
  occurredAtMs: null,
  bootId: null,
};
const ABSENT_IN_FAULT = { offset: null, module: null, address: null, ofCrash: true };
const ABSENT_IN_FRAME = {
  offset: null,
  size: null,
  module: null,
  reliable: true,
  inline: false,
  source: null,
  address: null,
};
const ABSENT_IN_MENTIONS = { header: [], lockSites: [], workFunction: null };
const ABSENT_IN_SIGNATURE = { blamed: null, entry: null };

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const completed = (absent: Fields, value: unknown): unknown =>
  isFields(value) ? { ...absent, ...value } : value;

function completeReading(value: unknown): unknown {
  if (!isFields(value)) return value;
  const reading: Fields = { ...ABSENT, ...value };
  const { fault, frames, mentions } = reading;
  return {
    ...reading,
    fault: completed(ABSENT_IN_FAULT, fault),
    frames: Array.isArray(frames) ? frames.map((one) => completed(ABSENT_IN_FRAME, one)) : frames,
    mentions: completed(ABSENT_IN_MENTIONS, mentions),
  };
}

/** A reading of any release so far. */
export const storedReadingSchema = z.preprocess(completeReading, readingSchema);

/** A signature of any release so far. */
export const storedSignatureSchema = z.preprocess(
  (value) => completed(ABSENT_IN_SIGNATURE, value),
  signatureSchema,
);
