import { REPLAY_STATES } from '@oopstream/core-incident';
import { z } from 'zod';
import { askedTimeSchema, textSchema, timeSchema } from './common';

const count = z.int().min(0);

/** What to replay: everything of the tenant where nothing is said. */
export const startReplayBodySchema = z
  .object({
    range: z
      .object({
        since: askedTimeSchema.optional().meta({ description: "Of the crashes' own times." }),
        until: askedTimeSchema.optional().meta({ description: 'Exclusive.' }),
        incident: textSchema(32).optional().meta({ description: 'Crashes of this one, `OOPS-42`.' }),
        release: textSchema(128).optional().meta({ description: 'Crashes of this kernel.' }),
      })
      .default({}),
    algorithmVersion: z.int().min(1).optional().meta({ description: 'The newest when left out.' }),
  })
  .meta({ id: 'StartReplay', description: 'Which crashes to sign again, and by which algorithm.' });

export const replaySchema = z
  .object({
    id: z.string(),
    state: z.enum(REPLAY_STATES),
    range: z.object({
      since: timeSchema.nullable(),
      until: timeSchema.nullable(),
      incidentId: z.string().nullable(),
      release: z.string().nullable(),
    }),
    /** The algorithm that the tenant went by when it was planned. */
    fromVersion: count,
    toVersion: count,
    readerVersion: count,
    progress: z.object({
      crashesTotal: count,
      crashesDone: count,
      /** Bodies that were read again. */
      bodiesRead: count,
      /** Bodies that it would have taken and that are not kept. */
      bodiesMissing: count,
    }),
    createdAt: timeSchema,
    createdBy: z.string(),
    updatedAt: timeSchema,
    switchedAt: timeSchema.nullable(),
    /** Slug; why it is where it is. */
    reason: z.string().nullable(),
    detail: z.string().nullable(),
  })
  .meta({ id: 'Replay', description: 'A replay of stored readings into a shadow, and how far it is.' });
export type ReplayView = z.infer<typeof replaySchema>;

export const replayListSchema = z
  .object({ items: z.array(replaySchema) })
  .meta({ id: 'ReplayList', description: 'Newest first.' });

export const listReplaysQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(20).meta({ description: 'At most so many.' }),
});

const place = z.object({
  /** `null`: yet to be opened. */
  incident: z.string().nullable(),
  title: z.string(),
  crashes: count,
});
const listOf = <Entry extends z.ZodType>(entry: Entry) => z.object({ count, examples: z.array(entry) });

export const replayDiffSchema = z
  .object({
    crashes: count,
    /** Crashes whose title or keys come out otherwise. */
    signedAnew: count,
    moved: count,
    incidentsBefore: count,
    incidentsAfter: count,
    split: listOf(z.object({ from: place, into: z.array(place) })),
    merged: listOf(z.object({ into: place, from: z.array(place) })),
    renamed: listOf(z.object({ incident: z.string(), before: z.string(), after: z.string() })),
    alerts: z.object({
      opened: listOf(place),
      notOpened: listOf(place),
      recurred: listOf(place),
      notRecurred: listOf(place),
    }),
  })
  .meta({
    id: 'ReplayDiff',
    description: 'What switching over would change, or changed; counts are of all, examples the largest.',
  });
export type ReplayDiffView = z.infer<typeof replayDiffSchema>;
