import { createWebhookSender, findUrlFault, webhookConfigSchema } from '@oopstream/adapter-webhook';
import type { WebhookSender } from '@oopstream/ports';
import type { Config, ProcessContext } from '@oopstream/runtime';

/** Section of webhook delivery. */
export const webhookSections = { webhook: webhookConfigSchema } as const;

export function openWebhookSender(
  config: Config<typeof webhookSections>,
  context: ProcessContext,
): WebhookSender {
  return createWebhookSender(config.webhook, { ...context, userAgent: 'oopstream/0.1' });
}

/** @returns a function that says why a webhook must not go to a URL; `null` when it may. */
export function webhookAddressPolicy(
  config: Config<typeof webhookSections>,
): (url: string) => Promise<string | null> {
  const sentences = {
    'url-invalid': 'not an http or https URL without credentials',
    'address-forbidden': 'private, loopback and link-local addresses need OOPSTREAM_WEBHOOK_ALLOW_PRIVATE',
  } as const;
  return (url) => {
    const fault = findUrlFault(url, config.webhook.allowPrivate);
    return Promise.resolve(fault === null ? null : sentences[fault]);
  };
}
