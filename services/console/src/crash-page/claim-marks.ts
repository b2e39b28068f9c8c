import { claimHash, type ChosenClaim, type Claim } from '../analysis/claim';
import type { RegisterReading } from '../api/models';
import type { ClaimSpan, LitSpan, NamedWord } from '../raw-transcript/text-marks';

/** Above this, evidence is a passage, which its claim lights up, but which leads to no claim when it is clicked. */
const MAX_CLICKED_BYTES = 120;

/** Words of the stack that are registers: crash(8) does not say so, printed registers have their names beside them. */
export function namedWords(registers: readonly RegisterReading[]): readonly NamedWord[] {
  return registers
    .filter(({ origin }) => origin === 'recovered')
    .map(({ name, span }) => ({ ...span, name }));
}

/** Which claim a click into the text leads to; in the order of the page. */
export function claimSpans(claims: readonly Claim[]): readonly ClaimSpan[] {
  return claims.flatMap((claim) =>
    claim.evidence
      .map(({ span }, at) => ({ ...span, hash: claimHash({ claim, at }) }))
      .filter(({ start, end }) => end - start <= MAX_CLICKED_BYTES),
  );
}

/** The bytes of the claim that is chosen, numbered as its evidence is. */
export function litSpans({ claim, at }: ChosenClaim): readonly LitSpan[] {
  return claim.evidence.map(({ span, note }, index) => ({
    ...span,
    note,
    number: index + 1,
    isCurrent: index === at,
  }));
}
