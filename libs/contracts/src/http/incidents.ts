import {
  HARDWARE_BANDS,
  INCIDENT_STATUSES,
  SEVERITIES,
  TRENDS,
  TRIAGE_FILTERS,
} from '@oopstream/core-incident';
import { z } from 'zod';
import { incidentSchema } from '../incident-changed';
import { crashSummarySchema } from './crashes';
import { provenDecisionSchema } from './proven-decision';
import { deliverySchema } from './deliveries';
import {
  episodeSchema,
  commitSchema,
  escalationSchema,
  fixSchema,
  severitySchema,
  triageSchema,
  unorderedBranchSchema,
} from './life';
import { askedTimeSchema, nextCursorSchema, noteSchema, pageQuery, textSchema, timeSchema } from './common';

/** Orders of the incident list; `-` is newest or largest first. Ties are broken by the incident's number. */
export const INCIDENT_SORTS = [
  '-lastSeen',
  'lastSeen',
  '-firstSeen',
  'firstSeen',
  '-crashes',
  '-hosts',
  '-severity',
  'severity',
] as const;
export type IncidentSort = (typeof INCIDENT_SORTS)[number];

const word = (description: string) => textSchema(256).min(1).optional().meta({ description });

/** `GET /v1/incidents` */
export const listIncidentsQuerySchema = z
  .strictObject({
    status: z
      .enum([...INCIDENT_STATUSES, 'all'])
      .default('open')
      .meta({ description: 'State of the incident.' }),
    q: textSchema(200).trim().min(2).optional().meta({
      description: 'Part of the title, in any case: `__kmalloc`, `from usbdev_ioctl`.',
    }),
    family: word('Crash family, for instance `bad-access`.'),
    kind: word('Kind of crash, for instance `stack-segment`.'),
    release: word('Kernel release that it was seen on, as `uname -r` says.'),
    host: word('Host that it was seen on: machine-id or name.'),
    verdict: word('Class of the verdict on any of its crashes, for instance `memory-overwrite`.'),
    hardware: z
      .enum(HARDWARE_BANDS)
      .optional()
      .meta({ description: 'How likely hardware is to blame for any of its crashes.' }),
    trend: z.enum(TRENDS).optional().meta({ description: 'How it goes.' }),
    triage: z.enum(TRIAGE_FILTERS).optional().meta({
      description: 'What people did with it; `unordered`: it crashed where nobody knows of the fix.',
    }),
    assignee: word('Whose it is.'),
    severity: z.enum(SEVERITIES).optional().meta({ description: 'How bad it is.' }),
    since: askedTimeSchema
      .optional()
      .meta({ description: 'Only incidents last seen at or after this time.' }),
    sort: z.enum(INCIDENT_SORTS).default('-lastSeen').meta({ description: 'Order.' }),
    ...pageQuery,
  })
  .meta({ description: 'Filters, order and page of the incident list.' });
export type ListIncidentsQuery = z.infer<typeof listIncidentsQuerySchema>;

/** Days of {@link incidentListItemSchema}'s trend. */
export const LIST_TREND_DAYS = 14;

export const incidentListItemSchema = incidentSchema
  .extend({
    recurrences: z.int().min(0).meta({ description: 'Times that it came back after a resolve.' }),
    verdict: z.string().nullable().meta({
      description:
        'Class of most of its crashes, `unknown` only where none has another; `null`: none was analysed.',
    }),
    trend: z
      .array(z.int().min(0))
      .length(LIST_TREND_DAYS)
      .meta({
        description: `Crashes of each of the last ${LIST_TREND_DAYS} UTC days by their own times, oldest first, today last.`,
      }),
  })
  .meta({ id: 'IncidentListItem', description: 'An incident as a list shows it.' });
export type IncidentListItem = z.infer<typeof incidentListItemSchema>;

export const incidentPageSchema = z
  .object({ items: z.array(incidentListItemSchema), nextCursor: nextCursorSchema })
  .meta({ id: 'IncidentPage', description: 'One page of incidents.' });
export type IncidentPage = z.infer<typeof incidentPageSchema>;

export const incidentHostSchema = z
  .object({
    hostId: z.string().meta({ description: 'machine-id where known, else the name it was sent under.' }),
    name: z.string().nullable(),
    model: z.string().nullable(),
    crashes: z.int().min(0),
    fatalCrashes: z.int().min(0),
    firstSeenAt: timeSchema,
    lastSeenAt: timeSchema,
  })
  .meta({ id: 'IncidentHost', description: 'A host that an incident was seen on.' });

export const incidentReleaseSchema = z
  .object({
    release: z.string().meta({ description: 'As `uname -r` says.' }),
    crashes: z.int().min(0),
    fatalCrashes: z.int().min(0),
    survivedCrashes: z.int().min(0),
    firstSeenAt: timeSchema,
    lastSeenAt: timeSchema,
  })
  .meta({ id: 'IncidentRelease', description: 'A kernel release that an incident was seen on.' });

export const incidentVariantSchema = z
  .object({
    title: z.string(),
    exactKey: z.string(),
    crashes: z.int().min(0),
    firstSeenAt: timeSchema,
    lastSeenAt: timeSchema,
  })
  .meta({ id: 'IncidentVariant', description: 'One exact signature inside an incident.' });

export const incidentVerdictSchema = z
  .object({
    verdict: z.string().meta({ description: 'Class: `memory-overwrite`, …, `unknown`.' }),
    crashes: z.int().min(0),
  })
  .meta({ id: 'IncidentVerdict', description: 'Crashes of an incident that have the same verdict.' });

export const incidentHardwareSchema = z
  .object({
    likelihood: z
      .string()
      .meta({ description: '`likely` (0.6 and more), `possible` (0.25 and more) or `unlikely`.' }),
    crashes: z.int().min(0),
  })
  .meta({
    id: 'IncidentHardware',
    description: 'Crashes of an incident for which hardware is as likely to blame.',
  });

export const incidentTrendSchema = z
  .object({
    bucket: z.enum(['hour', 'day']),
    buckets: z
      .array(z.object({ at: timeSchema, fatal: z.int().min(0), survived: z.int().min(0) }))
      .meta({ description: 'Oldest first, without gaps: a bucket without a crash is there with zeros.' }),
  })
  .meta({ id: 'IncidentTrend', description: 'Crashes over time: hours for a young incident, else days.' });

export const incidentKeySchema = z
  .object({
    groupKey: z.string(),
    groupText: z.string().nullable().meta({ description: 'The readable text that hashes to the key.' }),
    algorithmVersion: z.int().min(1).nullable().meta({ description: '`null` for a holding key.' }),
    attachedAt: timeSchema,
    reason: z
      .string()
      .meta({ description: 'Why the key leads here: `first-sighting`, `similar`, `merged`, …' }),
    score: z.number().nullable().meta({ description: 'Of the similarity that attached it.' }),
    decision: provenDecisionSchema
      .nullable()
      .meta({ description: 'The decision that put it here; `null`: a machine did.' }),
  })
  .meta({ id: 'IncidentKey', description: 'A group key whose crashes join this incident.' });

export const historyEntrySchema = z
  .object({
    at: timeSchema,
    action: z
      .string()
      .meta({ description: 'What happened: `opened`, `resolved`, `reopened`, `recurred`, …' }),
    actor: z.string().meta({ description: '`machine`, or the label of the token.' }),
    detail: z
      .record(z.string(), z.unknown())
      .meta({ description: 'Note, release, crash: what belongs to it.' }),
  })
  .meta({ id: 'HistoryEntry', description: 'One line of the audit.' });

export const incidentResolutionSchema = z
  .object({
    at: timeSchema,
    by: z.string().meta({ description: 'Label of the token.' }),
    release: z.string().nullable().meta({ description: 'First kernel release that fixes it, if said.' }),
    fix: fixSchema.nullable().meta({ description: '`null`: nobody said what fixes it.' }),
  })
  .meta({ id: 'IncidentResolution', description: 'Who resolved it, and in which release.' });

/** `GET /v1/incidents/{number}`: everything that an incident's page shows. */
export const incidentDetailSchema = z
  .object({
    incident: incidentSchema,
    algorithmVersion: z.int().min(1).nullable().meta({
      description: 'Newest algorithm version among the keys; `null` while it holds damaged crashes only.',
    }),
    keys: z.array(incidentKeySchema),
    severity: severitySchema,
    triage: triageSchema,
    escalation: escalationSchema.nullable().meta({ description: '`null` while it does not escalate.' }),
    unordered: z.array(unorderedBranchSchema).meta({
      description: 'Where it crashed since the resolve and nobody knows whether the fix is in.',
    }),
    episodes: z.array(episodeSchema).meta({ description: 'The times that it was open, the first first.' }),
    resolution: incidentResolutionSchema
      .nullable()
      .meta({ description: 'How it was closed; `null` while open.' }),
    recurrences: z.int().min(0).meta({ description: 'Times that it came back after a resolve.' }),
    hosts: z.array(incidentHostSchema).meta({ description: 'Most crashes first, at most 50.' }),
    releases: z.array(incidentReleaseSchema).meta({ description: 'Most crashes first, at most 50.' }),
    variants: z.array(incidentVariantSchema).meta({ description: 'Most crashes first, at most 50.' }),
    verdicts: z.array(incidentVerdictSchema).meta({
      description: 'Most crashes first, at most 50; crashes that nobody analysed are in none.',
    }),
    hardware: z.array(incidentHardwareSchema).meta({ description: 'Most crashes first.' }),
    trend: incidentTrendSchema,
    recentCrashes: z.array(crashSummarySchema).meta({ description: 'Newest receipt first, at most 20.' }),
    deliveries: z.array(deliverySchema).meta({ description: 'Alerts sent, newest first, at most 20.' }),
    history: z.array(historyEntrySchema).meta({ description: 'Newest first, at most 100.' }),
  })
  .meta({
    id: 'IncidentDetail',
    description: 'An incident with its facets, recent crashes, alerts and history.',
  });
export type IncidentDetail = z.infer<typeof incidentDetailSchema>;

/** `POST /v1/incidents/{number}/resolve` */
export const resolveIncidentBodySchema = z
  .strictObject({
    release: textSchema(128)
      .trim()
      .min(1)
      .optional()
      .meta({ description: 'First fixed kernel release of its branch; it says nothing of other branches.' }),
    commit: commitSchema
      .optional()
      .meta({ description: 'Commit that fixes it: the fix table knows in which releases it is.' }),
    livepatch: textSchema(128)
      .trim()
      .min(1)
      .optional()
      .meta({ description: 'Livepatch that carries the fix.' }),
    note: noteSchema.optional().meta({ description: 'Why, for the history.' }),
  })
  .meta({ id: 'ResolveIncident', description: 'What a person says when resolving.' });

/** `POST /v1/incidents/{number}/reopen` */
export const reopenIncidentBodySchema = z
  .strictObject({ note: noteSchema.optional().meta({ description: 'Why, for the history.' }) })
  .meta({ id: 'ReopenIncident', description: 'What a person says when reopening.' });
