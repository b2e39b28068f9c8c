import { z } from 'zod';

const HOUR_MS = 3_600_000;
const durationMs = (min: number, max: number, fallback: number, what: string) =>
  z.coerce.number().int().min(min).max(max).default(fallback).describe(what);

/** What section `dedup` says of dirty reboots. */
export const rebootSettings = {
  rebootWindowMs: durationMs(
    60_000,
    30 * 24 * HOUR_MS,
    HOUR_MS,
    'How long after a reboot that broke off a transcript of it may come before people are told that none did.',
  ),
  rebootSlackMs: durationMs(
    0,
    HOUR_MS,
    300_000,
    'How far clocks of hosts and ours may be apart where a crash is taken for the cause of a reboot.',
  ),
  rebootSweepMs: durationMs(100, HOUR_MS, 30_000, 'Time between looks at dirty reboots.'),
  rebootSweepRows: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(500)
    .describe('Dirty reboots settled in one transaction, and told of in one webhook.'),
};
