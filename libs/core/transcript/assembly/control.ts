import { byteAt, isDigit, isUpper, CR } from './bytes';

const ESC: u32 = 0x1b;

// @ts-ignore: decorator
@inline
export function isControl(code: u32): bool {
  return code == ESC || code == 0 || code == CR || code == 7 || code == 8;
}

/** Place behind the control character or sequence (ECMA-48) at `at`; `at` itself where src/framing.ts would keep it. */
export function behindControl(at: i32): i32 {
  const code = byteAt(at);
  if (code != ESC) return isControl(code) ? at + 1 : at;
  const kind = byteAt(at + 1);
  if (kind == 0x5b) return behindSequence(at);
  if (kind == 0x28 || kind == 0x29) {
    const set = byteAt(at + 2);
    return isUpper(set) || isDigit(set) ? at + 3 : at;
  }
  // ESC 7, 8, =, >, c, M.
  const isShort =
    kind == 0x37 || kind == 0x38 || kind == 0x3d || kind == 0x3e || kind == 0x63 || kind == 0x4d;
  return isShort ? at + 2 : at;
}

function behindSequence(at: i32): i32 {
  let end = at + 2;
  for (let code = byteAt(end); isDigit(code) || code == 0x3b || code == 0x3f; code = byteAt(end)) end++;
  for (let code = byteAt(end); code >= 0x20 && code <= 0x2f; code = byteAt(end)) end++;
  const code = byteAt(end);
  return code >= 0x40 && code <= 0x7e ? end + 1 : at;
}
