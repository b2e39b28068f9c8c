/** Halvings after which the ends of any range of doubles have met. */
const MAX_HALVINGS = 2_000;

/**
 * Where a rising function reaches `target` between `low` and `high`, by halving: slow and sure. The ends may be unequal
 * by many powers of ten; the answer is as precise as a double is.
 */
export function solveRising(
  evaluate: (at: number) => number,
  target: number,
  low: number,
  high: number,
): number {
  for (let i = 0; i < MAX_HALVINGS; i++) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    if (evaluate(middle) < target) low = middle;
    else high = middle;
  }
  return low + (high - low) / 2;
}
