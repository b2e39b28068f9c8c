import { createHash } from 'node:crypto';

const ID_HEX_DIGITS = 32;

/**
 * The identity of what a sender sent: the same for a second send, with no clock and no chance in it.
 * Every word is hashed with its length before it, so that no two lists of words look alike.
 *
 * @param words `key:<Idempotency-Key>` (and the number of the part), or `sha256:<hex digits of the bytes>`.
 * @returns 32 hex digits.
 */
export function transcriptIdOf(tenant: string, hostId: string, ...words: readonly string[]): string {
  const digest = createHash('sha256');
  for (const word of [tenant, hostId, ...words]) {
    const bytes = Buffer.from(word, 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.byteLength);
    digest.update(length).update(bytes);
  }
  return digest.digest('hex').slice(0, ID_HEX_DIGITS);
}
