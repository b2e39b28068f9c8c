const room = new DataView(new ArrayBuffer(8));

/** Digit of a letter from `0` to `f`, small letters only. */
const digitAt = (text: string, at: number): number => {
  const c = text.charCodeAt(at);
  return c < 0x3a ? c - 0x30 : c - 0x57;
};

function part(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) value = value * 16 + digitAt(text, at);
  return value;
}

/**
 * The number that `text` spells from `from` to `to`: one to sixteen digits, small letters. Several times faster than
 * `BigInt`, which reads any length.
 */
export function hexValue(text: string, from = 0, to = text.length): bigint {
  const middle = Math.max(from, to - 8);
  room.setUint32(0, part(text, from, middle));
  room.setUint32(4, part(text, middle, to));
  return room.getBigUint64(0);
}

/** Place behind the hexadecimal digits (small letters) at `at`, `most` of them at most. */
export function behindHex(text: string, at: number, most: number): number {
  let end = at;
  while (end - at < most && isHex(text.charCodeAt(end))) end++;
  return end;
}

const isHex = (c: number) => (c >= 0x30 && c <= 0x39) || (c >= 0x61 && c <= 0x66);

/** The byte that two digits spell. */
export const byteOf = (text: string, at: number): number => digitAt(text, at) * 16 + digitAt(text, at + 1);

/** Place behind the blanks at `from`, `most` of them at most. */
export function behindBlanks(text: string, from: number, most: number): number {
  let at = from;
  while (at - from < most && text.charCodeAt(at) === 0x20) at++;
  return at;
}
