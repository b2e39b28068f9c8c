/** A token has the shape `oops_<id>_<secret>`. Anything else that was pasted is refused before it is sent. */
export function isTokenShaped(text: string): boolean {
  return /^oops_[A-Za-z0-9-]{1,64}_[A-Za-z0-9_-]{8,256}$/.test(text);
}

/**
 * Takes `#token=…` out of an address. The token must leave the URL before anything else runs: it would end up in
 * history, in screenshots and in pasted links.
 *
 * @returns the token or `null`, and the fragment without it (`''` when nothing is left)
 */
export function tokenFromHash(hash: string): { readonly token: string | null; readonly rest: string } {
  const pieces = hash.replace(/^#/, '').split('&');
  const rest = pieces.filter((piece) => piece !== '' && !piece.startsWith('token=')).join('&');
  const value = pieces.find((piece) => piece.startsWith('token='))?.slice('token='.length);
  const token = value === undefined ? null : decode(value).trim();
  return {
    token: token !== null && isTokenShaped(token) ? token : null,
    rest: rest === '' ? '' : `#${rest}`,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A broken escape: take it as written, the shape decides.
    return text;
  }
}
