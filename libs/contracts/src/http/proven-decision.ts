import { DECISION_KINDS } from '@oopstream/core-incident';
import { z } from 'zod';
import { timeSchema } from './common';

/** A person's decision as what it brought about refers to it. */
export const provenDecisionSchema = z
  .object({
    id: z.string(),
    kind: z.enum(DECISION_KINDS),
    actor: z.string(),
    at: timeSchema,
    note: z.string().nullable(),
  })
  .meta({ id: 'ProvenDecision', description: 'The decision behind a membership.' });
