/** One line of a frame list: an anchored pattern over a function name without compiler suffix, and why it stands here. */
export interface ListLine {
  readonly pattern: string;
  readonly reason: string;
}

export interface FrameList {
  readonly name: string;
  readonly lines: readonly ListLine[];
}

/** The line that a function name met. */
export interface ListHit {
  readonly list: string;
  readonly line: number;
  readonly pattern: string;
  readonly reason: string;
}

export type FrameMatcher = (name: string) => ListHit | null;

/** Names remembered by a matcher: kernels have some hundred thousand functions, a fleet's crashes a few thousand. */
const CACHE_LIMIT = 16_384;

/** Makes one matcher of several lists; the first list and line that match win. */
export function createMatcher(lists: readonly FrameList[]): FrameMatcher {
  const lines = lists.flatMap((list) =>
    list.lines.map((line, i) => ({
      test: new RegExp(`^(?:${line.pattern})$`),
      hit: { list: list.name, line: i + 1, pattern: line.pattern, reason: line.reason },
    })),
  );
  const cache = new Map<string, ListHit | null>();
  return (name) => {
    const known = cache.get(name);
    if (known !== undefined) return known;
    const hit = lines.find((line) => line.test.test(name))?.hit ?? null;
    if (cache.size >= CACHE_LIMIT) cache.clear();
    cache.set(name, hit);
    return hit;
  };
}
