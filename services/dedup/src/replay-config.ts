import { z } from 'zod';

const whole = (min: number, max: number, standard: number) =>
  z.coerce.number().int().min(min).max(max).default(standard);

/** Settings of replays, in section `dedup`. */
export const replayConfigFields = {
  replayIntervalMs: whole(10, 3_600_000, 1_000).describe(
    'Time between looks for a replay that has work to do.',
  ),
  replayChunkCrashes: whole(1, 10_000, 500).describe('Crashes that a replay signs in one transaction.'),
  replayMaxShadowCrashes: whole(1, 1_000_000_000, 5_000_000).describe(
    'Most crashes of one replay; one with more fails before it begins.',
  ),
  replayMaxSwitchCrashes: whole(1, 10_000_000, 200_000).describe(
    'Most crashes that a switch over may change; a larger one is refused. Batches of the tenant wait for its length.',
  ),
  replayKeepDays: whole(1, 3_650, 30).describe('Days that a switch over can be taken back.'),
};
