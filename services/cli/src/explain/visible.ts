/**
 * Characters that a terminal obeys instead of showing (C0 and C1 controls, DEL), and those that reorder or hide what
 * stands around them: a transcript must not write to the terminal of who reads it.
 */
// eslint's no-control-regex would refuse the ranges as a literal.
const OBEYED = new RegExp(
  '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb]',
  'g',
);

function spell(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** One line of text as it may be shown: what would be obeyed is spelt (`\x1b`), tabs and line ends are blanks. */
export function visible(text: string): string {
  return text.replace(/\r?\n|\t/g, ' ').replace(OBEYED, spell);
}

/** Bytes as they may be shown; what is no UTF-8 is spelt byte by byte. */
export function visibleBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  if (!text.includes('\ufffd')) return visible(text);
  const latin = visible(buffer.toString('latin1'));
  return latin.replace(/[\u00a0-\u00ff]/g, spell);
}

/** JSON as it may be shown: it spells C0 itself, and C1 and its like only where it is asked to. */
export function visibleJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    OBEYED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
