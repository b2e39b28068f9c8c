import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import { FatalError } from '@oopstream/ports';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Below this, compression saves less than a disk block or a request costs. */
const MIN_COMPRESSED_BYTES = 512;
/** Compressed is kept when it is at most this share of the body. */
const WORTHWHILE_SHARE = 0.9;

/** A body as it lies stored. */
export interface StoredBody {
  readonly bytes: Uint8Array;
  readonly zstd: boolean;
}

/** @returns the body compressed where that pays, else as it is. The same bytes always give the same answer. */
export async function encodeBody(bytes: Uint8Array, level: number): Promise<StoredBody> {
  if (bytes.byteLength < MIN_COMPRESSED_BYTES) return { bytes, zstd: false };
  const compressed = await compress(bytes, { params: { [constants.ZSTD_c_compressionLevel]: level } });
  return compressed.byteLength <= bytes.byteLength * WORTHWHILE_SHARE
    ? { bytes: compressed, zstd: true }
    : { bytes, zstd: false };
}

/**
 * @returns the body as it was put, checked against `sha256`; never more than `maxBytes`.
 * @throws FatalError `blob-corrupt`
 */
export async function decodeBody(stored: StoredBody, sha256: string, maxBytes: number): Promise<Uint8Array> {
  const bytes = stored.zstd ? await inflate(stored.bytes, sha256, maxBytes) : stored.bytes;
  if (bytes.byteLength > maxBytes)
    throw new FatalError('blob-corrupt', `blob ${sha256} is larger than ${maxBytes} bytes`);
  if (hash('sha256', bytes) !== sha256)
    throw new FatalError('blob-corrupt', `blob ${sha256} does not match its checksum`);
  return bytes;
}

async function inflate(bytes: Uint8Array, sha256: string, maxBytes: number): Promise<Uint8Array> {
  try {
    return await decompress(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    throw new FatalError('blob-corrupt', `blob ${sha256} does not decompress within ${maxBytes} bytes`, {
      cause: error,
    });
  }
}
