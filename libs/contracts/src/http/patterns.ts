import { z } from 'zod';
import { pageQuery, textSchema, timeSchema } from './common';

const count = z.int().min(0);
const share = z.number().min(0).max(1);
const windowDays = (byDefault: number) =>
  z.coerce
    .number()
    .int()
    .min(1)
    .max(400)
    .default(byDefault)
    .meta({ description: `Days back from now, ${byDefault} when not given.` });

const memberSchema = z.object({
  number: z.string(),
  title: z.string(),
  status: z.string(),
  crashes: count.meta({ description: 'Its crashes that make it a member.' }),
  lastSeenAt: timeSchema,
});

export const parentSchema = z
  .object({
    kind: z.enum(['victims', 'host']).meta({
      description:
        '`victims`: damage met by what everybody uses (allocator, lists), of one release and slab cache. `host`: one machine with unlike signatures.',
    }),
    key: z.string().meta({ description: 'Stable.' }),
    title: z.string(),
    kernelRelease: z.string().nullable().meta({ description: 'Of victims.' }),
    slabCache: z.string().nullable().meta({ description: 'Of victims; `null`: not told.' }),
    hostId: z.string().nullable().meta({ description: 'Of a host.' }),
    crashes: count,
    hosts: count,
    firstSeenAt: timeSchema,
    lastSeenAt: timeSchema,
    incidentCount: count,
    incidents: z.array(memberSchema).meta({ description: 'Most crashes first, 50 at most.' }),
  })
  .meta({ id: 'Parent', description: 'Incidents that may be symptoms of one cause.' });
export type Parent = z.infer<typeof parentSchema>;

/** `GET /v1/parents` */
export const listParentsQuerySchema = z.strictObject({
  kind: z.enum(['victims', 'host', 'all']).default('all').meta({ description: 'Kind of groups.' }),
  days: windowDays(30),
  limit: pageQuery.limit.meta({ description: 'Of each kind.' }),
});
export const parentListSchema = z
  .object({ asOf: timeSchema, items: z.array(parentSchema) })
  .meta({ id: 'ParentList', description: 'Groups of incidents: victims first, then hosts.' });
export type ParentList = z.infer<typeof parentListSchema>;

/** `GET /v1/incidents/{number}/patterns` */
export const patternsQuerySchema = z.strictObject({
  days: windowDays(30),
  falseShare: z.coerce.number().gt(0).max(0.5).default(0.05).meta({
    description: 'Share of what is called unusual that may be chance (Benjamini and Hochberg).',
  }),
});
export const patternsSchema = z
  .object({
    asOf: timeSchema,
    since: timeSchema,
    attribution: z.object({
      verdict: z.enum(['hardware', 'model', 'software', 'unknown']),
      parts: z.array(
        z.object({
          speaksFor: z.enum(['hardware', 'model', 'software']),
          weight: share,
          text: z.string(),
        }),
      ),
    }),
    unusual: z.object({
      crashedHosts: count.meta({ description: 'Hosts of the incident that the census knows.' }),
      fleetHosts: count.meta({ description: 'Hosts that were compared.' }),
      isSample: z.boolean().meta({ description: 'The fleet is larger than what was compared.' }),
      looked: count.meta({ description: 'Values that were looked at: the correction counts them.' }),
      facets: z.array(
        z.object({
          facet: z.string().meta({
            description: '`model`, `bios`, `flavour`, `livepatch`, `module`, or a label such as `rack`.',
          }),
          value: textSchema(4096),
          crashed: count,
          fleet: count,
          lift: z.number().meta({ description: 'Share among crashed hosts by share in the fleet.' }),
          pValue: z.number().meta({ description: 'Fisher’s exact test, one-sided.' }),
          qValue: z.number().meta({ description: 'Corrected for all that was looked at.' }),
        }),
      ),
    }),
    parents: z.array(parentSchema),
  })
  .meta({ id: 'Patterns', description: 'What an incident’s crashes and hosts have in common.' });
export type Patterns = z.infer<typeof patternsSchema>;
