/** Escapes of JSON that PostgreSQL's text cannot hold: NUL and halves of surrogate pairs. Other escapes are stepped over. */
const ESCAPE = /\\(?:u0000|u[dD][89a-fA-F][0-9a-fA-F]{2}|.)/g;

/** @returns rows as the JSON text of `jsonb_to_recordset($1)`. What text cannot hold becomes U+FFFD. */
export function jsonRows(rows: readonly object[]): string {
  const text = JSON.stringify(rows);
  if (!/\\u(?:0000|d)/i.test(text)) return text;
  return text.replace(ESCAPE, (escape) => (/^\\u(?:0000|d[89a-f])/i.test(escape) ? '\\ufffd' : escape));
}

/** @returns a time as PostgreSQL's `timestamptz` reads it. */
export function timestamp(timeMs: number): string;
export function timestamp(timeMs: number | null): string | null;
export function timestamp(timeMs: number | null): string | null {
  return timeMs === null ? null : new Date(timeMs).toISOString();
}
