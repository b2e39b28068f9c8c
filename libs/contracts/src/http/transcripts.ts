import { z } from 'zod';
import { askedTimeSchema, MAX_PAGE_ITEMS, nextCursorSchema, pageQuery } from './common';
import { transcriptSummarySchema } from './crashes';

/** `GET /v1/transcripts` */
export const listTranscriptsQuerySchema = z
  .strictObject({
    since: askedTimeSchema
      .optional()
      .meta({ description: 'Only those that were counted at or after this time.' }),
    until: askedTimeSchema.optional().meta({ description: 'Only those that were counted before this time.' }),
    ...pageQuery,
  })
  .meta({ description: 'Times and page of the transcripts.' });
export type ListTranscriptsQuery = z.infer<typeof listTranscriptsQuerySchema>;

const readingKeysSchema = z
  .object({
    byteStart: z.int().min(0).meta({ description: 'Where the reading begins in the text.' }),
    algorithmVersion: z.int().min(1),
    outcome: z.string().meta({ description: '`grouped`, `same-crash` or `held`.' }),
    damage: z.string().nullable().meta({ description: 'What is wrong with the report; `null`: nothing.' }),
    title: z.string(),
    groupKey: z.string(),
    groupText: z.string().meta({ description: 'What hashes to `groupKey`.' }),
    crashId: z
      .string()
      .nullable()
      .meta({ description: 'The crash that it shows now; `null`: past retention.' }),
    incidentNumber: z.string().nullable().meta({ description: '`OOPS-42`; `null`: past retention.' }),
  })
  .meta({ id: 'ReadingKeys', description: 'A stored reading by its place and keys.' });
export type ReadingKeys = z.infer<typeof readingKeysSchema>;

const transcriptKeysSchema = z
  .object({
    transcript: transcriptSummarySchema,
    readings: z.array(readingKeysSchema).meta({ description: 'In order of the text.' }),
  })
  .meta({ id: 'TranscriptKeys', description: 'A transcript with the keys of what was read in it.' });
export type TranscriptKeys = z.infer<typeof transcriptKeysSchema>;

export const transcriptPageSchema = z
  .object({ items: z.array(transcriptKeysSchema), nextCursor: nextCursorSchema })
  .meta({ id: 'TranscriptPage', description: 'One page of transcripts, the last counted first.' });
export type TranscriptPage = z.infer<typeof transcriptPageSchema>;

const transcriptId = z.string().regex(/^[0-9a-f]{32}$/, '32 hexadecimal digits');

/** `POST /v1/transcripts/raw` */
export const readRawTranscriptsBodySchema = z
  .strictObject({
    ids: z
      .array(transcriptId)
      .min(1)
      .max(MAX_PAGE_ITEMS)
      .meta({ description: `Ids of transcripts, at most ${MAX_PAGE_ITEMS}.` }),
  })
  .meta({ description: 'Whose bytes.' });

export const rawTranscriptsSchema = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        base64: z.string().meta({ description: 'The bytes as they were sent, in base64.' }),
      }),
    ),
    missing: z
      .array(z.object({ id: z.string(), reason: z.enum(['unknown', 'not-stored', 'corrupt']) }))
      .meta({ description: 'Those that have no bytes here.' }),
    leftOut: z
      .array(z.string())
      .meta({ description: 'Those that one answer had no room for: ask again. Never all of them.' }),
  })
  .meta({ id: 'RawTranscripts', description: 'Bytes of several transcripts.' });
export type RawTranscripts = z.infer<typeof rawTranscriptsSchema>;
