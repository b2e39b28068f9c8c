import { Webhook } from 'standardwebhooks';

const SECRET_BYTES = { least: 24, most: 64 };

/** @returns whether a secret is what Standard Webhooks 1.0 want: `whsec_` and base64 of 24 to 64 bytes */
export function isWebhookSecret(secret: string): boolean {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1];
  if (encoded === undefined || encoded.length % 4 !== 0) return false;
  const bytes = Buffer.from(encoded, 'base64').length;
  return bytes >= SECRET_BYTES.least && bytes <= SECRET_BYTES.most;
}

/** The three headers of Standard Webhooks 1.0; one signature for each secret, so that secrets can be rotated. */
export function signatureHeaders(request: {
  readonly id: string;
  readonly timestampMs: number;
  readonly body: string;
  readonly secrets: readonly string[];
}): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const { id, timestampMs, body, secrets } = request;
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(timestampMs / 1_000)),
    'webhook-signature': secrets
      .map((secret) => new Webhook(secret).sign(id, new Date(timestampMs), body))
      .join(' '),
  };
}
