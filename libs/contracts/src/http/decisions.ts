import { DECISION_KINDS, MAX_SPLIT_NAMES } from '@oopstream/core-incident';
import { z } from 'zod';
import { nextCursorSchema, noteSchema, pageQuery, textSchema, timeSchema } from './common';
import { historyEntrySchema } from './incidents';
import { provenDecisionSchema } from './proven-decision';

const numberSchema = textSchema(32)
  .min(1)
  .meta({ description: 'Number of an incident.', example: 'OOPS-42' });
const keySchema = textSchema(256).min(1);
const why = { note: noteSchema.optional().meta({ description: 'Why, for the history.' }) };

/** Path parameter of a group key. */
export const groupKeyParamsSchema = z
  .object({ groupKey: keySchema.meta({ description: 'A group key, as an incident lists it.' }) })
  .meta({ description: 'Which group key.' });

/** `POST /v1/incidents/{number}/merge` */
export const mergeIncidentBodySchema = z
  .strictObject({ into: numberSchema.meta({ description: 'The incident that lives on.' }), ...why })
  .meta({ id: 'MergeIncident', description: 'What a person says when merging.' });

/** `POST /v1/incidents/{number}/split` */
export const splitIncidentBodySchema = z
  .strictObject({
    groupKeys: z
      .array(keySchema)
      .min(1)
      .max(MAX_SPLIT_NAMES)
      .optional()
      .meta({ description: 'Keys that move with their crashes and all later ones.' }),
    crashIds: z
      .array(textSchema(64).min(1))
      .min(1)
      .max(MAX_SPLIT_NAMES)
      .optional()
      .meta({ description: 'Crashes that move alone, and are pinned where they go.' }),
    into: numberSchema.optional().meta({ description: 'Where to; a new incident when not given.' }),
    ...why,
  })
  .refine(({ groupKeys, crashIds }) => (groupKeys === undefined) !== (crashIds === undefined), {
    message: 'takes either groupKeys or crashIds',
  })
  .meta({ id: 'SplitIncident', description: 'What a person says when splitting: either keys or crashes.' });

/** `POST /v1/crashes/{id}/pin`, `POST /v1/keys/{groupKey}/pin` */
export const pinBodySchema = z
  .strictObject({ incident: numberSchema.meta({ description: 'Where it belongs.' }), ...why })
  .meta({ id: 'Pin', description: 'What a person says when pinning.' });

/** `POST /v1/crashes/{id}/unpin`, `POST /v1/keys/{groupKey}/unpin`, `POST /v1/decisions/{id}/undo` */
export const reasonBodySchema = z
  .strictObject(why)
  .meta({ id: 'Reason', description: 'What a person says when taking something back.' });

export const decisionSchema = z
  .object({
    id: z.string().meta({ description: 'UUID; with it the decision can be undone.' }),
    kind: z.enum(DECISION_KINDS),
    actor: z.string().meta({ description: 'Label of the token.' }),
    at: timeSchema,
    note: z.string().nullable(),
    from: z.string().meta({ description: 'Incident that things moved from.' }),
    to: z.string().meta({ description: 'Incident that they moved to; the same where nothing moved.' }),
    opened: z.boolean().meta({ description: 'The decision opened the incident that it moved to.' }),
    crashes: z.int().min(0).meta({ description: 'Crashes that moved or were pinned.' }),
    groupKeys: z.array(z.string()).meta({ description: 'Keys that moved or were pinned, at most 20.' }),
    undoes: z.string().nullable().meta({ description: 'The decision that this one took back.' }),
    undoneBy: z.string().nullable().meta({ description: 'The decision that took it back.' }),
  })
  .meta({ id: 'Decision', description: 'What a person decided of a grouping.' });
export type DecisionView = z.infer<typeof decisionSchema>;

/** `GET /v1/decisions` */
export const listDecisionsQuerySchema = z
  .strictObject({
    incident: numberSchema.optional().meta({ description: 'Only those that moved from or to it.' }),
    ...pageQuery,
  })
  .meta({ description: 'Which decisions; newest first.' });

export const decisionPageSchema = z
  .object({ items: z.array(decisionSchema), nextCursor: nextCursorSchema })
  .meta({ id: 'DecisionPage', description: 'One page of decisions.' });
export type DecisionPageView = z.infer<typeof decisionPageSchema>;

/** `GET /v1/incidents/{number}/history` */
export const historyQuerySchema = z.strictObject(pageQuery).meta({ description: 'Page of the history.' });

export const historyPageSchema = z
  .object({ items: z.array(historyEntrySchema), nextCursor: nextCursorSchema })
  .meta({ id: 'HistoryPage', description: 'One page of what was done to an incident, and by whom.' });
export type HistoryPage = z.infer<typeof historyPageSchema>;

const ruleFields = {
  rule: z.string().meta({
    description: '`pinned`, `decided-key`, `first-sighting`, `similar`, `damaged`, …: docs/incidents.md.',
  }),
  explanation: z.string().meta({ description: 'The rule as a sentence.' }),
  decision: provenDecisionSchema.nullable().meta({ description: '`null`: a machine decided.' }),
};

/** `GET /v1/crashes/{id}/proof` */
export const membershipProofSchema = z
  .object({
    crashId: z.string(),
    incident: z.string().meta({ description: '`OOPS-42`' }),
    ...ruleFields,
    held: z.boolean(),
    groupKey: z.string().meta({ description: 'Of the reading that gives the crash its title.' }),
    groupText: z.string().nullable().meta({ description: 'The readable text that hashes to the key.' }),
    pinnedBy: provenDecisionSchema.nullable(),
    key: z
      .object({
        groupKey: z.string(),
        incident: z.string().meta({ description: 'Where the key leads.' }),
        reason: z.string().meta({ description: 'How it came to lead there.' }),
        score: z.number().nullable().meta({ description: 'Of the similarity that attached it.' }),
        detail: z
          .record(z.string(), z.unknown())
          .nullable()
          .meta({ description: 'What the machine compared: frames and their weights.' }),
        attachedAt: timeSchema,
        decidedBy: provenDecisionSchema.nullable().meta({ description: 'The person’s decision.' }),
      })
      .nullable()
      .meta({ description: 'The key that counts: the host’s while the crash is held.' }),
    memberships: z
      .array(z.object({ incident: z.string(), from: timeSchema, ...ruleFields }))
      .meta({ description: 'Where it was counted, oldest first.' }),
    links: z
      .array(
        z.object({
          transcriptId: z.string(),
          primary: z.boolean(),
          validFrom: timeSchema,
          validTo: timeSchema.nullable(),
          reason: z.string(),
          explanation: z.string().nullable(),
        }),
      )
      .meta({ description: 'Readings that show it, oldest first, also those that do not count any more.' }),
  })
  .meta({ id: 'MembershipProof', description: 'Why a crash is in its incident.' });
export type MembershipProofView = z.infer<typeof membershipProofSchema>;
