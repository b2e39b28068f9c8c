import { z } from 'zod';
import { analysisSchema } from '../analysis';
import { hostContextSchema } from '../host-context';
import { readingSchema, signatureSchema } from '../reading';
import { nextCursorSchema, pageQuery, textSchema, timeSchema } from './common';

export const crashSummarySchema = z
  .object({
    id: z.string().meta({ description: 'UUID.' }),
    incidentNumber: z.string().meta({ description: '`OOPS-42`' }),
    held: z.boolean().meta({ description: 'Damaged: waits for a better copy.' }),
    title: z.string().meta({ description: 'Signature of its best reading.' }),
    kind: z.string(),
    family: z.string(),
    blamed: z.string().nullable(),
    entry: z.string().nullable(),
    module: z.string().nullable(),
    hostId: z.string(),
    hostName: z.string().nullable(),
    model: z.string().nullable(),
    kernelRelease: z.string().nullable(),
    bootId: z.string().nullable(),
    verdict: z
      .object({
        class: z.string().meta({ description: '`memory-overwrite`, …, `unknown`: docs/forensics.md.' }),
        confidence: z.string().meta({ description: '`certain`, `likely` or `hint`.' }),
      })
      .nullable()
      .meta({ description: 'Of its surest reading; `null`: nobody analysed it.' }),
    hardwareLikelihood: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .meta({ description: 'How likely hardware is to blame; `null`: nobody analysed it.' }),
    fatal: z.boolean().meta({ description: 'It killed the machine.' }),
    occurredAt: timeSchema.nullable().meta({ description: 'When it happened; `null`: nobody knows.' }),
    receivedAt: timeSchema.meta({ description: 'When its first transcript was accepted.' }),
    processedAt: timeSchema.meta({ description: 'When its first transcript was counted.' }),
  })
  .meta({ id: 'CrashSummary', description: 'One kernel failure on one host at one time.' });
export type CrashSummary = z.infer<typeof crashSummarySchema>;

/** `GET /v1/incidents/{number}/crashes` */
export const listCrashesQuerySchema = z
  .strictObject({
    host: textSchema(256).min(1).optional().meta({ description: 'Host: machine-id or name.' }),
    release: textSchema(256).min(1).optional().meta({ description: 'Kernel release.' }),
    fatal: z.stringbool().optional().meta({ description: '`true`: those that killed the machine.' }),
    ...pageQuery,
  })
  .meta({ description: 'Filters and page of the crashes of an incident; newest receipt first.' });
export type ListCrashesQuery = z.infer<typeof listCrashesQuerySchema>;

export const crashPageSchema = z
  .object({ items: z.array(crashSummarySchema), nextCursor: nextCursorSchema })
  .meta({ id: 'CrashPage', description: 'One page of crashes.' });
export type CrashPage = z.infer<typeof crashPageSchema>;

export const transcriptSummarySchema = z
  .object({
    id: z.string().meta({ description: '32 hexadecimal digits.' }),
    hostId: z.string(),
    hostName: z.string().nullable(),
    bundleId: z.string().nullable().meta({ description: 'Shared by the texts of one POST.' }),
    source: z.string().nullable().meta({ description: '`vmcore-dmesg`, `crash8`, `pstore`, …' }),
    fileName: z.string().nullable(),
    sha256: z.string(),
    sizeBytes: z.int().min(0),
    receivedAt: timeSchema,
    processedAt: timeSchema,
    outcome: z.string().meta({ description: '`read`, `no-crash` or `rejected:<reason>`.' }),
    seenAgain: z.int().min(0).meta({ description: 'Times that the same transcript was sent once more.' }),
    readings: z.int().min(0),
    omittedReadings: z.int().min(0).meta({ description: 'Readings above the limit of one transcript.' }),
    bodySampledAway: z.string().optional().meta({
      description:
        'Why its bytes are not kept, though it was read and counted (`storm`); left out: they are.',
    }),
  })
  .meta({ id: 'TranscriptSummary', description: 'A text from one host.' });
export type TranscriptSummary = z.infer<typeof transcriptSummarySchema>;

export const crashReadingSchema = z
  .object({
    transcriptId: z.string(),
    primary: z.boolean().meta({ description: 'The crash takes its title from this one.' }),
    linkedAt: timeSchema,
    link: z
      .object({
        reason: z.string().meta({ description: 'Slug of the rule: `group-key`, `similar`, `same-boot`, …' }),
        detail: z.record(z.string(), z.unknown()).meta({
          description:
            'What the rule looked at; `similarity` has score, threshold, compared key and matched functions with their weights.',
        }),
      })
      .meta({ description: 'Why it counts to this crash, and the crash to its incident.' }),
    outcome: z.string().meta({ description: '`grouped`, `same-crash` or `held`.' }),
    signature: signatureSchema,
    reading: readingSchema,
    analysis: analysisSchema.nullable().meta({
      description: 'What its evidence says; `null`: not analysed.',
    }),
  })
  .meta({
    id: 'CrashReading',
    description: 'What one algorithm version understood at one place of a transcript.',
  });
export type CrashReading = z.infer<typeof crashReadingSchema>;

export const releasePartsSchema = z
  .object({
    base: z.array(z.int().min(0)).length(3).meta({ description: 'Version, patch level, sublevel.' }),
    candidate: z.int().min(0).nullable().meta({ description: '6 of `-rc6`.' }),
    distribution: z.string().nullable(),
    line: z.string().nullable().meta({ description: 'Series within it: `el8`, `noble`, …' }),
    update: z.int().min(0).nullable(),
    build: z.array(z.int().min(0)).meta({ description: 'Build numbers behind the base.' }),
    flavour: z.string().nullable(),
    arch: z.string().nullable().meta({ description: 'As the release spells it.' }),
    custom: z.string().nullable().meta({ description: 'What a site added.' }),
  })
  .meta({ id: 'ReleaseParts', description: 'A kernel release taken apart.' });

/** `GET /v1/crashes/{id}` */
export const crashDetailSchema = z
  .object({
    crash: crashSummarySchema,
    releaseParts: releasePartsSchema
      .nullable()
      .meta({ description: '`null`: no release is known, or it is none.' }),
    readings: z
      .array(crashReadingSchema)
      .meta({ description: 'The primary one first; those that hold now.' }),
    transcripts: z.array(transcriptSummarySchema).meta({ description: 'Each transcript that shows it.' }),
  })
  .meta({ id: 'CrashDetail', description: 'A crash with every reading and transcript of it.' });
export type CrashDetail = z.infer<typeof crashDetailSchema>;

/** `GET /v1/transcripts/{id}` */
export const transcriptDetailSchema = z
  .object({
    transcript: transcriptSummarySchema,
    context: hostContextSchema.meta({ description: 'What the sender said about host and crash.' }),
    crashes: z
      .array(crashSummarySchema)
      .meta({ description: 'The crashes that it shows, in order of the text.' }),
  })
  .meta({
    id: 'TranscriptDetail',
    description: 'A transcript with the crashes in it; its bytes are at `/raw`.',
  });
export type TranscriptDetail = z.infer<typeof transcriptDetailSchema>;
