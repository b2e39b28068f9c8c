import type { CarriedAnalysis } from './receipt';

/** Why a crash happened, as far as its readings tell. */
export interface CrashCause {
  /** Class of the verdict, `unknown` among them. */
  readonly verdict: string;
  readonly confidence: string;
  /** 0 to 1: the highest that a reading of the crash gives. */
  readonly hardwareLikelihood: number;
}

/** How likely hardware is to blame, as a facet of incidents. */
export const HARDWARE_BANDS = ['likely', 'possible', 'unlikely'] as const;
export type HardwareBand = (typeof HARDWARE_BANDS)[number];

/** @param likelihood 0 to 1 */
export function hardwareBand(likelihood: number): HardwareBand {
  if (likelihood >= 0.6) return 'likely';
  return likelihood >= 0.25 ? 'possible' : 'unlikely';
}

/** A word that is not known says at least that something was found. */
const RANKS: Readonly<Record<string, number>> = { hint: 1, likely: 2, certain: 3 };
const rankOf = ({ verdict, confidence }: Pick<CrashCause, 'verdict' | 'confidence'>): number =>
  verdict === 'unknown' ? 0 : (RANKS[confidence] ?? 1);

/**
 * @returns the cause of a crash that one more reading shows: a surer verdict takes the place of the one so far, an
 * equally sure one does not, so that the order of copies of the same worth decides nothing later on.
 */
export function withAnalysis(cause: CrashCause | null, analysis: CarriedAnalysis | null): CrashCause | null {
  if (analysis === null) return cause;
  const { verdict, hardware } = analysis;
  return withCause(cause, {
    verdict: verdict.class,
    confidence: verdict.confidence,
    hardwareLikelihood: hardware.value,
  });
}

/** The same for what was found of it elsewhere. */
export function withCause(cause: CrashCause | null, seen: CrashCause | null): CrashCause | null {
  if (cause === null || seen === null) return cause ?? seen;
  const surer = rankOf(seen) > rankOf(cause) ? seen : cause;
  const hardwareLikelihood = Math.max(cause.hardwareLikelihood, seen.hardwareLikelihood);
  return isSameCause(cause, { ...surer, hardwareLikelihood }) ? cause : { ...surer, hardwareLikelihood };
}

export function isSameCause(a: CrashCause | null, b: CrashCause | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.verdict === b.verdict && a.confidence === b.confidence && a.hardwareLikelihood === b.hardwareLikelihood
  );
}
