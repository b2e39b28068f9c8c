export { findUrlFault } from './address-policy';
export { webhookConfigSchema } from './config';
export type { WebhookConfig } from './config';
export { isWebhookSecret } from './sign';
export { createWebhookSender } from './webhook-sender';
