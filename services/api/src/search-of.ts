/** @returns the query string of a URL with its question mark, or nothing: a redirect asks the same question. */
export function searchOf(url: string): string {
  const at = url.indexOf('?');
  return at === -1 ? '' : url.slice(at);
}
