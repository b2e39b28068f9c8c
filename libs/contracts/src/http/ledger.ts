import { z } from 'zod';
import { askedTimeSchema, timeSchema } from './common';

const count = z.int().min(0);

const body = z
  .object({
    kept: count,
    sampledAway: count,
    byReason: z.record(z.string(), count).meta({ description: 'Sampled away, by reason.' }),
  })
  .meta({ description: 'Bodies of transcripts that were read.' });

const watermarkSchema = z
  .object({
    at: timeSchema.meta({ description: 'Whatever was answered 2xx before this time is accounted for.' }),
    offsets: z
      .array(z.object({ partition: count, offset: count }))
      .meta({ description: 'So are all receipts before these offsets.' }),
  })
  .meta({ id: 'LedgerWatermark', description: 'Up to where the ledger is complete.' });

/** `GET /v1/ledger` */
export const ledgerQuerySchema = z
  .strictObject({
    tenants: z.literal('all').optional().meta({ description: 'Of all tenants: needs scope `admin`.' }),
  })
  .meta({ description: 'Whose ledger.' });

/** `GET /v1/ledger`: received = duplicate + noCrash + rejected + read + in flight, over the whole log. */
export const ledgerSchema = z
  .object({
    asOf: timeSchema,
    scope: z.enum(['tenant', 'all']).meta({
      description:
        '`tenant`: counts of one tenant among several; the log is shared, so `received` leaves out what is in flight.',
    }),
    received: count.meta({
      description: 'Receipts in the log: its end offsets, less what a producer sent twice.',
    }),
    transcripts: z
      .object({ duplicate: count, noCrash: count, rejected: count, read: count })
      .meta({ description: 'Receipts by what became of them.' }),
    rejectedByReason: z.record(z.string(), count),
    readings: z
      .object({ grouped: count, sameCrash: count, held: count, sampledAway: count })
      .meta({ description: 'Readings by what became of them.' }),
    crashes: count.meta({ description: 'Each once, however many readings show it.' }),
    bodies: body,
    watermark: watermarkSchema.nullable().meta({ description: '`null`: not known yet.' }),
    inFlight: z
      .object({ toRead: count, toGroup: count, total: count })
      .meta({ description: 'By log positions: not read yet, read or rejected but not counted yet.' }),
    redelivered: count.meta({ description: 'Records of a receipt that was already counted: no receipts.' }),
    balance: z.int().meta({
      description:
        'received − transcripts − in flight. Above 0: receipts that nobody accounts for; below: some counted twice. Never for what merely moves on.',
    }),
    atRest: z.boolean().meta({ description: 'Nothing is in flight: `balance` is exact.' }),
    partitions: z
      .array(
        z.object({
          partition: count,
          startOffset: count.meta({ description: 'First record still held.' }),
          endOffset: count.meta({ description: 'Where the next receipt goes.' }),
          readOffset: count.meta({ description: 'Next receipt to be read.' }),
          counted: count.meta({ description: 'Receipts counted.' }),
          highestCounted: z.int().nullable().meta({ description: 'Highest offset counted; `null`: none.' }),
        }),
      )
      .meta({ description: 'Topic of receipts, partition by partition.' }),
  })
  .meta({ id: 'Ledger', description: 'What became of every receipt and reading.' });
export type Ledger = z.infer<typeof ledgerSchema>;

const hourRange = {
  since: askedTimeSchema
    .optional()
    .meta({ description: 'From the hour of this time on; else from the beginning.' }),
  until: askedTimeSchema.optional().meta({ description: 'Up to this time; else up to now.' }),
  ...ledgerQuerySchema.shape,
};

const kind = z.string().meta({
  description:
    'Stage: `transcript`, `reading`, `redelivered`, `crash`, `body`; checks also `incident`, `position`.',
});
const hour = timeSchema.nullable().meta({
  description: 'When the UTC hour of receipt begins; `null`: before the retention floor, or of no hour.',
});

/** `GET /v1/ledger/hours` */
export const ledgerHoursQuerySchema = z.strictObject(hourRange).meta({ description: 'Which hours.' });

export const ledgerHoursSchema = z
  .object({
    asOf: timeSchema,
    watermark: watermarkSchema.nullable(),
    items: z.array(z.object({ tenant: z.string(), hour, kind, outcome: z.string(), count: z.int() })),
  })
  .meta({
    id: 'LedgerHours',
    description: 'The ledger by hour of receipt, stage and outcome, oldest first.',
  });
export type LedgerHours = z.infer<typeof ledgerHoursSchema>;

/** `GET /v1/ledger/check` */
export const ledgerCheckQuerySchema = z.strictObject(hourRange).meta({ description: 'Which hours.' });

export const ledgerMismatchSchema = z
  .object({
    tenant: z.string().meta({ description: 'Empty where nobody knows whose it is.' }),
    hour,
    kind,
    outcome: z.string(),
    expected: z.int().meta({ description: 'What was counted.' }),
    found: z.int().meta({ description: 'What the rows come to.' }),
    examples: z.array(z.string()).meta({ description: 'Ids of what seems missing or too much.' }),
  })
  .meta({ id: 'LedgerMismatch', description: 'A count that its rows do not bear out.' });

export const ledgerCheckSchema = z
  .object({
    asOf: timeSchema,
    watermark: watermarkSchema.nullable(),
    hours: count.meta({ description: 'Hours compared.' }),
    counts: count.meta({ description: 'Counts compared.' }),
    mismatches: z.array(ledgerMismatchSchema),
  })
  .meta({ id: 'LedgerCheck', description: 'The ledger, counted again from what is stored.' });
export type LedgerCheckAnswer = z.infer<typeof ledgerCheckSchema>;
