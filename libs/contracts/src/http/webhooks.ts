import { z } from 'zod';
import { textSchema, timeSchema } from './common';

export const webhookEndpointSchema = z
  .object({
    id: z.string(),
    url: z.string(),
    label: z.string(),
    enabled: z.boolean(),
    disabledReason: z
      .string()
      .nullable()
      .meta({ description: '`gone`, `failing` or `manual`; `null` while enabled.' }),
    createdAt: timeSchema,
  })
  .meta({ id: 'WebhookEndpoint', description: 'Where alerts are sent.' });
export type WebhookEndpointView = z.infer<typeof webhookEndpointSchema>;

export const webhookEndpointListSchema = z
  .object({ items: z.array(webhookEndpointSchema) })
  .meta({ id: 'WebhookEndpointList', description: 'Every endpoint of the tenant, oldest first.' });

/** `POST /v1/webhooks` */
export const createWebhookBodySchema = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .max(2048)
      .meta({ description: 'http or https.' }),
    label: textSchema(128).trim().min(1).meta({ description: 'For people: whose endpoint it is.' }),
  })
  .meta({ id: 'CreateWebhook', description: 'A new endpoint.' });

export const createdWebhookSchema = z
  .object({
    endpoint: webhookEndpointSchema,
    secret: z.string().meta({ description: '`whsec_…`, shown this once: it verifies signatures.' }),
  })
  .meta({ id: 'CreatedWebhook', description: 'The endpoint and, this once, its secret.' });
