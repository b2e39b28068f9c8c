import { randomBytes } from 'node:crypto';
import type { Clock } from '@oopstream/ports';

/** @returns a source of UUIDs of version 7 (RFC 9562): time first, so that neighbours in time are neighbours in an index. */
export function createUuidSource(clock: Clock): () => string {
  return () => {
    const bytes = randomBytes(16);
    bytes.writeUIntBE(clock.nowMs(), 0, 6);
    bytes[6] = 0x70 | (bytes[6]! & 0x0f);
    bytes[8] = 0x80 | (bytes[8]! & 0x3f);
    const hex = bytes.toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  };
}
