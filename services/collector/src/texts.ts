import type { HostContext } from '@oopstream/contracts';
import type { CollectorConfig } from './config';
import { decodeContent, inflatesTooLarge } from './content-coding';
import type { ContentCoding } from './content-coding';
import { readContext } from './host-context';
import type { Reservation } from './memory-budget';
import { splitMultipart } from './multipart';
import type { Part } from './multipart';
import { Refusal } from './refusal';
import type { RequestHead } from './request-head';

/** One transcript of a POST. */
export interface Text {
  readonly bytes: Buffer;
  readonly fileName: string | null;
  /** What the sender called the part; `null` for a body that is one text. */
  readonly partName: string | null;
}

export interface Texts {
  /** At least one. */
  readonly texts: readonly Text[];
  /** Of the header and the JSON part together, where the part wins. */
  readonly context: HostContext;
}

const JSON_TYPE = 'application/json';
/** A part may be compressed by itself: `curl -F 'dmesg=@dmesg.gz;type=application/gzip'`. */
const PART_CODINGS: Readonly<Record<string, ContentCoding>> = {
  'application/gzip': 'gzip',
  'application/x-gzip': 'gzip',
  'application/zstd': 'zstd',
};

/** Takes the transcripts out of a body. */
export async function readTexts(
  body: Buffer,
  head: RequestHead,
  reservation: Reservation,
  config: CollectorConfig,
): Promise<Texts | Refusal> {
  const maxBytes = head.multipart === null ? config.maxTranscriptBytes : config.maxRequestBytes;
  const limits = { maxBytes, heldBytes: body.byteLength };
  const decoded = await decodeContent(body, head.coding, reservation, limits);
  if (decoded instanceof Refusal) return decoded;
  const found =
    head.multipart === null
      ? { texts: [{ bytes: decoded, fileName: null, partName: null }], context: head.context }
      : await readParts(decoded, head.multipart, head.context, reservation, config);
  if (found instanceof Refusal) return found;
  if (found.texts.length === 0) return new Refusal('multipart-no-transcript');
  if (found.texts.every((text) => text.bytes.byteLength === 0)) return new Refusal('body-empty');
  if (found.texts.some((text) => text.bytes.byteLength > config.maxTranscriptBytes))
    return inflatesTooLarge(config.maxTranscriptBytes);
  return found;
}

async function readParts(
  body: Buffer,
  contentType: string,
  headerContext: HostContext,
  reservation: Reservation,
  config: CollectorConfig,
): Promise<Texts | Refusal> {
  const parts = splitMultipart(body, contentType, config);
  if (parts instanceof Refusal) return parts;
  const jsonParts = parts.filter((part) => part.mediaType === JSON_TYPE);
  if (jsonParts.length > 1) return new Refusal('context-invalid', 'there are several JSON parts');
  const context = jsonParts[0] === undefined ? {} : readContext(jsonParts[0].bytes, config.maxContextBytes);
  if (context instanceof Refusal) return context;
  const texts: Text[] = [];
  let sizeBytes = body.byteLength;
  for (const part of parts) {
    if (part.mediaType === JSON_TYPE) continue;
    const text = await readPart(part, reservation, sizeBytes, config);
    if (text instanceof Refusal) return text;
    // Parts that are not compressed are views into the body, which is counted already.
    if (text.bytes !== part.bytes) sizeBytes += text.bytes.byteLength;
    texts.push(text);
  }
  return { texts, context: { ...headerContext, ...context } };
}

async function readPart(
  part: Part,
  reservation: Reservation,
  heldBytes: number,
  config: CollectorConfig,
): Promise<Text | Refusal> {
  const leftBytes = config.maxRequestBytes - heldBytes;
  if (leftBytes < 0) return inflatesTooLarge(config.maxRequestBytes);
  const coding = PART_CODINGS[part.mediaType ?? ''] ?? 'identity';
  const maxBytes = Math.min(config.maxTranscriptBytes, leftBytes);
  const bytes = await decodeContent(part.bytes, coding, reservation, { maxBytes, heldBytes });
  if (bytes instanceof Refusal) return bytes;
  return { bytes, fileName: part.fileName, partName: part.name };
}
