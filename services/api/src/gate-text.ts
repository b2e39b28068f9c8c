import type { GateResult } from '@oopstream/core-fleet';
import type { CountedRelease } from './release-rates';

/** A verdict in a sentence or two, for whoever is stopped by it. */
export function explainGate(
  result: GateResult,
  from: CountedRelease,
  to: CountedRelease,
  options: {
    readonly tolerance: number;
    readonly confidence: number;
    readonly acceptableRate: number | null;
  },
): string {
  return [reasonText(result, from, to, options), loopText(result, to)].filter(Boolean).join(' ');
}

function reasonText(
  result: GateResult,
  from: CountedRelease,
  to: CountedRelease,
  { tolerance, confidence, acceptableRate }: Parameters<typeof explainGate>[3],
): string {
  const { ratio, interval } = result;
  const sure = `at ${shorten(confidence * 100)} % confidence`;
  const times =
    ratio === null || ratio === Infinity
      ? 'while the old release had no crash'
      : `${shorten(ratio)} times as often`;
  switch (result.why) {
    case 'rate-rose':
      return `${to.release} crashes ${times}: at least ${shorten(interval.lower)} times ${sure}.`;
    case 'ratio-bounded':
      return `${to.release} crashes ${times}: less than ${shorten(tolerance)} times ${sure}.`;
    case 'rate-acceptable':
      return `${to.release} crashes less than ${acceptableRate ?? 0} times in 1,000 host-days ${sure}.`;
    case 'no-host-days': {
      const missing = [from, to].filter(({ hostDays }) => !(hostDays > 0)).map(({ release }) => release);
      return `The census saw nobody run ${missing.join(' or ')} in this time.`;
    }
    case 'ratio-open':
      return openText(result, tolerance, sure);
  }
}

function openText(result: GateResult, tolerance: number, sure: string): string {
  const { ratio, interval, detectableRatio } = result;
  if (ratio === null) return 'Neither release crashed, which bounds no ratio: say what rate is acceptable.';
  const range =
    interval.upper === Infinity
      ? `at least ${shorten(interval.lower)}, without an upper bound,`
      : `${shorten(interval.lower)} to ${shorten(interval.upper)}`;
  const power =
    detectableRatio === null
      ? 'So few crashes can show no rise at all.'
      : `So many crashes would show a rise of ${shorten(detectableRatio)} times or more.`;
  return `The ratio of the rates is ${range} ${sure}, which rules out neither 1 nor ${shorten(tolerance)}. ${power}`;
}

/** A Poisson count takes crashes to be independent: those of one host in a loop are not. */
function loopText({ verdict }: GateResult, { crashes: { fatal, fatalHosts } }: CountedRelease): string {
  if (verdict !== 'worse' || fatalHosts * 3 > fatal) return '';
  const hosts = fatalHosts === 1 ? 'one host' : `${fatalHosts} hosts`;
  return `All ${fatal} crashes are of ${hosts}: compare with count=hosts.`;
}

function shorten(value: number): string {
  return String(Number(value.toPrecision(3)));
}
