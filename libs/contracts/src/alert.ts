import { z } from 'zod';
import { incidentSchema } from './incident-changed';
import { whySchema } from './incident-life';

/** BullMQ queue `alert-deliveries`: {@link alertJob} names the job; the outbox row holds everything else. */
export const alertJobSchema = z.object({
  version: z.literal(1),
  outboxId: z.string(),
  traceparent: z.string().nullable(),
  /** How often a person had asked for a replay by then. The job of an earlier one has nothing to do any more. */
  replay: z.int().min(0).default(0),
});
export type AlertJob = z.infer<typeof alertJobSchema>;
export const ALERT_QUEUE = 'alert-deliveries';

/**
 * @returns the job of a delivery. Its id is the outbox row's; each replay has one of its own, so that it need not wait
 * for the one before, which the queue may hold for days.
 */
export function alertJob(delivery: {
  readonly id: string;
  readonly traceparent: string | null;
  readonly replays: number;
}): { readonly id: string; readonly payload: AlertJob } {
  const { id, traceparent, replays } = delivery;
  return {
    id: replays === 0 ? id : `${id}-r${replays}`,
    payload: { version: 1, outboxId: id, traceparent, replay: replays },
  };
}

export const WEBHOOK_EVENTS = [
  'incident.opened',
  'incident.recurred',
  'incident.escalated',
  'incident.unmuted',
] as const;

const crashSchema = z.object({
  id: z.string(),
  hostId: z.string(),
  hostName: z.string().nullable(),
  kernelRelease: z.string().nullable(),
  occurredAt: z.string().nullable(),
  receivedAt: z.string(),
  fatal: z.boolean(),
  /** Why it crashed, as far as its text tells; `null` where nobody analysed it. */
  verdict: z
    .object({
      /** Words of lists that may grow: `memory-overwrite`, …, `unknown`; `certain`, `likely`, `hint`. */
      class: z.string(),
      confidence: z.string(),
      /** Shortened; `null` where only the class is known. */
      text: z.string().nullable(),
    })
    .nullable()
    .default(null),
});

/** Body of a webhook, at most 20 kB, signed as Standard Webhooks 1.0 say; `webhook-id` is the outbox row's id. */
export const webhookBodySchema = z.object({
  type: z.enum(WEBHOOK_EVENTS),
  timestamp: z.string(),
  data: z.object({
    version: z.literal(1),
    incident: incidentSchema,
    /** Why it happened, where the event alone does not say. */
    why: whySchema.nullable().default(null),
    crash: crashSchema.nullable().meta({ description: '`null` where no single crash brought it about.' }),
    /** Console page of the incident. */
    url: z.string(),
  }),
});
export type WebhookBody = z.infer<typeof webhookBodySchema>;
