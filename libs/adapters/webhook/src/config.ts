import { flag } from '@oopstream/runtime';
import { z } from 'zod';

/** Section `webhook`. */
export const webhookConfigSchema = z.object({
  /**
   * Lets webhooks go to loopback and private networks, for receivers on the same host or site. Never to link-local and
   * cloud metadata addresses.
   */
  allowPrivate: flag().default(false),
  /** Longest time until a connection stands, TLS included. */
  connectTimeoutMs: z.coerce.number().int().min(100).default(5_000),
  /** Longest time of an attempt as a whole. */
  totalTimeoutMs: z.coerce.number().int().min(100).default(15_000),
});
export type WebhookConfig = z.infer<typeof webhookConfigSchema>;
