/**
 * Probabilities of single counts by saddle points (C. Loader, "Fast and accurate computation of binomial probabilities",
 * 2000): full precision also where factorials overflow and logarithms of them cancel. Counts are whole and ≥ 0.
 */

const LN_SQRT_2PI = 0.9189385332046727;

/** P(X = count) for a Poisson of this mean. */
export function poissonDensity(count: number, mean: number): number {
  if (mean === 0) return count === 0 ? 1 : 0;
  if (count === 0) return Math.exp(-mean);
  return Math.exp(-stirlingError(count) - deviance(count, mean)) / Math.sqrt(2 * Math.PI * count);
}

/** P(X = count) for a binomial of `trials` with this share. */
export function binomialDensity(count: number, trials: number, share: number): number {
  const rest = trials - count;
  if (share <= 0) return count === 0 ? 1 : 0;
  if (share >= 1) return rest === 0 ? 1 : 0;
  if (count === 0) return Math.exp(trials * Math.log1p(-share));
  if (rest === 0) return Math.exp(trials * Math.log(share));
  const log =
    stirlingError(trials) -
    stirlingError(count) -
    stirlingError(rest) -
    deviance(count, trials * share) -
    deviance(rest, trials * (1 - share));
  return Math.exp(log) * Math.sqrt(trials / (2 * Math.PI * count * rest));
}

/** ln n! less Stirling's formula, for n ≥ 1. */
function stirlingError(n: number): number {
  if (n <= 15) {
    let factorial = 1;
    for (let i = 2; i <= n; i++) factorial *= i;
    return Math.log(factorial) - (n + 0.5) * Math.log(n) + n - LN_SQRT_2PI;
  }
  const square = n * n;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n;
}

/** count · ln(count / mean) + mean − count, without cancelling where they are close. */
function deviance(count: number, mean: number): number {
  const apart = count - mean;
  if (Math.abs(apart) >= 0.1 * (count + mean)) return count * Math.log(count / mean) + mean - count;
  const ratio = apart / (count + mean);
  let sum = apart * ratio;
  let term = 2 * count * ratio;
  for (let i = 1; i < 1000; i++) {
    term *= ratio * ratio;
    const next = sum + term / (2 * i + 1);
    if (next === sum) break;
    sum = next;
  }
  return sum;
}
