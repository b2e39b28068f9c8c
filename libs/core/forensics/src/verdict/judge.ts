import type { Finding, HardwareLikelihood, Verdict } from '../analysis';
import type { CrashCase } from '../crash-case';

/** What is concluded before flags and culprit are added. */
export type Opinion = Pick<Verdict, 'class' | 'confidence' | 'text'> & {
  readonly culprit?: Verdict['culprit'];
};

/** One reason to name a class; `null`: it does not apply. Rules stand in order, the first that applies is the verdict. */
export type VerdictRule = (crash: CrashCase, findings: readonly Finding[]) => Opinion | null;

const RULES: readonly VerdictRule[] = [];

const UNKNOWN: Opinion = {
  class: 'unknown',
  confidence: 'hint',
  text: 'The text does not carry enough to say what happened.',
};

/** The verdict on a crash, from what was found. */
export function judge(
  crash: CrashCase,
  findings: readonly Finding[],
  _hardware: HardwareLikelihood,
): Verdict {
  const opinion =
    RULES.reduce<Opinion | null>((found, rule) => found ?? rule(crash, findings), null) ?? UNKNOWN;
  return { ...opinion, flags: [], culprit: opinion.culprit ?? null };
}
