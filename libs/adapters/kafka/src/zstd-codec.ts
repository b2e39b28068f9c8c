import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { promisify } from 'node:util';
import { zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync } from 'node:zlib';

/** Below this a thread switch costs more than the work. */
const SYNC_BELOW_BYTES = 65_536;
/** No batch of ours comes near; what does is an attack or damage. */
const MAX_BATCH_BYTES = 268_435_456;

const compress = promisify(zstdCompress);
const decompress = promisify<Buffer, { maxOutputLength: number }, Buffer>(zstdDecompress);

const codec = {
  compress: async (encoder: { readonly buffer: Buffer }): Promise<Buffer> =>
    encoder.buffer.byteLength < SYNC_BELOW_BYTES
      ? zstdCompressSync(encoder.buffer)
      : await compress(encoder.buffer),
  decompress: async (buffer: Buffer): Promise<Buffer> =>
    buffer.byteLength < SYNC_BELOW_BYTES / 4
      ? zstdDecompressSync(buffer, { maxOutputLength: MAX_BATCH_BYTES })
      : await decompress(buffer, { maxOutputLength: MAX_BATCH_BYTES }),
};

/** kafkajs knows zstd's number but not how to do it. Safe to call again. */
export function registerZstd(): void {
  CompressionCodecs[CompressionTypes.ZSTD] = () => codec;
}
