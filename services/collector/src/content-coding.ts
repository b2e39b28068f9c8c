import { promisify } from 'node:util';
import { constants, gunzip, gunzipSync, zstdDecompress, zstdDecompressSync } from 'node:zlib';
import type { Reservation } from './memory-budget';
import { Refusal } from './refusal';

export type ContentCoding = 'identity' | 'gzip' | 'zstd';

/** A first guess at how large a text gets: kernel logs shrink to a fourth or a sixth. */
const USUAL_RATIO = 8;
const MIN_GUESS_BYTES = 65_536;
/** What misses the guess is tried again with this much more room. */
const GROWTH = 4;
/** Compressed bodies up to this size are inflated in place: a thread costs more than it saves. */
const MAX_SYNC_BYTES = 65_536;
/** 8 MiB, what RFC 8878 asks decoders for: a frame may ask for a window, and so for memory, far above its content. */
const MAX_WINDOW_LOG = 23;

const gunzipAsync = promisify(gunzip);
const unzstdAsync = promisify(zstdDecompress);

/** @returns the coding that a `Content-Encoding` header names; `null` for any other than identity, gzip and zstd. */
export function parseContentCoding(header: string | undefined): ContentCoding | null {
  switch (header?.trim().toLowerCase() ?? '') {
    case '':
    case 'identity':
      return 'identity';
    case 'gzip':
    case 'x-gzip':
      return 'gzip';
    case 'zstd':
      return 'zstd';
    default:
      return null;
  }
}

export interface DecodeLimits {
  /** Decompressed. */
  readonly maxBytes: number;
  /** Held for the request already, in bytes: what is decompressed comes on top. */
  readonly heldBytes: number;
}

/**
 * Decompresses without ever writing out more than the limit, in memory that the request's reservation covers. A body
 * that is larger than guessed is begun again: all attempts together cost a third more than the last one.
 */
export async function decodeContent(
  body: Buffer,
  coding: ContentCoding,
  reservation: Reservation,
  limits: DecodeLimits,
): Promise<Buffer | Refusal> {
  if (coding === 'identity') return body;
  let roomBytes = Math.min(limits.maxBytes, Math.max(MIN_GUESS_BYTES, body.byteLength * USUAL_RATIO));
  for (let inPlace = body.byteLength <= MAX_SYNC_BYTES; ; inPlace = false) {
    if (!reservation.growTo(limits.heldBytes + roomBytes)) return new Refusal('overloaded');
    try {
      return await inflate(body, coding, roomBytes, inPlace);
    } catch (error) {
      if (!isTooLarge(error)) return new Refusal('encoding-broken', `not a whole ${coding} stream`);
      if (roomBytes === limits.maxBytes) return inflatesTooLarge(limits.maxBytes);
      roomBytes = Math.min(limits.maxBytes, roomBytes * GROWTH);
    }
  }
}

export function inflatesTooLarge(maxBytes: number): Refusal {
  return new Refusal('body-inflates-too-large', `decompressed it may have ${maxBytes} bytes`);
}

function inflate(
  body: Buffer,
  coding: 'gzip' | 'zstd',
  maxBytes: number,
  inPlace: boolean,
): Buffer | Promise<Buffer> {
  if (coding === 'gzip') {
    const options = { maxOutputLength: maxBytes };
    return inPlace ? gunzipSync(body, options) : gunzipAsync(body, options);
  }
  const options = { maxOutputLength: maxBytes, params: { [constants.ZSTD_d_windowLogMax]: MAX_WINDOW_LOG } };
  return inPlace ? zstdDecompressSync(body, options) : unzstdAsync(body, options);
}

function isTooLarge(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
  );
}
