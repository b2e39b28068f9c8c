import { z } from 'zod';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const durationMs = (min: number, max: number, fallback: number, what: string) =>
  z.coerce.number().int().min(min).max(max).default(fallback).describe(what);

/** What section `api` says of the census. */
export const censusSettings = {
  censusMaxHosts: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(100_000)
    .describe('Most heartbeats of one request.'),
  censusMaxBodyBytes: z.coerce
    .number()
    .int()
    .min(1024)
    .max(268_435_456)
    .default(33_554_432)
    .describe('Largest body of heartbeats.'),
  censusRatePerSecond: z.coerce
    .number()
    .positive()
    .max(1e6)
    .default(2_000)
    .describe('Heartbeats a second that one token may send in the long run.'),
  censusRateBurst: z.coerce
    .number()
    .int()
    .min(1)
    .max(1e7)
    .default(200_000)
    .describe('Heartbeats that one token may send at once; a larger request waits for all of it.'),
  censusMaxGapMs: durationMs(
    60_000,
    30 * DAY_MS,
    25 * HOUR_MS,
    'Longest time that a host counts as alive behind a heartbeat; longer than the time between two. What was counted with another value stays.',
  ),
  censusLateMs: durationMs(
    0,
    90 * DAY_MS,
    7 * DAY_MS,
    'How much older than the newest of its host a heartbeat may come; for so long single heartbeats are kept.',
  ),
  censusMaxAgeMs: durationMs(
    HOUR_MS,
    3_650 * DAY_MS,
    400 * DAY_MS,
    'How old a heartbeat may be at all, as in an import of history.',
  ),
  censusMaxAheadMs: durationMs(0, DAY_MS, 5 * 60_000, 'How far ahead of our clock that of a host may be.'),
};
export type CensusSettings = z.infer<z.ZodObject<typeof censusSettings>>;
