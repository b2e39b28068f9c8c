import { SEVERITIES } from '@oopstream/core-incident';
import { z } from 'zod';
import { askedTimeSchema, nextCursorSchema, noteSchema, pageQuery, textSchema, timeSchema } from './common';

export const commitSchema = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[0-9a-f]{12,40}$/, 'a commit id of 12 to 40 hexadecimal digits');
const releaseSchema = textSchema(128).trim().min(1);
const livepatchSchema = textSchema(128).trim().min(1);

export const fixSchema = z
  .object({
    releases: z.array(z.string()).meta({ description: 'First fixed release of a branch each.' }),
    commit: z.string().nullable(),
    livepatches: z.array(z.string()),
  })
  .meta({ id: 'IncidentFix', description: 'What is said to fix an incident.' });

export const severitySchema = z
  .object({
    level: z.enum(SEVERITIES),
    score: z.int().min(0).max(100),
    parts: z.array(
      z.object({ part: z.string(), points: z.int().min(0), mostPoints: z.int().min(0), why: z.string() }),
    ),
  })
  .meta({ id: 'IncidentSeverity', description: 'How bad an incident is, and what that is made of.' });

export const triageSchema = z
  .object({
    acknowledgedAt: timeSchema.nullable(),
    acknowledgedBy: z.string().nullable(),
    assignee: z.string().nullable(),
    mute: z
      .object({
        at: timeSchema,
        by: z.string(),
        until: timeSchema.nullable(),
        crashes: z.int().nullable().meta({ description: 'Crashes of the incident in total that end it.' }),
        hosts: z.int().nullable().meta({ description: 'Hosts of the incident in total that end it.' }),
        release: z.string().nullable().meta({ description: 'A crash on it, or on one that has all of it.' }),
      })
      .nullable()
      .meta({ description: 'The first condition that comes true ends it; `null`: not muted.' }),
  })
  .meta({ id: 'IncidentTriage', description: 'What people did with an incident.' });

export const escalationSchema = z
  .object({
    since: timeSchema,
    rule: z
      .string()
      .meta({ description: '`spike`, `bursty`, `young`: by its own history; `share`: of the fleet.' }),
    limit: z.number().meta({ description: 'Crashes an hour, or the share of the living fleet.' }),
  })
  .meta({ id: 'IncidentEscalation', description: 'Why an incident escalates.' });

export const unorderedBranchSchema = z
  .object({
    branch: z.string(),
    release: z.string().nullable().meta({ description: 'The latest of the branch that crashed.' }),
    reason: z.string(),
    crashId: z.string(),
    crashes: z.int().min(1),
  })
  .meta({ id: 'UnorderedBranch', description: 'A branch of which nobody knows whether it has the fix.' });

export const episodeSchema = z
  .object({
    number: z.int().min(1),
    openedAt: timeSchema,
    openedWhy: z.string().meta({ description: 'Slug: `first-sighting`, `fix-contained`, …' }),
    openedByCrash: z.string().nullable(),
    closedAt: timeSchema.nullable(),
    closedWhy: z.string().nullable().meta({ description: 'Slug: `by-hand`, `quiet`, …' }),
    crashes: z.int().min(0).meta({ description: 'Counted from its opening to that of the next one.' }),
  })
  .meta({ id: 'IncidentEpisode', description: 'A time that an incident was open.' });

const acts = { note: noteSchema.optional().meta({ description: 'Why, for the history.' }) };

/** Bodies of `POST /v1/incidents/{number}/obsolete`, `acknowledge`, `unmute`. */
export const actBodySchema = z
  .strictObject(acts)
  .meta({ id: 'IncidentAct', description: 'What a person says when acting on an incident.' });

/** `POST /v1/incidents/{number}/assign` */
export const assignBodySchema = z
  .strictObject({
    assignee: textSchema(128)
      .trim()
      .min(1)
      .nullable()
      .meta({ description: 'Whose it is; `null`: nobody’s.' }),
    ...acts,
  })
  .meta({ id: 'AssignIncident', description: 'Whose an incident is from now on.' });

/** `POST /v1/incidents/{number}/mute`; without any condition it is refused as `transition-illegal`. */
export const muteBodySchema = z
  .strictObject({
    until: askedTimeSchema.optional().meta({ description: 'Speaks again at this time.' }),
    crashes: z
      .int()
      .min(1)
      .max(1_000_000_000)
      .optional()
      .meta({ description: 'After so many further crashes.' }),
    hosts: z
      .int()
      .min(1)
      .max(100_000_000)
      .optional()
      .meta({ description: 'When so many further hosts are hit.' }),
    release: releaseSchema
      .optional()
      .meta({ description: 'With a crash on this release, or a later one of its branch.' }),
    ...acts,
  })
  .meta({
    id: 'MuteIncident',
    description: 'Until when nobody is called; the first that comes true ends it.',
  });

export const MAX_FIXES_ADDED = 1_000;

/** One line that is added: either `release` or `livepatch`. */
export const newFixSchema = z
  .strictObject({
    commit: commitSchema,
    release: releaseSchema
      .optional()
      .meta({ description: 'First release of its branch that has the commit.' }),
    livepatch: livepatchSchema.optional().meta({ description: 'Livepatch that carries the commit.' }),
    note: noteSchema.optional(),
  })
  .refine((row) => (row.release === undefined) !== (row.livepatch === undefined), {
    message: 'either release or livepatch',
  })
  .meta({ id: 'NewFix', description: 'Where a commit is.' });

/** `POST /v1/fixes` */
export const addFixesBodySchema = z
  .strictObject({ items: z.array(newFixSchema).min(1).max(MAX_FIXES_ADDED) })
  .meta({ id: 'AddFixes', description: 'Lines of the fix table to add, all or none.' });

export const addedFixesSchema = z
  .object({ added: z.int().min(0), known: z.int().min(0) })
  .meta({ id: 'AddedFixes', description: 'How many lines were new, and how many the table had.' });

/** `GET /v1/fixes` */
export const listFixesQuerySchema = z.strictObject({
  commit: commitSchema.optional().meta({ description: 'Only of this commit; 12 digits or more.' }),
  ...pageQuery,
});

export const fixRowSchema = z
  .object({
    id: z.string(),
    commit: z.string(),
    release: z.string().nullable(),
    branch: z.string().nullable().meta({ description: 'Of the release: what it is comparable with.' }),
    livepatch: z.string().nullable(),
    note: z.string().nullable(),
    addedAt: timeSchema,
    addedBy: z.string(),
  })
  .meta({ id: 'Fix', description: 'A line of the fix table.' });
export type FixView = z.infer<typeof fixRowSchema>;

export const fixPageSchema = z
  .object({ items: z.array(fixRowSchema), nextCursor: nextCursorSchema })
  .meta({ id: 'FixPage', description: 'Lines of the fix table, last added first.' });
