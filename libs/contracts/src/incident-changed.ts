import { INCIDENT_STATUSES } from '@oopstream/core-incident';
import { z } from 'zod';
import { lifeFields, whySchema } from './incident-life';

/** What happened to an incident that other parties may want to know. */
export const INCIDENT_CHANGES = [
  'opened',
  'recurred',
  'resolved',
  'reopened',
  'seen',
  'obsoleted',
  'acknowledged',
  'assigned',
  'muted',
  'unmuted',
  'escalated',
  'calmed',
  'settled',
  'unordered',
  'merged',
  'regrouped',
] as const;
export type IncidentChange = (typeof INCIDENT_CHANGES)[number];

/** An incident as the API, topics and webhooks show it. Times are RFC 3339 in UTC. */
export const incidentSchema = z
  .object({
    /** UUID: never changes, never used twice. */
    id: z.string(),
    /** What people say: `OOPS-42`. */
    number: z.string(),
    tenant: z.string(),
    title: z.string(),
    kind: z.string(),
    family: z.string(),
    blamed: z.string().nullable(),
    entry: z.string().nullable(),
    module: z.string().nullable(),
    status: z.enum(INCIDENT_STATUSES),
    /** Waits for a better copy: its crashes are damaged or frameless. */
    holding: z.boolean(),
    firstSeenAt: z.string(),
    lastSeenAt: z.string(),
    /** When it was closed, resolved or obsolete. */
    resolvedAt: z.string().nullable(),
    crashes: z.int().min(0),
    /** Crashes that killed the machine. */
    fatalCrashes: z.int().min(0),
    hosts: z.int().min(0),
    releases: z.array(z.string()),
    groupKeys: z.array(z.string()),
    ...lifeFields,
  })
  .meta({ id: 'Incident', description: 'The group of crashes that people open, resolve and see recur.' });
export type Incident = z.infer<typeof incidentSchema>;

/** Topic `oopstream.incident.changed.v1` (key: incident id, compacted): JSON, the incident after the change. */
export const incidentChangedSchema = z.object({
  version: z.literal(1),
  change: z.enum(INCIDENT_CHANGES),
  at: z.string(),
  incident: incidentSchema,
  /** Why, where the change alone does not say; `null` from older writers too. */
  why: whySchema.nullable().default(null),
  /** The crash that brought the change about; `null` for a person's act. */
  crashId: z.string().nullable(),
  /** Number of the incident that this one leads to now; writers before decisions did not have it. */
  mergedInto: z.string().nullable().default(null),
  /** The person's decision that brought the change about. */
  decisionId: z.string().nullable().default(null),
  traceparent: z.string().nullable(),
});
export type IncidentChanged = z.infer<typeof incidentChangedSchema>;
