import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RANDOM_BITS = 80n;
const LENGTH = 26;

/**
 * Makes a source of ULIDs (github.com/ulid/spec): 26 characters, 48 bits of time and 80 random bits. Ids of one source
 * rise strictly, also within a millisecond and when the clock steps back; ids of several sources sort by time.
 */
export function createUlidSource(nowMs: () => number): () => string {
  let lastMs = -1;
  let random = 0n;
  return () => {
    const timeMs = nowMs();
    if (timeMs > lastMs) {
      lastMs = timeMs;
      random = randomStart();
    } else {
      random += 1n;
    }
    return encode((BigInt(lastMs) << RANDOM_BITS) | random);
  };
}

/** The top bit stays clear, so that counting up within one millisecond cannot overflow into the time. */
function randomStart(): bigint {
  const bytes = randomBytes(10);
  bytes[0]! &= 0x7f;
  return BigInt(`0x${bytes.toString('hex')}`);
}

function encode(value: bigint): string {
  let text = '';
  let rest = value;
  for (let index = 0; index < LENGTH; index += 1) {
    text = ALPHABET[Number(rest & 31n)]! + text;
    rest >>= 5n;
  }
  return text;
}
