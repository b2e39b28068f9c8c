import { JOIN_REASONS } from '../join-reason';
import type { DecisionKind } from './decision';

/** What is known of a crash's way to its incident; numbers as people say them. */
export interface MembershipFacts {
  readonly crashId: string;
  readonly incidentNumber: string;
  readonly held: boolean;
  /** Of the reading that gives the crash its title. */
  readonly groupKey: string;
  readonly groupText: string | null;
  /** Where the key that counts leads (the host's, while the crash is held); `null`: nowhere. */
  readonly key: ProvenKey | null;
  readonly pinnedBy: ProvenDecision | null;
  /** Links to readings, oldest first, those too that are not valid any more. */
  readonly links: readonly ProvenLink[];
  /** Moves by decisions, oldest first. */
  readonly moves: readonly ProvenMove[];
}

export interface ProvenKey {
  readonly groupKey: string;
  readonly incidentNumber: string;
  /** Slug: how the key came to lead there. */
  readonly reason: string;
  /** Of the similarity by which it was attached. */
  readonly score: number | null;
  /** What the machine looked at when it attached it: frames and their weights. */
  readonly detail: Readonly<Record<string, unknown>> | null;
  readonly attachedAtMs: number;
  /** The person's decision that put it there. */
  readonly decidedBy: ProvenDecision | null;
}

export interface ProvenDecision {
  readonly id: string;
  readonly kind: DecisionKind;
  readonly actor: string;
  readonly atMs: number;
  readonly note: string | null;
}

export interface ProvenLink {
  readonly transcriptId: string;
  readonly primary: boolean;
  readonly validFromMs: number;
  readonly validToMs: number | null;
  readonly reason: string;
  readonly explanation: string | null;
  /** The incident that the crash was counted to by then, where the link says so. */
  readonly incidentNumber: string | null;
}

export interface ProvenMove {
  readonly decision: ProvenDecision;
  readonly fromNumber: string;
  readonly toNumber: string;
}

/** Since when a crash was counted to an incident, and why. */
export interface Membership {
  readonly incidentNumber: string;
  readonly fromMs: number;
  /** Slug of the rule. */
  readonly rule: string;
  readonly explanation: string;
  readonly decision: ProvenDecision | null;
}

export interface MembershipProof extends MembershipFacts {
  /** Slug of the rule that holds the crash where it is. */
  readonly rule: string;
  /** That rule as a sentence. */
  readonly explanation: string;
  /** The decision behind the rule. */
  readonly decision: ProvenDecision | null;
  /** Oldest first. */
  readonly memberships: readonly Membership[];
}

/** Rules that only a person's decision makes. */
const HUMAN: Readonly<Record<DecisionKind, string>> = {
  merge: 'A person merged its incident into this one.',
  split: 'A person split it off into this incident.',
  'pin-crash': 'A person pinned the crash to this incident: no key and no copy moves it.',
  'unpin-crash': 'A person unpinned it: it went where its group key leads.',
  'pin-key': 'A person pinned its group key to this incident.',
  'unpin-key': 'A person left its group key to the machine again.',
  undo: 'A person took a decision back: it returned.',
};

/** @returns why the crash is where it is, and how it came there. */
export function proveMembership(facts: MembershipFacts): MembershipProof {
  const memberships = membershipsOf(facts);
  return { ...facts, ...ruleOf(facts, memberships), memberships };
}

function ruleOf(
  { pinnedBy, key, incidentNumber, held }: MembershipFacts,
  memberships: readonly Membership[],
): Pick<MembershipProof, 'rule' | 'explanation' | 'decision'> {
  if (pinnedBy !== null) return { rule: 'pinned', explanation: HUMAN[pinnedBy.kind], decision: pinnedBy };
  if (key !== null && key.incidentNumber === incidentNumber) {
    if (key.decidedBy !== null)
      return { rule: 'decided-key', explanation: HUMAN[key.decidedBy.kind], decision: key.decidedBy };
    if (held) return { rule: 'damaged', explanation: JOIN_REASONS.damaged, decision: null };
    return { rule: key.reason, explanation: explain(key.reason), decision: null };
  }
  const last = memberships.at(-1);
  if (last === undefined) return { rule: 'unknown', explanation: explain('unknown'), decision: null };
  const { rule, explanation, decision } = last;
  return { rule, explanation, decision };
}

/** From what the machine said at each title-giving reading, and from each decision that moved the crash. */
function membershipsOf({ links, moves }: MembershipFacts): Membership[] {
  const told = links.flatMap((link): Membership[] =>
    link.incidentNumber === null
      ? []
      : [
          {
            incidentNumber: link.incidentNumber,
            fromMs: link.validFromMs,
            rule: link.reason,
            explanation: link.explanation ?? explain(link.reason),
            decision: null,
          },
        ],
  );
  const decided = moves
    .filter((move) => move.fromNumber !== move.toNumber)
    .map(({ decision, toNumber }): Membership => ({
      incidentNumber: toNumber,
      fromMs: decision.atMs,
      rule: decision.kind,
      explanation: HUMAN[decision.kind],
      decision,
    }));
  const inOrder = [...told, ...decided].sort((a, b) => a.fromMs - b.fromMs);
  return inOrder.filter((one, index) => inOrder[index - 1]?.incidentNumber !== one.incidentNumber);
}

function explain(reason: string): string {
  return Object.hasOwn(JOIN_REASONS, reason)
    ? JOIN_REASONS[reason as keyof typeof JOIN_REASONS]
    : 'The reason is not known to this version.';
}
