export interface WeighedFrame {
  /** Of one stack no two have the same. */
  readonly name: string;
  /** 0 for the innermost. */
  readonly position: number;
  readonly weight: number;
}

/** A function that stands in both stacks. */
export interface FrameMatch {
  readonly name: string;
  /** Where it stands in either, 0 for the innermost. */
  readonly positions: readonly [ours: number, theirs: number];
  /** Of both frames together. */
  readonly weight: number;
  /** What of it counts: less than the weight where positions differ. */
  readonly gain: number;
}

/** How fast a match's gain falls with the distance of its positions: `exp(-DISTANCE_DECAY · |i - j|)`. */
export const DISTANCE_DECAY = 0.1;

/** Pairs equal frames of two stacks by walking both in order of names. @returns matches, innermost of ours first */
export function matchFrames(ours: readonly WeighedFrame[], theirs: readonly WeighedFrame[]): FrameMatch[] {
  const [a, b] = [sorted(ours), sorted(theirs)];
  const matches: FrameMatch[] = [];
  let j = 0;
  for (const mine of a) {
    let other = b[j];
    while (other !== undefined && compareNames(other, mine) < 0) other = b[(j += 1)];
    if (other === undefined) break;
    if (compareNames(other, mine) !== 0) continue;
    j += 1;
    const weight = mine.weight + other.weight;
    const gain = weight * Math.exp(-DISTANCE_DECAY * Math.abs(mine.position - other.position));
    matches.push({ name: mine.name, positions: [mine.position, other.position], weight, gain });
  }
  return matches.sort((x, y) => x.positions[0] - y.positions[0]);
}

function sorted(frames: readonly WeighedFrame[]): WeighedFrame[] {
  return [...frames].sort(compareNames);
}

function compareNames(x: WeighedFrame, y: WeighedFrame): number {
  if (x.name === y.name) return 0;
  return x.name < y.name ? -1 : 1;
}
