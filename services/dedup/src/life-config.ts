import type { LifeSettings } from '@oopstream/core-incident';
import { z } from 'zod';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const days = (max = 3_650) => z.coerce.number().int().min(1).max(max);
const hours = z.coerce.number().int().min(1).max(8_760);
const rows = (max: number) => z.coerce.number().int().min(1).max(max);

/** Settings of section `dedup` that have to do with incidents' lives. */
export const lifeConfigFields = {
  lifeSweepMs: z.coerce
    .number()
    .int()
    .min(100)
    .max(DAY_MS)
    .default(60_000)
    .describe('Time between looks at incidents that something is due of.'),
  lifeSweepRows: rows(10_000).default(200).describe('Incidents looked at in one transaction.'),
  lifeLivingHours: hours
    .default(24)
    .describe('A host without a heartbeat for so long does not count to the living fleet.'),
  trendNewDays: days().default(7).describe('Days that an incident is called new.'),
  trendRegressedDays: days().default(7).describe('Days that an incident is called regressed.'),
  obsoleteMinDays: days().default(14).describe('Least quiet days after which an incident is given up.'),
  obsoleteMaxDays: days().default(100).describe('Most quiet days after which an incident is given up.'),
  obsoleteFewDays: days()
    .default(80)
    .describe('Quiet days after which an incident is given up that has too few crashes for a rate.'),
  obsoleteMinCrashes: rows(1_000_000).default(10).describe('Crashes from which on an incident has a rate.'),
  escalationHistoryDays: days(90)
    .default(14)
    .describe('Days of an incident that its hourly crashes are compared with; from 7 on it has a rate.'),
  escalationMinCrashes: rows(1_000_000).default(10).describe('Fewer crashes in an hour never escalate.'),
  escalationCalmHours: hours
    .default(24)
    .describe('Hours below half of its limit after which an incident escalates no more.'),
  escalationCheckMs: z.coerce
    .number()
    .int()
    .min(1_000)
    .max(DAY_MS)
    .default(600_000)
    .describe('Time between looks at an incident that crashes or escalates.'),
  escalationSharePercent: z.coerce
    .number()
    .gt(0)
    .max(100)
    .default(1)
    .describe('Share of the living fleet that escalates when it is hit within the window.'),
  escalationShareHours: hours.default(24).describe('That window.'),
  escalationShareMinHosts: rows(1_000_000).default(5).describe('Fewer hosts hit never escalate by share.'),
  escalationShareMinFleet: rows(10_000_000)
    .default(100)
    .describe('A smaller living fleet never escalates by share.'),
};

type LifeConfig = { readonly [Field in keyof typeof lifeConfigFields]: number };

/** @returns the limits of incidents' lives, as core takes them. */
export function lifeSettings(config: LifeConfig): LifeSettings {
  return {
    newForMs: config.trendNewDays * DAY_MS,
    regressedForMs: config.trendRegressedDays * DAY_MS,
    obsoleteMinMs: config.obsoleteMinDays * DAY_MS,
    obsoleteMaxMs: config.obsoleteMaxDays * DAY_MS,
    obsoleteFewMs: config.obsoleteFewDays * DAY_MS,
    obsoleteMinCrashes: config.obsoleteMinCrashes,
    escalationHistoryMs: config.escalationHistoryDays * DAY_MS,
    escalationMinCrashes: config.escalationMinCrashes,
    escalationCalmMs: config.escalationCalmHours * HOUR_MS,
    escalationCheckMs: config.escalationCheckMs,
    shareLimit: config.escalationSharePercent / 100,
    shareWindowMs: config.escalationShareHours * HOUR_MS,
    shareMinHosts: config.escalationShareMinHosts,
    shareMinFleet: config.escalationShareMinFleet,
  };
}
