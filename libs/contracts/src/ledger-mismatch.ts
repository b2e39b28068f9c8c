import { z } from 'zod';

/** Type of a webhook about the pipeline itself. */
export const LEDGER_MISMATCH = 'ledger.mismatch';

/** Counts that one such webhook names. */
export const MAX_MISMATCHES_NAMED = 20;

/** Body of a webhook that tells of counts which the stored rows do not bear out; each is told of once. */
export const ledgerMismatchBodySchema = z.object({
  type: z.literal(LEDGER_MISMATCH),
  timestamp: z.string(),
  data: z.object({
    version: z.literal(1),
    tenant: z.string(),
    /** All of them; `mismatches` names the first. */
    count: z.int().min(1),
    mismatches: z
      .array(
        z.object({
          /** UTC hour of receipt; `null`: before the retention floor. */
          hour: z.string().nullable(),
          kind: z.string(),
          outcome: z.string(),
          expected: z.int(),
          found: z.int(),
          examples: z.array(z.string()),
        }),
      )
      .max(MAX_MISMATCHES_NAMED),
    /** API address of a check. */
    url: z.string(),
  }),
});
export type LedgerMismatchBody = z.infer<typeof ledgerMismatchBodySchema>;
