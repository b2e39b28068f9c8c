import type { WebhookOutcome } from '@oopstream/ports';

export function outcomeOfStatus(status: number): WebhookOutcome {
  if (status >= 200 && status < 300) return 'delivered';
  if (status < 400) return 'http-3xx';
  if (status === 410) return 'http-410';
  if (status === 429) return 'http-429';
  return status < 500 ? 'http-4xx' : 'http-5xx';
}

const BY_CODE: ReadonlyMap<string, WebhookOutcome> = new Map([
  ['OOPSTREAM_ADDRESS_FORBIDDEN', 'address-forbidden'],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
  ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
  ['UND_ERR_BODY_TIMEOUT', 'timeout'],
  ['ETIMEDOUT', 'timeout'],
  ['ECONNREFUSED', 'connection-refused'],
  ['ENOTFOUND', 'dns-failed'],
  ['EAI_AGAIN', 'dns-failed'],
  ['EAI_FAIL', 'dns-failed'],
  ['EAI_NODATA', 'dns-failed'],
  ['EPROTO', 'tls-failed'],
]);

/** OpenSSL's verification results and Node's TLS errors come as codes of these families. */
const TLS_CODE = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH)/;

/** @returns what an attempt that got no status came to */
export function outcomeOfError(error: unknown): WebhookOutcome {
  const code = codeOf(error);
  return BY_CODE.get(code) ?? (TLS_CODE.test(code) ? 'tls-failed' : 'connection-failed');
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/** @returns milliseconds that a `Retry-After` header (seconds or an HTTP date) asks for; `null` when it says nothing */
export function retryAfterMs(header: string | string[] | undefined, nowMs: number): number | null {
  if (typeof header !== 'string') return null;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const atMs = /^[A-Z][a-z]{2}, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs);
}
