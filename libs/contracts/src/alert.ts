import { z } from 'zod';
import { incidentSchema } from './incident-changed';

/** BullMQ queue `alert-deliveries`: job id is the outbox row's id; the row holds everything else. */
export const alertJobSchema = z.object({
  version: z.literal(1),
  outboxId: z.string(),
  traceparent: z.string().nullable(),
});
export type AlertJob = z.infer<typeof alertJobSchema>;
export const ALERT_QUEUE = 'alert-deliveries';

export const WEBHOOK_EVENTS = ['incident.opened', 'incident.recurred'] as const;

/** Body of a webhook, at most 20 kB, signed as Standard Webhooks 1.0 say; `webhook-id` is the outbox row's id. */
export const webhookBodySchema = z.object({
  type: z.enum(WEBHOOK_EVENTS),
  timestamp: z.string(),
  data: z.object({
    version: z.literal(1),
    incident: incidentSchema,
    crash: z.object({
      id: z.string(),
      hostId: z.string(),
      hostName: z.string().nullable(),
      kernelRelease: z.string().nullable(),
      occurredAt: z.string().nullable(),
      receivedAt: z.string(),
      fatal: z.boolean(),
    }),
    /** Console page of the incident. */
    url: z.string(),
  }),
});
export type WebhookBody = z.infer<typeof webhookBodySchema>;
