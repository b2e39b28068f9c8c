import { poissonInterval, shareInterval } from './interval';
import type { Interval } from './interval';
import { DEFAULT_CONFIDENCE } from './rate';
import { solveRising } from './solve';
import { binomialAtLeast } from './tails';

/** What was counted on one release. */
export interface Exposure {
  /** Whole and ≥ 0. */
  readonly crashes: number;
  readonly hostDays: number;
}

export type Verdict = 'worse' | 'not-worse' | 'not-enough-data';

/** Which rule gave the verdict. */
export type GateReason =
  /** The new one crashes more often, and chance does not explain it. */
  | 'rate-rose'
  /** Were it worse by `tolerance`, it would have been seen. */
  | 'ratio-bounded'
  /** Its own rate lies surely below what is acceptable. */
  | 'rate-acceptable'
  /** One of the two was not run. */
  | 'no-host-days'
  /** Chance explains what was seen, and would also hide a rate that rose beyond tolerance. */
  | 'ratio-open';

export interface GateOptions {
  /** `not-worse` is said when the ratio of the rates is surely below it. More than 1; 2 when not given. */
  readonly tolerance?: number;
  /** Of the two-sided interval: `worse` is said wrongly in at most half of what is left to 1. .95 when not given. */
  readonly confidence?: number;
  /** Crashes for each 1,000 host-days of the new release that are fine whatever the old one does; none when not given. */
  readonly acceptableRate?: number;
}

export interface GateResult {
  readonly verdict: Verdict;
  readonly why: GateReason;
  /** Rate of the new release by that of the old; `null` where both counted nothing or one was not run. */
  readonly ratio: number | null;
  /** Of the ratio. `upper` is `Infinity` where nothing bounds it. */
  readonly interval: Interval;
  /** Chance of at least so large a share of crashes on the new release were both alike. */
  readonly pValue: number;
  /**
   * Smallest true ratio that so many crashes would have shown as `worse` four times in five; `null` where they are too
   * few to show any.
   */
  readonly detectableRatio: number | null;
}

const DEFAULT_TOLERANCE = 2;
const POWER = 0.8;
const UNBOUNDED: Interval = { lower: 0, upper: Infinity };

/**
 * Whether release `to` crashes more often than `from`. Crashes of each are taken to be a Poisson count; given both
 * together, those of `to` are binomial (J. Przyborowski and H. Wilenski, 1940), which makes test and interval exact at
 * any count. That no rise was shown is not enough for `not-worse`: the interval must exclude `tolerance`.
 */
export function gate(from: Exposure, to: Exposure, options: GateOptions = {}): GateResult {
  const { tolerance = DEFAULT_TOLERANCE, confidence = DEFAULT_CONFIDENCE, acceptableRate } = options;
  const compared = compare(from, to, confidence);
  const decided = (verdict: Verdict, why: GateReason): GateResult => ({ verdict, why, ...compared });
  if (!(from.hostDays > 0 && to.hostDays > 0)) return decided('not-enough-data', 'no-host-days');
  if (compared.pValue <= (1 - confidence) / 2) return decided('worse', 'rate-rose');
  if (compared.interval.upper < tolerance) return decided('not-worse', 'ratio-bounded');
  const highest = (poissonInterval(to.crashes, confidence).upper * 1000) / to.hostDays;
  if (acceptableRate !== undefined && highest <= acceptableRate)
    return decided('not-worse', 'rate-acceptable');
  return decided('not-enough-data', 'ratio-open');
}

function compare(
  from: Exposure,
  to: Exposure,
  confidence: number,
): Pick<GateResult, 'ratio' | 'interval' | 'pValue' | 'detectableRatio'> {
  const total = from.crashes + to.crashes;
  if (total === 0 || !(from.hostDays > 0 && to.hostDays > 0))
    return { ratio: null, interval: UNBOUNDED, pValue: 1, detectableRatio: null };
  /** A share of the crashes as the ratio of rates that it stands for. */
  const ratioOf = (share: number): number =>
    share >= 1 ? Infinity : ((share / (1 - share)) * from.hostDays) / to.hostDays;
  const alike = to.hostDays / (from.hostDays + to.hostDays);
  const { lower, upper } = shareInterval(to.crashes, total, confidence);
  const shown = detectableShare(total, alike, (1 - confidence) / 2);
  return {
    ratio: (to.crashes * from.hostDays) / (from.crashes * to.hostDays),
    interval: { lower: ratioOf(lower), upper: ratioOf(upper) },
    pValue: binomialAtLeast(to.crashes, total, alike),
    detectableRatio: shown === null ? null : ratioOf(shown),
  };
}

/** The share of `total` that the test tells from `alike` with {@link POWER}; `null` where no count would do. */
function detectableShare(total: number, alike: number, tail: number): number | null {
  if (binomialAtLeast(total, total, alike) > tail) return null;
  let [few, enough] = [0, total];
  while (enough - few > 1) {
    const middle = Math.floor((few + enough) / 2);
    if (binomialAtLeast(middle, total, alike) <= tail) enough = middle;
    else few = middle;
  }
  return solveRising((share) => binomialAtLeast(enough, total, share), POWER, 0, 1);
}
