import type { Analysis, Evidence } from '../api/models';

/** Anything of an analysis that has bytes to show: a finding, a register, what speaks for the hardware. */
export interface Claim {
  /** Its name in an address: `finding-3`, `register-rbp`, `hardware-1`. */
  readonly id: string;
  /** In few words, for places that do not repeat the sentence: `Finding 3`, `rbp`. */
  readonly title: string;
  readonly evidence: readonly Evidence[];
}

/** A claim that is looked at, and which of its evidence. */
export interface ChosenClaim {
  readonly claim: Claim;
  /** Index into its evidence; 0 also where it has none. */
  readonly at: number;
}

/** Every claim in the order of the page. Two registers of one name, as odd texts have them, keep names apart by number. */
export function claimsOf(analysis: Analysis): readonly Claim[] {
  const seen = new Map<string, number>();
  const registers = analysis.registers.map(({ name, span }) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    const id = `register-${name}${times === 1 ? '' : `-${times}`}`;
    return { id, title: name, evidence: [{ span, note: name }] };
  });
  return [
    ...analysis.hardware.parts.map((part, index) => numbered('hardware', 'Hardware', index, part.evidence)),
    ...analysis.findings.map((finding, index) => numbered('finding', 'Finding', index, finding.evidence)),
    ...registers,
  ];
}

const numbered = (name: string, word: string, index: number, evidence: readonly Evidence[]): Claim => ({
  id: `${name}-${index + 1}`,
  title: `${word} ${index + 1}`,
  evidence,
});

/** What stands behind `#` in the address: the claim, and which evidence where it is not the first (`finding-3.2`). */
export function claimHash({ claim, at }: ChosenClaim): string {
  return at === 0 ? claim.id : `${claim.id}.${at + 1}`;
}

/** @returns `null` for a hash that names no claim of these; evidence that is not there counts as the first */
export function chosenClaim(claims: readonly Claim[], hash: string): ChosenClaim | null {
  const [, id, number] = /^(.+?)(?:\.(\d{1,4}))?$/.exec(hash) ?? [];
  const claim = claims.find((candidate) => candidate.id === id);
  if (claim === undefined) return null;
  const at = number === undefined ? 0 : Number(number) - 1;
  return { claim, at: at >= 0 && at < claim.evidence.length ? at : 0 };
}

/** The evidence `step` further on, round and round. */
export function steppedEvidence({ claim, at }: ChosenClaim, step: 1 | -1): ChosenClaim {
  const count = Math.max(1, claim.evidence.length);
  return { claim, at: (at + step + count) % count };
}

/** The claim `step` further on in the order of the page, not beyond its ends; the first where none is chosen. */
export function steppedClaim(
  claims: readonly Claim[],
  chosen: ChosenClaim | null,
  step: 1 | -1,
): ChosenClaim | null {
  const now = chosen === null ? -1 : claims.indexOf(chosen.claim);
  const claim = chosen === null ? claims[0] : claims[Math.min(claims.length - 1, Math.max(0, now + step))];
  return claim === undefined ? null : { claim, at: 0 };
}
