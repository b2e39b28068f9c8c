/**
 * What a person typed, as an incident's number.
 *
 * @param like a number whose prefix is taken where only digits were typed
 * @returns `null` while it is none
 */
export function incidentNumber(typed: string, like: string): string | null {
  const text = typed.trim().toUpperCase();
  if (/^\d{1,9}$/.test(text)) return `${like.slice(0, like.lastIndexOf('-'))}-${text}`;
  return /^[A-Z][A-Z0-9]*-\d{1,9}$/.test(text) ? text : null;
}
