import { binomialDensity, poissonDensity } from './density';

/** Terms of a series or fraction; what is left behind them is below the precision of a double for counts up to 10⁹. */
const MAX_TERMS = 200_000;
const PRECISION = 1e-14;

/** P(X ≥ count) for a Poisson of this mean: the regularized lower incomplete gamma function P(count, mean). */
export function poissonAtLeast(count: number, mean: number): number {
  if (count <= 0) return 1;
  return mean < count + 1 ? gammaSeries(count, mean) : 1 - gammaFraction(count, mean);
}

/** P(X < count) for a Poisson of this mean, precise also where it is tiny: Q(count, mean). */
export function poissonBelow(count: number, mean: number): number {
  if (count <= 0) return 0;
  return mean < count + 1 ? 1 - gammaSeries(count, mean) : gammaFraction(count, mean);
}

/** P(X ≥ count) for a binomial: the regularized incomplete beta function I_share(count, trials − count + 1). */
export function binomialAtLeast(count: number, trials: number, share: number): number {
  if (count <= 0) return 1;
  if (count > trials || share <= 0) return 0;
  if (share >= 1) return 1;
  const a = count;
  const b = trials - count + 1;
  if (share < (a + 1) / (a + b + 2)) return betaFraction(a, b, share);
  return 1 - betaFraction(b, a, 1 - share);
}

/** P(X ≤ count) for a binomial, precise also where it is tiny. */
export function binomialAtMost(count: number, trials: number, share: number): number {
  return binomialAtLeast(trials - count, trials, 1 - share);
}

/** Each term of P(X = count), P(X = count + 1), … is the one before times mean / its count. */
function gammaSeries(count: number, mean: number): number {
  let term = poissonDensity(count, mean);
  let sum = term;
  for (let next = count + 1; next < count + MAX_TERMS && term > sum * PRECISION; next++) {
    term *= mean / next;
    sum += term;
  }
  return Math.min(1, sum);
}

/** Lentz's evaluation of Legendre's continued fraction of Q(count, mean) (Abramowitz and Stegun 6.5.31). */
function gammaFraction(count: number, mean: number): number {
  let b = mean + 1 - count;
  let c = Infinity;
  let d = 1 / b;
  let fraction = d;
  for (let i = 1; i < MAX_TERMS; i++) {
    const a = -i * (i - count);
    b += 2;
    d = 1 / nonZero(a * d + b);
    c = nonZero(b + a / c);
    const factor = c * d;
    fraction *= factor;
    if (Math.abs(factor - 1) <= PRECISION) break;
  }
  // mean^count e^-mean / Γ(count), by the density at count.
  return Math.min(1, poissonDensity(count, mean) * count * fraction);
}

/** Lentz's evaluation of the continued fraction of I_x(a, b) (Abramowitz and Stegun 26.5.8), x below its mean. */
function betaFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < MAX_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    fraction *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    const factor = c * d;
    fraction *= factor;
    if (Math.abs(factor - 1) <= PRECISION) break;
  }
  // x^a (1 − x)^b / (a B(a, b)), by the density of a in a + b trials.
  return Math.min(1, ((binomialDensity(a, a + b, x) * b) / (a + b)) * fraction);
}

function nonZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value;
}
