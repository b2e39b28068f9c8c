import { z } from 'zod';

const whole = (min: number, max: number, fallback: number, what: string) =>
  z.coerce.number().int().min(min).max(max).default(fallback).describe(what);

/** What section `dedup` says of the ledger's patrol. */
export const ledgerSettings = {
  ledgerPatrolMs: whole(
    100,
    86_400_000,
    300_000,
    'Time between looks whether the ledger agrees with what is stored.',
  ),
  ledgerRecentHours: whole(0, 168, 2, 'Hours before the current one that each look compares.'),
  ledgerRoundHours: whole(
    1,
    1_000,
    24,
    'Further hours of each look; look by look they go round over all hours.',
  ),
};
