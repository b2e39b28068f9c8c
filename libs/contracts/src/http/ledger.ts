import { z } from 'zod';
import { timeSchema } from './common';

const count = z.int().min(0);

/** `GET /v1/ledger`: received = duplicate + noCrash + rejected + read + in flight, over the whole log. */
export const ledgerSchema = z
  .object({
    asOf: timeSchema,
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
    inFlight: z
      .object({ toRead: count, toGroup: count, total: count })
      .meta({ description: 'By log positions: not read yet, read or rejected but not counted yet.' }),
    redelivered: count.meta({ description: 'Records of a receipt that was already counted: no receipts.' }),
    balance: z.int().meta({
      description:
        'received − transcripts − in flight. 0 at rest; below 0 for moments while work is under way.',
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
  .meta({ id: 'Ledger', description: 'What became of every receipt and reading, of all tenants.' });
export type Ledger = z.infer<typeof ledgerSchema>;
