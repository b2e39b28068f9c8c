const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;
const SHIFT = 24;

/** The partition of a key as Kafka's own clients choose it: murmur2 of its bytes, made positive, modulo partitions. */
export function partitionOf(key: Uint8Array, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions;
}

/** MurmurHash2, 32 bits, as in org.apache.kafka.common.utils.Utils.murmur2. */
function murmur2(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const blocks = bytes.length >>> 2;
  let hash = SEED ^ bytes.length;
  for (let block = 0; block < blocks; block += 1) {
    let part = Math.imul(view.getInt32(block * 4, true), MULTIPLIER);
    part = Math.imul(part ^ (part >>> SHIFT), MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ part;
  }
  const tail = bytes.length & 3;
  if (tail > 0) {
    for (let index = tail - 1; index >= 0; index -= 1) hash ^= bytes[blocks * 4 + index]! << (8 * index);
    hash = Math.imul(hash, MULTIPLIER);
  }
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return hash ^ (hash >>> 15);
}
