import type { PlannedAudit, PlannedChange } from '../dedup-plan';
import type { IncidentState, KnownCrash } from '../dedup-state';
import { SHOWN_NAMES } from '../dedup-state';
import { auditOf, changesOf } from '../human';
import type { CrashMove, Decision, DecisionKind, DecisionPlan, KeyMove, KeyRefusal } from '../human';
import { addCounts, countCrash, countsOf, noCounts, withoutCounts } from './memory-counts';
import type { CountRows } from './memory-counts';
import type { MemoryIncidents } from './memory-incidents';

/** A crash as a decision met it. */
export interface MovedCrash {
  readonly crash: KnownCrash;
  readonly pinnedBefore: string | null;
  readonly pinnedAfter: string | null;
}

/** A decision with everything that it moved. */
export interface DecisionRecord {
  decision: Decision;
  readonly keys: readonly KeyMove[];
  readonly moved: readonly MovedCrash[];
  /** Counts without crashes: retention had dropped them. */
  readonly rest: CountRows | null;
  readonly refused: readonly KeyRefusal[];
  readonly lifted: readonly KeyRefusal[];
  /** Faces that came about later are younger than the decision. */
  readonly turn: number;
}

/** Applies decisions to the maps of {@link MemoryIncidents}, crash by crash. */
export class MemoryDecisions {
  readonly records: DecisionRecord[] = [];
  readonly pins = new Map<string, string>();
  readonly keyFacts = new Map<
    string,
    { readonly decidedBy: string | null; readonly reason: string | null }
  >();
  readonly refusals: KeyRefusal[] = [];
  readonly audit: PlannedAudit[] = [];
  readonly changes: PlannedChange[] = [];

  constructor(readonly rows: MemoryIncidents) {}

  apply(plan: DecisionPlan, undoneKind: DecisionKind | null): DecisionRecord {
    const { decision } = plan;
    if (plan.opened !== null) this.rows.incidents.set(plan.opened.id, plan.opened);
    const { turn } = this.rows;
    const moved = plan.crashes === null ? [] : this.select(plan.crashes, decision.id);
    const rest = plan.crashes === null ? null : this.restOf(plan.crashes, moved);
    if (plan.crashes !== null) this.move(plan.crashes, moved, rest);
    const lifted = plan.lift.filter((one) => this.lift(one));
    const refused = plan.refuse.filter((one) => this.refuse(one, decision.tenant));
    const keys = plan.keys;
    for (const key of keys) this.moveKey(decision.tenant, key);
    const record = { decision, keys, moved, rest, refused, lifted, turn };
    this.records.push(record);
    const undone = this.records.find((one) => one.decision.id === decision.undoes);
    if (undone !== undefined) undone.decision = { ...undone.decision, undoneBy: decision.id };
    const closed = this.moveAliases(plan);
    const [from, to] = [decision.fromIncidentId, decision.toIncidentId].map((id) => this.refresh(id));
    if (from === undefined || to === undefined) throw new Error('an incident of the decision is not there');
    const outcome = { crashes: moved.length, from, to, closed, undoneKind };
    this.audit.push(...auditOf(plan, outcome));
    this.changes.push(...changesOf(plan, outcome));
    return record;
  }

  private select({ fromIncidentId, select, pins }: CrashMove, decisionId: string): MovedCrash[] {
    const here = [...this.rows.crashes.values()].filter((crash) => crash.incidentId === fromIncidentId);
    const keyOf = (crash: KnownCrash): string => this.rows.faces.get(crash.id)?.face.groupKey ?? '';
    const pinOf = (crash: KnownCrash): string | null => this.pins.get(crash.id) ?? null;
    const asIs = (crash: KnownCrash): MovedCrash => {
      const pinnedAfter = typeof pins === 'object' ? pins.set : pinOf(crash);
      return { crash, pinnedBefore: pinOf(crash), pinnedAfter };
    };
    if (select.by === 'incident') return here.map(asIs);
    if (select.by === 'ids') return here.filter((crash) => select.crashIds.includes(crash.id)).map(asIs);
    const free = here.filter((crash) => pinOf(crash) === null && select.groupKeys.includes(keyOf(crash)));
    if (select.by === 'keys') return free.map(asIs);
    const record = this.records.find((one) => one.decision.id === select.decisionId);
    if (record === undefined) throw new Error(`decision ${decisionId} undoes one that is not there`);
    const mine = new Map(record.moved.map((one) => [one.crash.id, one]));
    const back = record.moved.flatMap((one): MovedCrash[] => {
      const now = this.rows.crashes.get(one.crash.id);
      if (now === undefined && !this.rows.droppedCrashes.has(one.crash.id)) return [];
      if (now !== undefined && now.incidentId !== fromIncidentId) return [];
      const crash = now ?? { ...one.crash, incidentId: fromIncidentId };
      return [{ crash, pinnedBefore: pinOf(crash), pinnedAfter: one.pinnedBefore }];
    });
    const young = free.filter(
      (crash) => (this.rows.faces.get(crash.id)?.turn ?? 0) > record.turn && !mine.has(crash.id),
    );
    return [...back, ...young.map(asIs)];
  }

  private restOf({ fromIncidentId, select }: CrashMove, moved: readonly MovedCrash[]): CountRows | null {
    if (select.by === 'decision')
      return this.records.find((one) => one.decision.id === select.decisionId)?.rest ?? null;
    if (select.by !== 'incident') return null;
    const counted = noCounts();
    for (const { crash } of moved) countCrash(counted, crash, 1);
    return withoutCounts(countsOf(this.rows, fromIncidentId), counted);
  }

  private move(
    { fromIncidentId: from, toIncidentId: to }: CrashMove,
    moved: readonly MovedCrash[],
    rest: CountRows | null,
  ): void {
    const counts = noCounts();
    for (const { crash, pinnedAfter } of moved) {
      countCrash(counts, crash, 1);
      if (pinnedAfter === null) this.pins.delete(crash.id);
      else this.pins.set(crash.id, pinnedAfter);
      if (this.rows.crashes.has(crash.id))
        this.rows.crashes.set(crash.id, { ...crash, incidentId: to, pinned: pinnedAfter !== null });
      else if (from !== to) this.moveForgotten(from, to, 1);
    }
    if (from === to) return;
    const gains = this.rows.incidents.get(to);
    const wasEmpty = gains?.crashes === 0;
    const times = moved.map(({ crash }) => crash.crashTimeMs);
    const restIncident = rest !== null && rest.crashes > 0 ? this.rows.incidents.get(from) : undefined;
    if (restIncident !== undefined) times.push(restIncident.firstSeenAtMs, restIncident.lastSeenAtMs);
    for (const part of rest === null ? [counts] : [counts, rest]) {
      addCounts(this.rows, from, part, -1);
      addCounts(this.rows, to, part, 1);
    }
    if (rest !== null) this.moveForgotten(from, to, rest.crashes);
    this.widen(to, times, wasEmpty);
    this.narrow(from);
  }

  private moveForgotten(from: string, to: string, crashes: number): void {
    const { forgottenCrashes: known } = this.rows;
    known.set(from, (known.get(from) ?? 0) - crashes);
    known.set(to, (known.get(to) ?? 0) + crashes);
  }

  private widen(id: string, times: readonly number[], wasEmpty: boolean): void {
    const incident = this.rows.incidents.get(id);
    if (incident === undefined || times.length === 0) return;
    const own = wasEmpty ? [] : [incident.firstSeenAtMs, incident.lastSeenAtMs];
    this.rows.incidents.set(id, {
      ...incident,
      firstSeenAtMs: Math.min(...own, ...times),
      lastSeenAtMs: Math.max(...own, ...times),
    });
  }

  private narrow(id: string): void {
    const incident = this.rows.incidents.get(id);
    const left = [...this.rows.crashes.values()].filter((crash) => crash.incidentId === id);
    if (incident === undefined || left.length === 0 || left.length !== incident.crashes) return;
    const times = left.map((crash) => crash.crashTimeMs);
    this.rows.incidents.set(id, {
      ...incident,
      firstSeenAtMs: Math.min(...times),
      lastSeenAtMs: Math.max(...times),
    });
  }

  private moveKey(tenant: string, key: KeyMove): void {
    const name = `${tenant} ${key.groupKey}`;
    this.rows.keys.set(name, { tenant, groupKey: key.groupKey, incidentId: key.toIncidentId });
    this.keyFacts.set(name, { decidedBy: key.decidedAfter, reason: key.reasonAfter });
    if (key.decidedAfter === null) this.rows.joining.decided.delete(name);
    else this.rows.joining.decided.add(name);
  }

  private refuse(one: KeyRefusal, tenant: string): boolean {
    const isSame = (other: KeyRefusal): boolean =>
      other.groupKey === one.groupKey && other.incidentId === one.incidentId;
    if (this.refusals.some(isSame)) return false;
    this.refusals.push(one);
    this.rows.joining.refusals.push({ tenant, groupKey: one.groupKey, incidentId: one.incidentId });
    return true;
  }

  private lift(one: KeyRefusal): boolean {
    const isIt = (other: Pick<KeyRefusal, 'groupKey' | 'incidentId'>): boolean =>
      other.groupKey === one.groupKey && other.incidentId === one.incidentId;
    const at = this.refusals.findIndex(isIt);
    if (at === -1) return false;
    this.refusals.splice(at, 1);
    const known = this.rows.joining.refusals;
    known.splice(known.findIndex(isIt), 1);
    return true;
  }

  private moveAliases({ aliases, closeWhenEmpty }: DecisionPlan): boolean {
    const { mergedInto, incidents, keys } = this.rows;
    for (const { incidentId, into } of aliases)
      if (into === null) mergedInto.delete(incidentId);
      else mergedInto.set(incidentId, into);
    if (closeWhenEmpty === null) return false;
    const { incidentId, into } = closeWhenEmpty;
    const hasKey = [...keys.values()].some((key) => key.incidentId === incidentId);
    if (hasKey || (incidents.get(incidentId)?.crashes ?? 0) > 0) return false;
    for (const [id, survivor] of mergedInto) if (survivor === incidentId) mergedInto.set(id, into);
    mergedInto.set(incidentId, into);
    return true;
  }

  /** The incident with the names that follow from its crashes and keys. */
  private refresh(id: string): IncidentState | undefined {
    const incident = this.rows.incidents.get(id);
    if (incident === undefined) return undefined;
    const crashes = [...this.rows.crashes.values()].filter((crash) => crash.incidentId === id);
    const newest = crashes.sort((a, b) => b.crashTimeMs - a.crashTimeMs);
    const releases = newest.flatMap((crash) => crash.kernelRelease ?? []);
    const groupKeys = [...this.rows.keys.values()].filter((key) => key.incidentId === id);
    const fresh = {
      ...incident,
      releases: [...new Set(releases)].slice(0, SHOWN_NAMES),
      groupKeys: groupKeys.map((key) => key.groupKey).slice(0, SHOWN_NAMES),
    };
    this.rows.incidents.set(id, fresh);
    return fresh;
  }
}
