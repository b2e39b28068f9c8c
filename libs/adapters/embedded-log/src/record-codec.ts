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
  readonly headers: Readonly<Record<string, string>>;
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
  const headers: Record<string, string> = {};
  for (const [name, text] of Object.entries(record.headers))
    headers[name.toWellFormed()] = text.toWellFormed();
  const sizeBytes = recordSizeBytes(record);
  const plain = { key, headers, value: record.value, encoding: PLAIN, sizeBytes } as const;
  if (record.value.byteLength < MIN_COMPRESSED_BYTES) return plain;
  const value = zstdCompressSync(record.value, OPTIONS);
  return value.byteLength < record.value.byteLength * 0.9 ? { ...plain, value, encoding: ZSTD } : plain;
}

/** One line of what a fetch tells of each record: offset, time, lengths of key and value, encoding, headers. */
export type FetchedMeta = readonly [
  offset: number,
  appendedAtMs: number,
  keyBytes: number,
  valueBytes: number,
  encoding: Encoding,
  headers: Readonly<Record<string, string>>,
];

/** Takes apart what a fetch packed together: keys and values in turn. */
export function decodeRecords(
  topic: string,
  partition: number,
  metas: readonly FetchedMeta[],
  packed: Buffer,
): readonly LogRecord[] {
  let at = 0;
  return metas.map(([offset, appendedAtMs, keyBytes, valueBytes, encoding, headers]) => {
    const key = packed.toString('utf8', at, at + keyBytes);
    const stored = packed.subarray(at + keyBytes, at + keyBytes + valueBytes);
    at += keyBytes + valueBytes;
    const value = encoding === ZSTD ? zstdDecompressSync(stored) : stored;
    return { topic, partition, offset, appendedAtMs, key, value, headers };
  });
}
