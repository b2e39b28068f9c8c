import type { Span } from './reading';

const latin1 = new TextDecoder('latin1');
const utf8 = new TextDecoder('utf-8');

/** One character a byte, so that string offsets are byte offsets. */
export function decodeForScan(bytes: Uint8Array): string {
  return latin1.decode(bytes);
}

/** Text that is kept: what was not UTF-8 becomes U+FFFD. */
export function keepText(scanned: string): string {
  let plain = true;
  for (let i = 0; i < scanned.length; i++) {
    if (scanned.charCodeAt(i) > 0x7f) {
      plain = false;
      break;
    }
  }
  return plain ? scanned : utf8.decode(Uint8Array.from(scanned, byteOf));
}

/** The decoder named latin1 is windows-1252: its letters above U+00FF stand for the bytes 0x80 to 0x9f. */
const WINDOWS_1252 =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

function byteOf(letter: string): number {
  const code = letter.charCodeAt(0);
  return code <= 0xff ? code : 0x80 + WINDOWS_1252.indexOf(letter);
}

export function spanOf(start: number, end: number): Span {
  return { start, end };
}
