export const SPACE: u32 = 0x20;
export const TAB: u32 = 9;
export const NEWLINE: u32 = 0x0a;
export const CR: u32 = 0x0d;

// @ts-ignore: decorator
@inline
export function byteAt(at: i32): u32 {
  return load<u8>(at);
}

// @ts-ignore: decorator
@inline
export function isDigit(code: u32): bool {
  return code - 0x30 < 10;
}

// @ts-ignore: decorator
@inline
export function isUpper(code: u32): bool {
  return code - 0x41 < 26;
}

// @ts-ignore: decorator
@inline
export function isLower(code: u32): bool {
  return code - 0x61 < 26;
}

/** Place behind the digits that begin at `at`. */
// @ts-ignore: decorator
@inline
export function behindDigits(at: i32): i32 {
  while (isDigit(byteAt(at))) at++;
  return at;
}

// @ts-ignore: decorator
@inline
export function behindSpaces(at: i32): i32 {
  while (byteAt(at) == SPACE) at++;
  return at;
}

export function hasText(at: i32, text: string): bool {
  const length = text.length;
  const from = changetype<usize>(text);
  for (let i = 0; i < length; i++) if (byteAt(at + i) != load<u16>(from + (i << 1))) return false;
  return true;
}

/** Whether the bytes have a shape: `A` a capital, `a` a small letter, `9` a digit, `_` a digit or space, else itself. */
export function hasShape(at: i32, shape: string): bool {
  const length = shape.length;
  const from = changetype<usize>(shape);
  for (let i = 0; i < length; i++) {
    const code = byteAt(at + i);
    const sign = load<u16>(from + (i << 1)) as u32;
    if (sign == 0x41 ? isUpper(code) : sign == 0x39 ? isDigit(code) : code == sign) continue;
    if (sign == 0x61 ? isLower(code) : sign == 0x5f && (isDigit(code) || code == SPACE)) continue;
    return false;
  }
  return true;
}
