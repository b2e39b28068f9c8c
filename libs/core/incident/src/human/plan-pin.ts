import type { Act, Decided, KeyRefusal, Standing, StandingCrash, StandingKey } from './decision';
import { refused } from './decision';
import { emptyPlan, moveKey, whyNot } from './plan-parts';

export interface PinCrashState {
  /** `null`: unknown, or retention let go of it. */
  readonly crash: StandingCrash | null;
  readonly from: Standing | null;
  readonly into: Standing;
}

/** Pins a crash: it belongs to the incident whatever its keys say, also when a better copy comes. */
export function planPinCrash({ crash, from, into }: PinCrashState, act: Act): Decided {
  if (crash === null || from === null) return refused('crash-unknown');
  const no = whyNot(into);
  if (no !== null) return no;
  if (crash.pinnedBy !== null && crash.incidentId === into.incident.id) return refused('pin-same');
  const to = into.incident.id;
  return {
    ...emptyPlan(act, 'pin-crash', from.incident, to),
    crashes: {
      fromIncidentId: from.incident.id,
      toIncidentId: to,
      select: { by: 'ids', crashIds: [crash.id] },
      pins: { set: act.id },
    },
  };
}

export interface UnpinCrashState {
  readonly crash: StandingCrash | null;
  readonly from: Standing | null;
  /** The incident that its key leads to; `null` where the key leads nowhere. */
  readonly ofKey: Standing | null;
}

/** Leaves a crash to its key again: it goes where the key leads, or stays where the key leads nowhere. */
export function planUnpinCrash({ crash, from, ofKey }: UnpinCrashState, act: Act): Decided {
  if (crash === null || from === null) return refused('crash-unknown');
  if (crash.pinnedBy === null) return refused('pin-missing', crash.id);
  const to = ofKey?.incident.id ?? from.incident.id;
  return {
    ...emptyPlan(act, 'unpin-crash', from.incident, to),
    crashes: {
      fromIncidentId: from.incident.id,
      toIncidentId: to,
      select: { by: 'ids', crashIds: [crash.id] },
      pins: { set: null },
    },
  };
}

export interface PinKeyState {
  readonly key: StandingKey | null;
  readonly from: Standing | null;
  readonly into: Standing;
  /** Of the key onto `into`. */
  readonly refusals: readonly KeyRefusal[];
}

/** Pins a group key: it leads to the incident from now on, and its crashes move there but for pinned ones. */
export function planPinKey({ key, from, into, refusals }: PinKeyState, act: Act): Decided {
  if (key === null || from === null) return refused('key-unknown');
  const no = whyNot(from) ?? whyNot(into);
  if (no !== null) return no;
  const to = into.incident.id;
  if (key.decidedBy !== null && key.incidentId === to) return refused('pin-same');
  return {
    ...emptyPlan(act, 'pin-key', from.incident, to),
    keys: [moveKey(key, to, act.id, 'pinned')],
    crashes:
      to === from.incident.id
        ? null
        : {
            fromIncidentId: from.incident.id,
            toIncidentId: to,
            select: { by: 'keys', groupKeys: [key.groupKey] },
            pins: 'keep',
          },
    lift: refusals,
  };
}

export interface UnpinKeyState {
  readonly key: StandingKey | null;
  readonly from: Standing | null;
}

/** Leaves a key to the machine again: it stays where it leads until a replay or a new algorithm says otherwise. */
export function planUnpinKey({ key, from }: UnpinKeyState, act: Act): Decided {
  if (key === null || from === null) return refused('key-unknown');
  if (key.decidedBy === null) return refused('pin-missing', key.groupKey);
  const move = moveKey(key, key.incidentId, act.id, key.reason ?? 'pinned');
  return {
    ...emptyPlan(act, 'unpin-key', from.incident, key.incidentId),
    keys: [{ ...move, decidedAfter: null }],
  };
}
