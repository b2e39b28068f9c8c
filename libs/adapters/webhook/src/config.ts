import { flag } from '@oopstream/runtime';
import { z } from 'zod';

/** Section `webhook`. */
export const webhookConfigSchema = z.object({
  allowPrivate: flag()
    .default(false)
    .describe(
      'Lets webhooks go to loopback and private networks; never to link-local and cloud metadata addresses.',
    ),
  connectTimeoutMs: z.coerce
    .number()
    .int()
    .min(100)
    .default(5_000)
    .describe('Longest time until a connection stands, TLS included.'),
  totalTimeoutMs: z.coerce
    .number()
    .int()
    .min(100)
    .default(15_000)
    .describe('Longest time of an attempt as a whole.'),
});
export type WebhookConfig = z.infer<typeof webhookConfigSchema>;
