import { CRASH_MATCH_LIMITS, STORM_RULES } from '@oopstream/core-incident';
import type { CrashMatchLimits, StormRules } from '@oopstream/core-incident';
import { flag } from '@oopstream/runtime';
import { z } from 'zod';
import { replayConfigFields } from './replay-config';
import { ledgerSettings } from './ledger-config';
import { rebootSettings } from './reboot-config';
import { joiningConfigFields } from './joining-config';
import { lifeConfigFields } from './life-config';

const DAY_MS = 86_400_000;
const count = (max: number) => z.coerce.number().int().min(1).max(max);

/** Section `dedup`. */
export const dedupConfigSchema = z.object({
  maxBatchRecords: count(10_000).default(500).describe('Most receipts settled in one transaction.'),
  maxBatchBytes: z.coerce
    .number()
    .int()
    .min(100_000)
    .default(8_000_000)
    .describe('Most bytes of records settled in one transaction.'),
  retentionDays: count(36_500)
    .default(400)
    .describe('Days that crashes are kept; older receipts are refused as `past-retention`.'),
  retentionSweepMs: z.coerce
    .number()
    .int()
    .min(100)
    .max(DAY_MS)
    .default(3_600_000)
    .describe('Time between looks for what retention lets go; whole months go at a time.'),
  retentionBatchRows: count(100_000)
    .default(1_000)
    .describe('Receipts, transcripts, claims and deliveries that retention deletes in one transaction.'),
  bodyGraceMs: z.coerce
    .number()
    .int()
    .min(0)
    .max(30 * DAY_MS)
    .default(DAY_MS)
    .describe(
      'Time after which a body that no transcript keeps is deleted: more than dedup is ever behind the fingerprint worker.',
    ),
  crashMatchDays: count(400)
    .default(CRASH_MATCH_LIMITS.windowMs / DAY_MS)
    .describe(
      'Days between the receipts of two texts in which they can be found to show one crash by its moment.',
    ),
  crashMatchBootDays: count(400)
    .default(CRASH_MATCH_LIMITS.bootWindowMs / DAY_MS)
    .describe(
      'Days between the receipts of two texts of one boot id or bundle in which they can show one crash.',
    ),
  crashMatchCandidates: count(1_000)
    .default(CRASH_MATCH_LIMITS.maxCandidates)
    .describe('Crashes of a host that a report is compared with by each kind of evidence, the latest first.'),
  crashMatchTimeless: flag()
    .default(CRASH_MATCH_LIMITS.timeless)
    .describe(
      'Whether a text without clock, boot id and registers counts as a copy of the nearest crash of its host and key.',
    ),
  stormTranscripts: count(1_000_000)
    .default(STORM_RULES.stormTranscripts)
    .describe('Transcripts of one incident within a window beyond which bodies are sampled.'),
  stormWindowMs: z.coerce
    .number()
    .int()
    .min(1_000)
    .max(DAY_MS)
    .default(STORM_RULES.windowMs)
    .describe('That window; a storm is over after one with fewer.'),
  stormNewestKept: count(1_000)
    .default(STORM_RULES.newestKept)
    .describe('Newest bodies of a storm that are kept.'),
  stormClassesKept: count(1_000)
    .default(STORM_RULES.classesKept)
    .describe('Host models and titles of a storm whose first body is kept.'),
  bulkYieldMs: z.coerce
    .number()
    .int()
    .min(0)
    .max(60_000)
    .default(1_000)
    .describe('Longest that a batch of what a storm leaves to be counted gives way to other batches.'),
  ...joiningConfigFields,
  ...lifeConfigFields,
  ...rebootSettings,
  ...ledgerSettings,
  ...replayConfigFields,
  relayIntervalMs: z.coerce
    .number()
    .int()
    .min(10)
    .default(1_000)
    .describe('Time between looks at the outbox, besides after each batch.'),
  relayBatchRows: count(10_000).default(200).describe('Outbox rows handed on at a time.'),
  stallAfterMs: z.coerce
    .number()
    .int()
    .min(1_000)
    .max(3_600_000)
    .default(60_000)
    .describe('Without progress for so long dedup is not ready.'),
  consoleUrl: z
    .url()
    .default('http://127.0.0.1:8080')
    .transform((url) => url.replace(/\/+$/, ''))
    .describe('Where people reach the console: webhooks link to it.'),
});
export type DedupConfig = z.infer<typeof dedupConfigSchema>;

/** @returns how long crashes are kept, milliseconds */
export function retentionMs(config: DedupConfig): number {
  return config.retentionDays * DAY_MS;
}

/** @returns when bodies are sampled, and which are kept */
export function crashMatchLimits(config: DedupConfig): CrashMatchLimits {
  return {
    windowMs: config.crashMatchDays * DAY_MS,
    bootWindowMs: config.crashMatchBootDays * DAY_MS,
    maxCandidates: config.crashMatchCandidates,
    timeless: config.crashMatchTimeless,
  };
}

export function stormRules(config: DedupConfig): StormRules {
  return {
    stormTranscripts: config.stormTranscripts,
    windowMs: config.stormWindowMs,
    newestKept: config.stormNewestKept,
    classesKept: config.stormClassesKept,
  };
}
