import type { NewRecord } from './event-log';

/**
 * Size that counts against a topic's `maxRecordBytes` and a subscription's `maxBatchBytes`, the same for every adapter:
 * bytes of the key, the value, and of header names and values, as UTF-8.
 */
export function recordSizeBytes(record: NewRecord): number {
  let sizeBytes = record.value.byteLength + utf8Length(record.key);
  for (const name in record.headers) sizeBytes += utf8Length(name) + utf8Length(record.headers[name] ?? '');
  return sizeBytes;
}

function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    // Halves of a surrogate pair make four bytes together; every other unit above 0x7ff makes three.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}
