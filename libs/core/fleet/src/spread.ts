/** Hosts that a bug hit by the end of a day. */
export interface SpreadDay {
  readonly dayMs: number;
  /** For the first time. */
  readonly newHosts: number;
  /** Up to then, since the bug is known. */
  readonly hosts: number;
}

/** How a bug spread day by day within a window: hosts by their first crash of it, added up. Days without a new host are left out. */
export function spreadOf(
  firstHits: readonly { readonly dayMs: number; readonly hosts: number }[],
  window: { readonly sinceMs: number; readonly untilMs: number },
): readonly SpreadDay[] {
  let hosts = 0;
  return firstHits
    .toSorted((a, b) => a.dayMs - b.dayMs)
    .map((hit) => ({ dayMs: hit.dayMs, newHosts: hit.hosts, hosts: (hosts += hit.hosts) }))
    .filter(({ dayMs }) => dayMs >= window.sinceMs && dayMs < window.untilMs);
}
