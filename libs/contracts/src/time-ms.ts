import { z } from 'zod';

/** The last millisecond of the year 9999: what lies beyond is no time that a store or a date could hold. */
const MAX_MS = 253_402_300_799_999;

/** Milliseconds since 1970. */
export const timeMsSchema = z.int().min(0).max(MAX_MS);

/** The same, as a header says it. */
export const timeMsTextSchema = z
  .string()
  .regex(/^\d{1,15}$/)
  .refine((text) => Number(text) <= MAX_MS, 'after the year 9999');
