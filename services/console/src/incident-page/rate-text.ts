import type { IncidentRates, RateRow } from '../api/models';

/** A rate with its interval, as short as it stays true. */
export function rateText(rate: RateRow['fatal']['per1000HostDays']): string {
  if (rate === null) return 'no host-days';
  return `${short(rate.value)} (${short(rate.lower)} to ${short(rate.upper)})`;
}

/** Where a bug came into a branch, and how sure that is. */
export function turnText(turn: IncidentRates['turns'][number]): string {
  const { branch, firstBad, lastGood, lastGoodHostDays, chanceOfNone, proven } = turn;
  if (lastGood === null) return `${branch}: first bad build ${firstBad}; no build before it ran.`;
  const ran = `${short(lastGoodHostDays ?? 0)} host-days without a crash`;
  const chance = chanceOfNone === null ? '' : `, by chance in ${short(100 * chanceOfNone)} % of cases`;
  const proof = proven ? '' : '; not enough to call it good';
  return `${branch}: first bad build ${firstBad}, last good ${lastGood} (${ran}${chance}${proof}).`;
}

function short(value: number): string {
  return value >= 100 || value === 0 ? value.toFixed(0) : value.toPrecision(2);
}
