import { z } from 'zod';
import { textSchema, timeSchema } from './common';

const count = z.int().min(0);
const release = textSchema(128).min(1);
const dayMeta = 'UTC day, such as 2026-11-01';

const windowQuery = {
  incident: textSchema(32)
    .min(1)
    .optional()
    .meta({ description: 'Crashes of this incident only, such as OOPS-42.' }),
  since: z.iso
    .date()
    .optional()
    .meta({ description: `${dayMeta}; 30 days ago when not given.` }),
  until: z.iso
    .date()
    .optional()
    .meta({ description: `${dayMeta}, exclusive; now when not given.` }),
};

const confidence = z.coerce
  .number()
  .min(0.5)
  .max(0.9999)
  .default(0.95)
  .meta({ description: 'Of the intervals, two-sided.' });

/** `GET /v1/rates` */
export const ratesQuerySchema = z.strictObject({
  ...windowQuery,
  release: release.optional().meta({ description: 'This kernel only, `uname -r`.' }),
  confidence,
});

const rateSchema = z.object({ value: z.number(), lower: z.number(), upper: z.number() }).nullable().meta({
  description: 'For each 1,000 host-days, with an exact Poisson interval; `null` without host-days.',
});

const countedSchema = z.object({
  crashes: count,
  hosts: count.meta({ description: 'Distinct hosts among them.' }),
  per1000HostDays: rateSchema,
  shareOfHosts: z
    .number()
    .nullable()
    .meta({ description: 'Of the hosts seen on this release; `null` without any.' }),
});

const releaseRateSchema = z
  .object({
    release: z.string(),
    branch: z
      .string()
      .nullable()
      .meta({ description: 'Releases of one branch have an order; `null`: no kernel release.' }),
    hostDays: z.number(),
    hosts: count.meta({ description: 'Hosts that the census saw on it.' }),
    fatal: countedSchema.meta({ description: 'Crashes that the machine died of.' }),
    survived: countedSchema.meta({ description: 'Crashes that it survived, such as warnings.' }),
    fatalOutsideCensus: count.meta({
      description: 'Fatal crashes of hosts that the census never saw on it: in no rate.',
    }),
    dirtyReboots: count.meta({
      description:
        'Reboots that broke off this release and left no dump, of all incidents: crashes not counted.',
    }),
    firstFatalAt: timeSchema.nullable(),
    lastFatalAt: timeSchema.nullable(),
  })
  .meta({ id: 'ReleaseRate', description: 'How often a release crashes.' });
export type ReleaseRate = z.infer<typeof releaseRateSchema>;

const spanSchema = {
  asOf: timeSchema,
  since: timeSchema,
  until: timeSchema,
  incident: z.string().nullable().meta({ description: '`null`: all of them.' }),
  confidence: z.number(),
};

export const ratesSchema = z
  .object({
    ...spanSchema,
    releases: z.array(releaseRateSchema).meta({ description: 'Most host-days first, at most 500.' }),
    turns: z
      .array(
        z.object({
          branch: z.string(),
          firstBad: z.string(),
          lastGood: z.string().nullable(),
          lastGoodHostDays: z.number().nullable().meta({ description: 'How long the good build ran.' }),
          chanceOfNone: z.number().nullable().meta({
            description:
              'Chance that it had no crash in that time at the rate of the bad one; `null`: no rate.',
          }),
          proven: z.boolean().meta({
            description: 'The good build ran long enough to rule out that it crashes as often.',
          }),
        }),
      )
      .meta({ description: 'First bad and last good build of the incident, branch by branch.' }),
  })
  .meta({ id: 'Rates', description: 'Crashes for each 1,000 host-days, release by release.' });
export type Rates = z.infer<typeof ratesSchema>;

/** `GET /v1/gate` */
export const gateQuerySchema = z.strictObject({
  from: release.meta({ description: 'Release that runs now, `uname -r`.' }),
  to: release.meta({ description: 'Release that is rolled out, `uname -r`.' }),
  ...windowQuery,
  tolerance: z.coerce
    .number()
    .gt(1)
    .max(1000)
    .default(2)
    .meta({ description: '`not-worse` is said when the rate surely rose by less than this factor.' }),
  confidence,
  acceptableRate: z.coerce
    .number()
    .positive()
    .max(1e6)
    .optional()
    .meta({ description: 'Crashes for each 1,000 host-days that are fine whatever the old release does.' }),
  count: z.enum(['crashes', 'hosts']).default('crashes').meta({
    description:
      'What is compared: fatal crashes, or hosts with one, so that one host in a loop counts once.',
  }),
});

export const gateSchema = z
  .object({
    verdict: z.enum(['worse', 'not-worse', 'not-enough-data']),
    why: z.enum(['rate-rose', 'ratio-bounded', 'rate-acceptable', 'no-host-days', 'ratio-open']),
    explanation: z.string().meta({ description: 'The same for people.' }),
    ratio: z
      .number()
      .nullable()
      .meta({ description: 'Rate of `to` by that of `from`; `null` where `from` had no crash.' }),
    interval: z
      .object({ lower: z.number(), upper: z.number().nullable() })
      .meta({ description: 'Of the ratio, exact; `null`: not bounded.' }),
    pValue: z.number().meta({ description: 'Chance of at least this were both alike; one-sided.' }),
    detectableRatio: z.number().nullable().meta({
      description: 'Smallest ratio that so many crashes would show four times in five; `null`: none.',
    }),
    tolerance: z.number(),
    acceptableRate: z.number().nullable(),
    count: z.enum(['crashes', 'hosts']),
    ...spanSchema,
    from: releaseRateSchema,
    to: releaseRateSchema,
  })
  .meta({ id: 'Gate', description: 'Whether a release crashes more often than another.' });
export type Gate = z.infer<typeof gateSchema>;

/** `GET /v1/incidents/{number}/rates` */
export const incidentRatesQuerySchema = z.strictObject({
  since: windowQuery.since,
  until: windowQuery.until,
  confidence,
});

export const incidentRatesSchema = ratesSchema
  .extend({
    fleet: z
      .object({
        hosts: count.meta({ description: 'Hosts that the census saw in the window.' }),
        hit: count.meta({ description: 'Of these, hosts with a fatal crash of the incident.' }),
        share: z.number().nullable().meta({ description: '`hit` by `hosts`; `null` without any.' }),
        affected: count.meta({ description: 'Of these, hosts with any crash of it.' }),
      })
      .meta({ description: 'How much of the fleet it reaches.' }),
    spread: z
      .array(
        z.object({
          day: z.iso.date(),
          newHosts: count.meta({ description: 'Hosts that it hit for the first time.' }),
          hosts: count.meta({ description: 'Hosts that it had hit by the end of the day, in all.' }),
        }),
      )
      .meta({
        description: 'Hosts of all its crashes, UTC day by day; days without a new host are left out.',
      }),
  })
  .meta({ id: 'IncidentRates', description: 'How often a bug crashes, where it came in, how it spreads.' });
export type IncidentRates = z.infer<typeof incidentRatesSchema>;
