import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { recordSizeBytes } from '@oopstream/ports';
import type { LogRecord, NewRecord } from '@oopstream/ports';

/** How `value` lies in the table. */
const PLAIN = 0;
const ZSTD = 1;
type Encoding = typeof PLAIN | typeof ZSTD;

const MIN_COMPRESSED_BYTES = 256;
const OPTIONS = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** A record ready for the table. */
export interface EncodedRecord {
  readonly key: Uint8Array;
  /** JSON. */
  readonly headers: Uint8Array;
  readonly value: Uint8Array;
  readonly encoding: Encoding;
  /** What counts against limits: the record as its writer knows it. */
  readonly sizeBytes: number;
}

/** Text as every adapter keeps it: what UTF-8 cannot say (half a surrogate pair) becomes U+FFFD. */
export function encodeKey(key: string): Uint8Array {
  return Buffer.from(key.toWellFormed(), 'utf8');
}

/** Crash transcripts shrink to a fifth, and so do the write-ahead log and the hexadecimal in which bytes come back. */
export function encodeRecord(record: NewRecord, key: Uint8Array): EncodedRecord {
  const entries = Object.entries(record.headers);
  const wellFormed = entries.map(([name, text]) => [name.toWellFormed(), text.toWellFormed()]);
  const headers = Buffer.from(JSON.stringify(Object.fromEntries(wellFormed)), 'utf8');
  const sizeBytes = recordSizeBytes(record);
  const plain = { key, headers, value: record.value, encoding: PLAIN, sizeBytes } as const;
  if (record.value.byteLength < MIN_COMPRESSED_BYTES) return plain;
  const value = zstdCompressSync(record.value, OPTIONS);
  return value.byteLength < record.value.byteLength * 0.9 ? { ...plain, value, encoding: ZSTD } : plain;
}

/** One line of what a fetch tells of each record: offset, time, lengths of key, headers and value, encoding. */
export type FetchedMeta = readonly [
  offset: number,
  appendedAtMs: number,
  keyBytes: number,
  headersBytes: number,
  valueBytes: number,
  encoding: Encoding,
];

/** Takes apart what a fetch packed together: key, headers and value of each record in turn. */
export function decodeRecords(
  topic: string,
  partition: number,
  metas: readonly FetchedMeta[],
  packed: Buffer,
): readonly LogRecord[] {
  let at = 0;
  const take = (bytes: number): Buffer => packed.subarray(at, (at += bytes));
  return metas.map(([offset, appendedAtMs, keyBytes, headersBytes, valueBytes, encoding]) => {
    const key = take(keyBytes).toString('utf8');
    const headers = JSON.parse(take(headersBytes).toString('utf8')) as Record<string, string>;
    const stored = take(valueBytes);
    const value = encoding === ZSTD ? zstdDecompressSync(stored) : stored;
    return { topic, partition, offset, appendedAtMs, key, value, headers };
  });
}
