import type { IncomingHttpHeaders } from 'node:http';
import type { HostContext } from '@oopstream/contracts';
import type { CollectorConfig } from './config';
import { parseContentCoding } from './content-coding';
import type { ContentCoding } from './content-coding';
import { readContextHeader } from './host-context';
import { Refusal } from './refusal';
import { bodyTooLarge } from './request-body';

/** What a POST says before its body. */
export interface RequestHead {
  readonly host: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly context: HostContext;
  readonly coding: ContentCoding;
  /** Content-Type of a multipart body; `null` when the body is one text. */
  readonly multipart: string | null;
  /** As claimed; `null` when the body comes in chunks. */
  readonly contentLength: number | null;
}

const TEXT_TYPES = ['text/plain', 'application/octet-stream'];
/** Visible ASCII and blanks within. */
const IDEMPOTENCY_KEY = /^[!-~]([ -~]{0,253}[!-~])?$/;

/** Reads and checks everything that can be refused before a byte of the body is read. */
export function readHead(
  headers: IncomingHttpHeaders,
  query: Readonly<Record<string, unknown>>,
  config: CollectorConfig,
): RequestHead | Refusal {
  const coding = parseContentCoding(headers['content-encoding']);
  if (coding === null) return new Refusal('encoding-unsupported');
  const mediaType = headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  const isMultipart = mediaType === 'multipart/form-data';
  if (!isMultipart && mediaType !== '' && !TEXT_TYPES.includes(mediaType))
    return new Refusal('media-type-unsupported', explainMediaType(mediaType));
  const contentLength = headers['content-length'] === undefined ? null : Number(headers['content-length']);
  if (contentLength !== null && contentLength > config.maxBodyBytes) return bodyTooLarge(config);
  const { 'idempotency-key': idempotencyKey, 'oopstream-context': contextHeader } = headers;
  if (
    Array.isArray(idempotencyKey) ||
    (idempotencyKey !== undefined && !IDEMPOTENCY_KEY.test(idempotencyKey))
  )
    return new Refusal('idempotency-key-invalid', '1 to 255 visible ASCII characters');
  if (Array.isArray(contextHeader)) return new Refusal('context-invalid', 'the header stands twice');
  const context = contextHeader === undefined ? {} : readContextHeader(contextHeader, config.maxContextBytes);
  if (context instanceof Refusal) return context;
  const { host } = query;
  if (host !== undefined && typeof host !== 'string')
    return new Refusal('host-invalid', 'the query names several hosts');
  return {
    host,
    idempotencyKey,
    context,
    coding,
    multipart: isMultipart ? (headers['content-type'] ?? '') : null,
    contentLength,
  };
}

function explainMediaType(mediaType: string): string {
  const accepted = `${[...TEXT_TYPES, 'multipart/form-data'].join(', ')}, or none`;
  return mediaType === 'application/x-www-form-urlencoded'
    ? `curl's --data-binary says ${mediaType}: add -H 'Content-Type: text/plain' (accepted are ${accepted})`
    : `accepted are ${accepted}`;
}
