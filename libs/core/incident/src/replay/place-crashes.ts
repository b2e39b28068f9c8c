import type { ShadowJoining } from './shadow-joining';
import type { SignedAgain } from './sign-again';

/** What a replay knows when it comes to a chunk of crashes. */
export interface ShadowState {
  /** Incidents of the shadow that keys of the chunk lead to: made by this replay, or standing for one outside its range. */
  readonly keys: readonly { readonly groupKey: string; readonly shadowId: string }[];
  /** Shadow incidents that stand for stored ones already. */
  readonly standIns: readonly string[];
  /** People put these crashes there. */
  readonly pinnedCrashes: readonly { readonly crashId: string; readonly incidentId: string }[];
  /** People let these keys, of any version, lead there. */
  readonly pinnedKeys: readonly PinnedKey[];
}

export interface PinnedKey {
  readonly groupKey: string;
  readonly incidentId: string;
  readonly decisionId: string;
}

export type PlaceReason = 'stays' | 'pinned-crash' | 'pinned-key' | 'group-key' | 'similar' | 'new';

export interface Placement {
  readonly signed: SignedAgain;
  /** `null`: stays where it is, and says nothing of where others belong. */
  readonly shadowId: string | null;
  readonly reason: PlaceReason;
  /** Of `pinned-key`: the decision; and whether the crash needs a pin of its own, its new key leading elsewhere. */
  readonly decision: { readonly id: string; readonly pins: boolean } | null;
}

/** An incident of the shadow. */
export interface ShadowIncident {
  /** Of the stored incident it stands for, else of the crash that opened it: the same at every run. */
  readonly id: string;
  readonly standsIn: boolean;
  /** `null` for one that stands in: it has its own. */
  readonly openedBy: string | null;
  /** `null` for one that stands in. */
  readonly family: string | null;
}

export interface ShadowKey {
  readonly groupKey: string;
  readonly groupText: string;
  readonly shadowId: string;
  readonly reason: PlaceReason;
  readonly score: number | null;
  readonly decisionId: string | null;
}

export interface ShadowPlan {
  readonly placements: readonly Placement[];
  readonly incidents: readonly ShadowIncident[];
  readonly keys: readonly ShadowKey[];
}

/**
 * Places crashes in a shadow, in the order given, by the rules by which arriving ones are placed: what people decided,
 * then the group key, then similarity, else a new incident. Pure.
 */
export function placeCrashes(
  crashes: readonly SignedAgain[],
  state: ShadowState,
  joining: ShadowJoining | null = null,
): ShadowPlan {
  const shadow = new ShadowDraft(state, joining);
  const placements = crashes.map((one) => {
    const placement = shadow.place(one);
    const { signed, crash } = one;
    const { shadowId, reason, decision } = placement;
    // A crash that a person pinned says nothing of where others with its key belong.
    const isPinned = reason === 'pinned-crash' || decision?.pins === true;
    if (signed !== null && shadowId !== null && !isPinned) joining?.learn(signed, crash, shadowId);
    return placement;
  });
  return { placements, incidents: shadow.incidents, keys: shadow.keys };
}

class ShadowDraft {
  private readonly byKey: Map<string, string>;
  private readonly standIns: Set<string>;
  private readonly pinnedCrashes: ReadonlyMap<string, string>;
  private readonly pinnedKeys: ReadonlyMap<string, PinnedKey>;
  readonly incidents: ShadowIncident[] = [];
  readonly keys: ShadowKey[] = [];

  constructor(
    state: ShadowState,
    private readonly joining: ShadowJoining | null,
  ) {
    this.byKey = new Map(state.keys.map((one) => [one.groupKey, one.shadowId]));
    this.standIns = new Set(state.standIns);
    this.pinnedCrashes = new Map(state.pinnedCrashes.map((one) => [one.crashId, one.incidentId]));
    this.pinnedKeys = new Map(state.pinnedKeys.map((one) => [one.groupKey, one]));
  }

  place(one: SignedAgain): Placement {
    const { crash, signed } = one;
    const pinned = this.pinnedCrashes.get(crash.id);
    if (pinned !== undefined) return put(one, this.standIn(pinned), 'pinned-crash');
    if (signed === null) return put(one, null, 'stays');
    const key = signed.keys.groupKey;
    // The keys it has now tell as well: what people said of them holds whatever the algorithm makes of them.
    const decided = this.pinnedKeys.get(key) ?? this.pinnedKeys.get(crash.keys.groupKey);
    if (decided !== undefined) return this.obey(one, key, decided);
    const known = this.byKey.get(key);
    if (known !== undefined) return put(one, known, 'group-key');
    const similar = this.joining?.nearest(signed, crash) ?? null;
    if (similar === null) {
      const { family } = signed.keys;
      this.incidents.push({ id: crash.id, standsIn: false, openedBy: crash.id, family });
    }
    const shadowId = similar?.shadowId ?? crash.id;
    const reason = similar === null ? 'new' : 'similar';
    this.attach(key, { groupText: signed.groupText, shadowId, reason, score: similar?.score ?? null });
    return put(one, shadowId, reason);
  }

  private obey(one: SignedAgain, key: string, { incidentId, decisionId }: PinnedKey): Placement {
    const shadowId = this.standIn(incidentId);
    const groupText = one.signed?.groupText ?? '';
    if (!this.byKey.has(key)) this.attach(key, { groupText, shadowId, reason: 'pinned-key', decisionId });
    const pins = this.byKey.get(key) !== shadowId;
    return { ...put(one, shadowId, 'pinned-key'), decision: { id: decisionId, pins } };
  }

  private standIn(incidentId: string): string {
    if (!this.standIns.has(incidentId)) {
      this.standIns.add(incidentId);
      this.incidents.push({ id: incidentId, standsIn: true, openedBy: null, family: null });
    }
    return incidentId;
  }

  /** Later crashes of the key follow. */
  private attach(
    groupKey: string,
    key: Pick<ShadowKey, 'groupText' | 'shadowId' | 'reason'> & Partial<ShadowKey>,
  ): void {
    this.byKey.set(groupKey, key.shadowId);
    this.keys.push({ score: null, decisionId: null, ...key, groupKey });
  }
}

function put(signed: SignedAgain, shadowId: string | null, reason: PlaceReason): Placement {
  return { signed, shadowId, reason, decision: null };
}
