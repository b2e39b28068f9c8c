import { z } from 'zod';
import { DEFAULT_PAGE_ITEMS, MAX_PAGE_ITEMS, textSchema, timeSchema } from './common';

export const DELIVERY_STATES = ['open', 'delivered', 'failed', 'cancelled'] as const;

export const deliveryAttemptSchema = z
  .object({
    number: z.int().min(1),
    startedAt: timeSchema,
    durationMs: z.number().min(0),
    status: z.int().nullable().meta({ description: 'HTTP status; `null`: no answer came.' }),
    outcome: z.string().meta({ description: '`delivered`, or why not: `http-5xx`, `timeout`, …' }),
    detail: z.string().meta({ description: 'Beginning of the answer or of the error.' }),
  })
  .meta({ id: 'DeliveryAttempt', description: 'One attempt to deliver a webhook.' });

export const deliverySchema = z
  .object({
    id: z.string().meta({ description: 'UUID; the `webhook-id` of every attempt.' }),
    event: z.string().nullable().meta({ description: '`incident.opened` or `incident.recurred`.' }),
    incidentNumber: z.string().nullable(),
    endpointId: z.string(),
    endpointUrl: z
      .string()
      .meta({ description: 'Where it goes; what follows the host may hold a key and is left out.' }),
    state: z.enum(DELIVERY_STATES),
    createdAt: timeSchema,
    closedAt: timeSchema.nullable(),
    nextAttemptAt: timeSchema.nullable(),
    attempts: z.array(deliveryAttemptSchema).meta({ description: 'Oldest first.' }),
  })
  .meta({ id: 'Delivery', description: 'One alert on its way to one endpoint.' });
export type DeliveryView = z.infer<typeof deliverySchema>;

/** `GET /v1/deliveries` */
export const listDeliveriesQuerySchema = z
  .strictObject({
    incident: textSchema(32).min(1).optional().meta({ description: 'Of this incident: `OOPS-42`.' }),
    state: z.enum(DELIVERY_STATES).optional().meta({ description: 'In this state.' }),
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(MAX_PAGE_ITEMS)
      .default(DEFAULT_PAGE_ITEMS)
      .meta({
        description: `At most ${MAX_PAGE_ITEMS}.`,
      }),
  })
  .meta({ description: 'Filters of the list of alerts.' });

export const deliveryListSchema = z
  .object({ items: z.array(deliverySchema) })
  .meta({ id: 'DeliveryList', description: 'Alerts, newest first.' });
