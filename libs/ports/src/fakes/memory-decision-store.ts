import {
  formatIncidentNumber,
  holdingKey,
  parseIncidentNumber,
  planMerge,
  planPinCrash,
  planPinKey,
  planSplitCrashes,
  planSplitKeys,
  planUndo,
  planUnpinCrash,
  planUnpinKey,
  proveMembership,
  refused,
} from '@oopstream/core-incident';
import type {
  Act,
  Decided,
  KnownCrash,
  MembershipProof,
  PlannedAudit,
  PlannedChange,
  ProvenDecision,
  SplitTarget,
  Standing,
  StandingCrash,
  StandingKey,
} from '@oopstream/core-incident';
import { MemoryDecisions } from '@oopstream/core-incident/fakes';
import type { DecisionRecord } from '@oopstream/core-incident/fakes';
import { SHOWN_DECISION_KEYS } from '../decision-store';
import type { DecisionPage, DecisionResult, DecisionRow, DecisionStore, SplitNames } from '../decision-store';
import type { IncidentAct } from '../incident-actions';
import type { HistoryRow, Page } from '../incident-queries';
import type { MemoryIncidentStore } from './memory-incident-store';

/** What people decide, in memory: on the incidents of a {@link MemoryIncidentStore}, in turn with its batches. */
export class MemoryDecisionStore implements DecisionStore {
  private readonly made: MemoryDecisions;

  /** @param newId gives ids of decisions and of incidents that they open, in that order */
  constructor(
    private readonly store: MemoryIncidentStore,
    private readonly newId: () => string,
  ) {
    this.made = new MemoryDecisions(store.rows);
  }

  /** What others were told. */
  get changes(): readonly PlannedChange[] {
    return this.made.changes;
  }

  get audit(): readonly PlannedAudit[] {
    return this.made.audit;
  }

  merge(tenant: string, number: string, into: string, act: IncidentAct): Promise<DecisionResult> {
    return this.decide(act, (by) => {
      const [from, to] = [this.byNumber(tenant, number), this.byNumber(tenant, into)];
      if (from === null) return refused('incident-unknown', number);
      if (to === null) return refused('incident-unknown', into);
      const ids = [from.incident.id, to.incident.id];
      return planMerge(
        {
          from,
          into: to,
          keys: this.keysOf(from.incident.id),
          intoKeys: this.keysOf(to.incident.id),
          aliases: [...this.store.rows.mergedInto]
            .flatMap(([id, survivor]) => (survivor === from.incident.id ? [id] : []))
            .sort(),
          refusals: this.made.refusals.filter((one) => ids.includes(one.incidentId)),
        },
        by,
      );
    });
  }

  split(tenant: string, number: string, what: SplitNames, act: IncidentAct): Promise<DecisionResult> {
    return this.decide(act, (by) => {
      const from = this.byNumber(tenant, number);
      if (from === null) return refused('incident-unknown', number);
      const into = what.into === null ? null : this.byNumber(tenant, what.into);
      if (what.into !== null && into === null) return refused('incident-unknown', what.into);
      const target = into === null ? this.newTarget(from, what) : ({ kind: 'named', into } as const);
      if (what.groupKeys.length === 0) {
        const crashes = what.crashIds.flatMap((id) => this.crash(tenant, id) ?? []);
        return planSplitCrashes({ from, target, crashes }, what.crashIds, by);
      }
      const keys = what.groupKeys.flatMap((key) => this.key(tenant, key) ?? []);
      const refusals = this.refusalsOnto(into, what.groupKeys);
      const state = { from, target, keys, keysOfFrom: this.keysOf(from.incident.id).length, refusals };
      return planSplitKeys(state, what.groupKeys, by);
    });
  }

  pinCrash(tenant: string, crashId: string, into: string, act: IncidentAct): Promise<DecisionResult> {
    return this.decide(act, (by) => {
      const to = this.byNumber(tenant, into);
      if (to === null) return refused('incident-unknown', into);
      const crash = this.crash(tenant, crashId);
      return planPinCrash({ crash, from: this.standing(crash?.incidentId), into: to }, by);
    });
  }

  unpinCrash(tenant: string, crashId: string, act: IncidentAct): Promise<DecisionResult> {
    return this.decide(act, (by) => {
      const crash = this.crash(tenant, crashId);
      const ofKey = this.standing(this.key(tenant, this.countingKey(crashId))?.incidentId);
      return planUnpinCrash({ crash, from: this.standing(crash?.incidentId), ofKey }, by);
    });
  }

  pinKey(tenant: string, groupKey: string, into: string, act: IncidentAct): Promise<DecisionResult> {
    return this.decide(act, (by) => {
      const to = this.byNumber(tenant, into);
      if (to === null) return refused('incident-unknown', into);
      const key = this.key(tenant, groupKey);
      const refusals = this.refusalsOnto(to, [groupKey]);
      return planPinKey({ key, from: this.standing(key?.incidentId), into: to, refusals }, by);
    });
  }

  unpinKey(tenant: string, groupKey: string, act: IncidentAct): Promise<DecisionResult> {
    return this.decide(act, (by) => {
      const key = this.key(tenant, groupKey);
      return planUnpinKey({ key, from: this.standing(key?.incidentId) }, by);
    });
  }

  undo(tenant: string, decisionId: string, act: IncidentAct): Promise<DecisionResult> {
    return this.decide(act, (by) => {
      const record = this.record(decisionId);
      if (record?.decision.tenant !== tenant) return refused('decision-unknown', decisionId);
      const { decision, keys, refused: put, lifted } = record;
      const laterDecision = this.laterThan(record);
      const [from, to] = [this.standing(decision.fromIncidentId), this.standing(decision.toIncidentId)];
      return planUndo({ decision, from, to, keys, refused: put, lifted, laterDecision }, by);
    });
  }

  listDecisions(tenant: string, incidentId: string | null, page: DecisionPage): Promise<Page<DecisionRow>> {
    const rows = this.made.records.flatMap((record, seq) => {
      const { decision } = record;
      const isIts =
        incidentId === null || [decision.fromIncidentId, decision.toIncidentId].includes(incidentId);
      return decision.tenant === tenant && isIts
        ? [{ seq: seq + 1, id: decision.id, item: this.row(record) }]
        : [];
    });
    return Promise.resolve(cutNewest(rows, page));
  }

  historyOfIncident(tenant: string, incidentId: string, page: DecisionPage): Promise<Page<HistoryRow>> {
    const rows = this.audit.flatMap(({ atMs, action, actor, detail, subjectId, tenant: owner }, seq) =>
      subjectId === incidentId && owner === tenant
        ? [{ seq: seq + 1, id: incidentId, item: { atMs, action, actor, detail } }]
        : [],
    );
    return Promise.resolve(cutNewest(rows, page));
  }

  /** Without links of readings: they are not kept in memory. */
  proofOfCrash(tenant: string, crashId: string): Promise<MembershipProof | null> {
    const crash = this.store.rows.crashes.get(crashId);
    if (crash?.tenant !== tenant) return Promise.resolve(null);
    const groupKey = this.countingKey(crashId);
    const key = this.key(tenant, groupKey);
    return Promise.resolve(
      proveMembership({
        crashId,
        incidentNumber: this.numberOf(crash.incidentId),
        held: crash.held,
        groupKey: this.store.rows.faces.get(crashId)?.face.groupKey ?? groupKey,
        groupText: null,
        key:
          key === null
            ? null
            : {
                ...{ groupKey, score: null, detail: null, attachedAtMs: 0 },
                incidentNumber: this.numberOf(key.incidentId),
                reason: key.reason ?? 'first-sighting',
                decidedBy: this.proven(key.decidedBy),
              },
        pinnedBy: this.proven(this.made.pins.get(crashId) ?? null),
        links: [],
        moves: this.made.records.flatMap(({ decision, moved }) =>
          moved.some((one) => one.crash.id === crashId)
            ? [
                {
                  decision,
                  fromNumber: this.numberOf(decision.fromIncidentId),
                  toNumber: this.numberOf(decision.toIncidentId),
                },
              ]
            : [],
        ),
      }),
    );
  }

  private async decide(by: IncidentAct, plan: (act: Act) => Decided): Promise<DecisionResult> {
    const turn = await this.store.openBatch([], { nowMs: 0, retentionMs: 0 });
    try {
      const { atMs, actor, note, traceparent } = by;
      const decided = plan({ id: this.newId(), atMs, actor, note, traceparent });
      if (decided.kind === 'refused') return decided;
      const undone = this.record(decided.decision.undoes ?? '');
      const record = this.made.apply(decided, undone?.decision.kind ?? null);
      return { kind: 'decided', decision: this.row(record) };
    } finally {
      await turn.release();
    }
  }

  private record(id: string): DecisionRecord | undefined {
    return this.made.records.find((one) => one.decision.id === id);
  }

  private byNumber(tenant: string, spoken: string): Standing | null {
    const number = parseIncidentNumber(spoken);
    const found = [...this.store.rows.incidents.values()].find(
      (one) => one.tenant === tenant && one.number === number,
    );
    return this.standing(found?.id);
  }

  private standing(id: string | undefined): Standing | null {
    const incident = this.store.rows.incidents.get(id ?? '');
    if (incident === undefined) return null;
    const survivor = this.store.rows.incidents.get(this.store.rows.mergedInto.get(incident.id) ?? '');
    return {
      incident,
      mergedInto: survivor === undefined ? null : { id: survivor.id, number: survivor.number },
    };
  }

  private keysOf(incidentId: string): StandingKey[] {
    return [...this.store.rows.keys.values()]
      .filter((key) => key.incidentId === incidentId)
      .flatMap((key) => this.key(key.tenant, key.groupKey) ?? [])
      .sort((a, b) => (a.groupKey < b.groupKey ? -1 : 1));
  }

  private key(tenant: string, groupKey: string): StandingKey | null {
    const name = `${tenant} ${groupKey}`;
    const known = this.store.rows.keys.get(name);
    if (known === undefined) return null;
    const { decidedBy = null, reason = null } = this.made.keyFacts.get(name) ?? {};
    return { groupKey, incidentId: known.incidentId, groupText: null, reason, decidedBy };
  }

  private crash(tenant: string, id: string): StandingCrash | null {
    const crash = this.store.rows.crashes.get(id);
    if (crash?.tenant !== tenant) return null;
    return { id, incidentId: crash.incidentId, pinnedBy: this.made.pins.get(id) ?? null };
  }

  private countingKey(crashId: string): string {
    const crash = this.store.rows.crashes.get(crashId);
    if (crash?.held === true) return holdingKey(crash.hostId);
    return this.store.rows.faces.get(crashId)?.face.groupKey ?? '';
  }

  private refusalsOnto(into: Standing | null, groupKeys: readonly string[]) {
    return this.made.refusals.filter(
      (one) => one.incidentId === into?.incident.id && groupKeys.includes(one.groupKey),
    );
  }

  private newTarget(from: Standing, { groupKeys, crashIds }: SplitNames): SplitTarget {
    const { rows } = this.store;
    const keyOf = (crash: KnownCrash): string => rows.faces.get(crash.id)?.face.groupKey ?? '';
    const moving = [...rows.crashes.values()].filter(
      (crash) =>
        crash.incidentId === from.incident.id &&
        (crashIds.includes(crash.id) || (groupKeys.includes(keyOf(crash)) && !this.made.pins.has(crash.id))),
    );
    const [newest] = moving.sort((a, b) => b.receivedAtMs - a.receivedAtMs || (a.id < b.id ? 1 : -1));
    const face = newest === undefined ? undefined : rows.faces.get(newest.id)?.face;
    const times = moving.map((crash) => crash.crashTimeMs);
    const number = rows.takeNumber(from.incident.tenant);
    return {
      kind: 'new',
      id: this.newId(),
      number,
      face:
        newest === undefined || face === undefined
          ? null
          : {
              ...{ title: face.title, kind: face.kind, family: face.family, blamed: face.blamed },
              ...{ entry: face.entry, module: face.module, openedByCrash: newest.id },
              firstSeenAtMs: Math.min(...times),
              lastSeenAtMs: Math.max(...times),
            },
    };
  }

  private laterThan(record: DecisionRecord): string | null {
    const { records, pins, keyFacts } = this.made;
    const { rows } = this.store;
    const { tenant } = record.decision;
    const keys = record.keys.filter(({ groupKey, toIncidentId, decidedAfter }) => {
      const name = `${tenant} ${groupKey}`;
      const isAsLeft = rows.keys.get(name)?.incidentId === toIncidentId;
      return !isAsLeft || (keyFacts.get(name)?.decidedBy ?? null) !== decidedAfter;
    });
    const crashes = record.moved.filter(({ crash, pinnedAfter }) => {
      const isAsLeft = rows.crashes.get(crash.id)?.incidentId === record.decision.toIncidentId;
      return !isAsLeft || (pins.get(crash.id) ?? null) !== pinnedAfter;
    });
    const later = records
      .slice(records.indexOf(record) + 1)
      .filter(({ decision }) => decision.undoneBy === null && decision.kind !== 'undo')
      .filter(
        (other) =>
          other.keys.some((key) => keys.some((mine) => mine.groupKey === key.groupKey)) ||
          other.moved.some((one) => crashes.some((mine) => mine.crash.id === one.crash.id)),
      );
    return later.at(-1)?.decision.id ?? null;
  }

  private numberOf(incidentId: string): string {
    return formatIncidentNumber(this.store.rows.incidents.get(incidentId)?.number ?? 0);
  }

  private proven(id: string | null): ProvenDecision | null {
    return id === null ? null : (this.record(id)?.decision ?? null);
  }

  private row({ decision, keys, moved }: DecisionRecord): DecisionRow {
    const { fromIncidentId, toIncidentId, id, tenant, kind, actor, atMs, note, opened, undoes, undoneBy } =
      decision;
    return {
      ...{ id, tenant, kind, actor, atMs, note, opened, undoes, undoneBy },
      fromNumber: this.numberOf(fromIncidentId),
      toNumber: this.numberOf(toIncidentId),
      crashes: moved.length,
      groupKeys: keys
        .map((key) => key.groupKey)
        .sort()
        .slice(0, SHOWN_DECISION_KEYS),
    };
  }
}

function cutNewest<Item>(
  rows: readonly { readonly seq: number; readonly id: string; readonly item: Item }[],
  { limit, after }: DecisionPage,
): Page<Item> {
  const left = rows.filter((row) => after === null || row.seq < after.value).reverse();
  const shown = left.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map((row) => row.item),
    next: left.length > limit && last !== undefined ? { value: last.seq, id: last.id } : null,
  };
}
