import { solveRising } from './solve';
import { binomialAtLeast, binomialAtMost, poissonAtLeast, poissonBelow } from './tails';

/** Ends of a two-sided interval; `upper` may be `Infinity`. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/**
 * Means of a Poisson under which what was counted is no surprise: the exact interval of F. Garwood (1936). It covers the
 * true mean at least as often as `confidence` says, for few events more often.
 */
export function poissonInterval(count: number, confidence: number): Interval {
  const tail = (1 - confidence) / 2;
  // Far above any quantile asked for: ten standard deviations and more.
  const far = count + 10 * Math.sqrt(count + 1) + 10 - 2 * Math.log(tail);
  return {
    lower: count === 0 ? 0 : solveRising((mean) => poissonAtLeast(count, mean), tail, 0, count),
    upper: solveRising((mean) => -poissonBelow(count + 1, mean), -tail, count, far),
  };
}

/**
 * Shares of a binomial under which what was counted is no surprise: the exact interval of C. J. Clopper and E. S. Pearson
 * (1934).
 */
export function shareInterval(count: number, trials: number, confidence: number): Interval {
  const tail = (1 - confidence) / 2;
  return {
    lower: count === 0 ? 0 : solveRising((share) => binomialAtLeast(count, trials, share), tail, 0, 1),
    upper: count === trials ? 1 : solveRising((share) => -binomialAtMost(count, trials, share), -tail, 0, 1),
  };
}
