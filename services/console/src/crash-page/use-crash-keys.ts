import { claimHash, steppedClaim, steppedEvidence, type ChosenClaim, type Claim } from '../analysis/claim';
import type { CrashSummary } from '../api/models';
import { useKeys } from '../keyboard/use-keys';
import type { ShownReading } from './shown-reading';
import type { useCrashAddress } from './use-crash-address';
import { useNeighbours } from './use-neighbours';

interface Deps {
  readonly crash: CrashSummary;
  readonly shown: ShownReading;
  readonly claims: readonly Claim[];
  readonly chosen: ChosenClaim | null;
  readonly address: ReturnType<typeof useCrashAddress>;
}

/** Walking the claims moves the focus with them; steps do not pile up in the browser's history. */
export function useCrashKeys({ crash, shown, claims, chosen, address }: Deps): void {
  const { newer, older } = useNeighbours(crash.incidentNumber, crash.id);
  const walk = (step: 1 | -1): void => {
    const next = steppedClaim(claims, chosen, step);
    if (next === null) return;
    address.choose(claimHash(next), true);
    focusClaim(next.claim.id);
  };
  const turn = (step: 1 | -1): void => {
    if (chosen !== null) address.choose(claimHash(steppedEvidence(chosen, step)), true);
  };
  const isOnClaim = (): boolean => document.activeElement?.hasAttribute('data-claim-button') === true;
  const byDigit = shown.transcripts
    .slice(0, 9)
    .map(({ id }, index): [string, () => void] => [String(index + 1), () => address.showTranscript(id)]);
  useKeys({
    r: () => address.toggleRaw(chosen === null ? '' : claimHash(chosen)),
    '[': () => address.showCrash(older),
    ']': () => address.showCrash(newer),
    j: () => walk(1),
    k: () => walk(-1),
    n: () => turn(1),
    p: () => turn(-1),
    ...Object.fromEntries(byDigit),
  });
  // Arrows scroll the page, unless the focus is on a claim.
  useKeys({ ArrowDown: () => walk(1), ArrowUp: () => walk(-1) }, isOnClaim);
}

/** The page itself scrolls to what is chosen. */
function focusClaim(id: string): void {
  const button = document.querySelector<HTMLElement>(`[data-claim-button="${CSS.escape(id)}"]`);
  button?.focus({ preventScroll: true });
}
