/**
 * Where characters of UTF-8 begin and end, as a decoder that puts � for broken bytes sees it (WHATWG Encoding Standard,
 * UTF-8 decoder): each � stands for the longest beginning of a character that the bytes hold.
 */

const MAX_CONTINUATIONS = 3;
const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80;

/** How many bytes, from `at` on, one step of the decoder takes; `at` must be where a step begins. */
function stepLength(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at] ?? 0;
  const wanted = lead < 0xc2 || lead > 0xf4 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
  let length = 1;
  while (length <= wanted && at + length < end) {
    const byte = bytes[at + length] ?? 0;
    if (!isContinuation(byte) || (length === 1 && !mayFollow(lead, byte))) break;
    length += 1;
  }
  return length;
}

/** Overlong forms, surrogates and what lies beyond Unicode show in the second byte. */
function mayFollow(lead: number, second: number): boolean {
  if (lead === 0xe0) return second >= 0xa0;
  if (lead === 0xed) return second <= 0x9f;
  if (lead === 0xf0) return second >= 0x90;
  return lead !== 0xf4 || second <= 0x8f;
}

/**
 * The character that byte `at` lies in or begins, as a byte range; an empty one at the end of the bytes. Looks only between
 * `from` and `end`, where a character begins and one ends.
 */
export function characterAt(
  bytes: Uint8Array,
  at: number,
  from: number,
  end: number,
): { readonly start: number; readonly end: number } {
  if (at >= end) return { start: end, end };
  const lowest = Math.max(from, at - MAX_CONTINUATIONS);
  let lead = at;
  while (lead > lowest && isContinuation(bytes[lead] ?? 0)) lead -= 1;
  const length = stepLength(bytes, lead, end);
  return lead + length > at ? { start: lead, end: lead + length } : { start: at, end: at + 1 };
}
