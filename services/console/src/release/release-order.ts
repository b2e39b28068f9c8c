/** Orders kernel releases by their numbers: 6.1.9 before 6.1.10, 4.18.0-147.5.1.el8_1 before 4.18.0-348. */
export function compareReleases(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** `on 6.1.0-55-amd64`, `on 6.1.0-47-amd64 to 6.1.0-55-amd64 (3 releases)`; `null` when no transcript names one. */
export function releaseSpan(releases: readonly string[]): string | null {
  const ordered = [...releases].sort(compareReleases);
  const [lowest] = ordered;
  const highest = ordered.at(-1);
  if (lowest === undefined || highest === undefined) return null;
  if (ordered.length === 1) return `on ${lowest}`;
  return `on ${lowest} to ${highest} (${ordered.length} releases)`;
}

/** The release that showed the crash first; `null` when none is known. */
export function firstRelease(
  releases: readonly { readonly release: string; readonly firstSeenAt: string }[],
): string | null {
  const [first] = [...releases].sort((a, b) => Date.parse(a.firstSeenAt) - Date.parse(b.firstSeenAt));
  return first?.release ?? null;
}
