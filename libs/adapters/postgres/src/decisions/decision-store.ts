import { randomUUID } from 'node:crypto';
import {
  holdingKey,
  planMerge,
  planPinCrash,
  planPinKey,
  planSplitCrashes,
  planSplitKeys,
  planUndo,
  planUnpinCrash,
  planUnpinKey,
  refused,
} from '@oopstream/core-incident';
import type { Act, Decided, DecisionKind } from '@oopstream/core-incident';
import type { DecisionResult, DecisionStore, IncidentAct, SplitNames } from '@oopstream/ports';
import { isUuid } from '../is-uuid';
import type { PostgresPool, Sql } from '../pool';
import { applyDecision } from './apply-decision';
import { lockForDecision } from './decision-lock';
import { decisionById, historyOfIncident, listDecisions } from './decision-reads';
import {
  aliasesOf,
  crashesById,
  idsOfNumbers,
  keysByName,
  keysOfIncident,
  lockStanding,
  refusalsOf,
} from './load-standing';
import { loadUndo } from './load-undo';
import { proofOfCrash } from './proof-of-crash';
import { loadTarget } from './split-target';

type Plan = (sql: Sql, tenant: string, act: Act) => Promise<Decided>;

/** What people decide of groupings, on PostgreSQL. */
export function createDecisionStore(
  pool: PostgresPool,
  { newId = () => randomUUID() }: { readonly newId?: () => string } = {},
): DecisionStore {
  const decide = (tenant: string, by: IncidentAct, plan: Plan): Promise<DecisionResult> =>
    pool.transaction(async (sql) => {
      await lockForDecision(sql, tenant);
      const { atMs, actor, note, traceparent } = by;
      const act = { id: newId(), atMs, actor, note, traceparent };
      const decided = await plan(sql, tenant, act);
      if (decided.kind === 'refused') return decided;
      const { undoes } = decided.decision;
      await applyDecision(sql, decided, undoes === null ? null : await kindOf(sql, undoes));
      const decision = await decisionById(sql, tenant, act.id);
      return decision === null ? refused('decision-unknown', act.id) : { kind: 'decided', decision };
    });
  return {
    merge: (tenant, number, into, by) => decide(tenant, by, merge(number, into)),
    split: (tenant, number, what, by) => decide(tenant, by, split(number, what, newId)),
    pinCrash: (tenant, crashId, into, by) => decide(tenant, by, pinCrash(crashId, into)),
    unpinCrash: (tenant, crashId, by) => decide(tenant, by, unpinCrash(crashId)),
    pinKey: (tenant, groupKey, into, by) => decide(tenant, by, pinKey(groupKey, into)),
    unpinKey: (tenant, groupKey, by) => decide(tenant, by, unpinKey(groupKey)),
    undo: (tenant, id, by) => decide(tenant, by, undo(id)),
    listDecisions: (tenant, incidentId, page) => listDecisions(pool, tenant, incidentId, page),
    historyOfIncident: (tenant, incidentId, page) => historyOfIncident(pool, tenant, incidentId, page),
    proofOfCrash: (tenant, crashId) => proofOfCrash(pool, tenant, crashId),
  };
}

async function kindOf(sql: Sql, id: string): Promise<DecisionKind | null> {
  const text = 'SELECT kind FROM oopstream.decision WHERE id = $1';
  return (await sql.query<{ kind: DecisionKind }>(text, [id], 'kind_of_decision')).rows[0]?.kind ?? null;
}

const merge =
  (number: string, intoNumber: string): Plan =>
  async (sql, tenant, act) => {
    const ids = await idsOfNumbers(sql, tenant, [number, intoNumber]);
    const [fromId, intoId] = [ids.get(number), ids.get(intoNumber)];
    const standing = await lockStanding(sql, tenant, [fromId, intoId]);
    const [from, into] = [standing.get(fromId ?? ''), standing.get(intoId ?? '')];
    if (from === undefined) return refused('incident-unknown', number);
    if (into === undefined) return refused('incident-unknown', intoNumber);
    const both = [from.incident.id, into.incident.id];
    return planMerge(
      {
        from,
        into,
        keys: await keysOfIncident(sql, tenant, from.incident.id),
        intoKeys: await keysOfIncident(sql, tenant, into.incident.id),
        aliases: await aliasesOf(sql, from.incident.id),
        refusals: await refusalsOf(sql, tenant, both),
      },
      act,
    );
  };

const split =
  (number: string, { groupKeys, crashIds, into }: SplitNames, newId: () => string): Plan =>
  async (sql, tenant, act) => {
    const ids = await idsOfNumbers(sql, tenant, [number, ...(into === null ? [] : [into])]);
    const [fromId, intoId] = [ids.get(number), ids.get(into ?? '')];
    const standing = await lockStanding(sql, tenant, [fromId, intoId]);
    const from = standing.get(fromId ?? '');
    const named = standing.get(intoId ?? '');
    if (from === undefined) return refused('incident-unknown', number);
    if (into !== null && named === undefined) return refused('incident-unknown', into);
    const target = await loadTarget(sql, from, named ?? null, { groupKeys, crashIds, newId });
    if (groupKeys.length === 0) {
      const crashes = await crashesById(sql, tenant, crashIds);
      return planSplitCrashes({ from, target, crashes }, crashIds, act);
    }
    const keys = await keysByName(sql, tenant, groupKeys);
    const keysOfFrom = (await keysOfIncident(sql, tenant, from.incident.id)).length;
    const onto = named === undefined ? [] : await refusalsOf(sql, tenant, [named.incident.id]);
    const refusals = onto.filter((one) => groupKeys.includes(one.groupKey));
    return planSplitKeys({ from, target, keys, keysOfFrom, refusals }, groupKeys, act);
  };

const pinCrash =
  (crashId: string, intoNumber: string): Plan =>
  async (sql, tenant, act) => {
    const [crash] = await crashesById(sql, tenant, [crashId]);
    const intoId = (await idsOfNumbers(sql, tenant, [intoNumber])).get(intoNumber);
    const standing = await lockStanding(sql, tenant, [crash?.incidentId, intoId]);
    const into = standing.get(intoId ?? '');
    if (into === undefined) return refused('incident-unknown', intoNumber);
    const from = standing.get(crash?.incidentId ?? '') ?? null;
    return planPinCrash({ crash: crash ?? null, from, into }, act);
  };

const unpinCrash =
  (crashId: string): Plan =>
  async (sql, tenant, act) => {
    const [crash] = await crashesById(sql, tenant, [crashId]);
    const wanted = crash?.held === true ? holdingKey(crash.hostId) : (crash?.groupKey ?? '');
    const [key] = await keysByName(sql, tenant, [wanted]);
    const standing = await lockStanding(sql, tenant, [crash?.incidentId, key?.incidentId]);
    const from = standing.get(crash?.incidentId ?? '') ?? null;
    return planUnpinCrash(
      { crash: crash ?? null, from, ofKey: standing.get(key?.incidentId ?? '') ?? null },
      act,
    );
  };

const pinKey =
  (groupKey: string, intoNumber: string): Plan =>
  async (sql, tenant, act) => {
    const [key] = await keysByName(sql, tenant, [groupKey]);
    const intoId = (await idsOfNumbers(sql, tenant, [intoNumber])).get(intoNumber);
    const standing = await lockStanding(sql, tenant, [key?.incidentId, intoId]);
    const into = standing.get(intoId ?? '');
    if (into === undefined) return refused('incident-unknown', intoNumber);
    const onto = await refusalsOf(sql, tenant, [into.incident.id]);
    const refusals = onto.filter((one) => one.groupKey === groupKey);
    const from = standing.get(key?.incidentId ?? '') ?? null;
    return planPinKey({ key: key ?? null, from, into, refusals }, act);
  };

const unpinKey =
  (groupKey: string): Plan =>
  async (sql, tenant, act) => {
    const [key] = await keysByName(sql, tenant, [groupKey]);
    const standing = await lockStanding(sql, tenant, [key?.incidentId]);
    return planUnpinKey({ key: key ?? null, from: standing.get(key?.incidentId ?? '') ?? null }, act);
  };

const undo =
  (id: string): Plan =>
  async (sql, tenant, act) => {
    if (!isUuid(id)) return refused('decision-unknown', id);
    const state = await loadUndo(sql, tenant, id);
    return state === null ? refused('decision-unknown', id) : planUndo(state, act);
  };
