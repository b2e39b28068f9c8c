import { isWholeTenant } from '@oopstream/core-incident';
import type { IncidentState } from '@oopstream/core-incident';
import { FatalError } from '@oopstream/ports';
import type { ReplayRun, ReplayTools } from '@oopstream/ports';
import { lockForDecision } from '../decisions/decision-lock';
import { lockIncidents } from '../incident-row';
import { timestamp } from '../json-rows';
import type { Sql } from '../pool';
import { setActiveVersion } from './algorithm-store';
import { setState } from './run-row';
import { followDecisions } from './follow-decisions';
import { shadowCrashes } from './shadow-chunk';
import { publishStacks } from './shadow-joins';
import { loadFlows, movingFlows, readDiff } from './shadow-flows';
import type { ShadowFlows } from './shadow-flows';
import { moveCrashes, moveOf, selectChanging } from './switch-crashes';
import type { ChangingCrash } from './switch-crashes';
import {
  closeEmptied,
  mostOf,
  moveIncidentCounts,
  openIncidents,
  rememberIncidents,
  renameIncidents,
} from './switch-incidents';
import type { IncidentToOpen } from './switch-incidents';
import { attachKeys, moveKeysOfClosed, setTargets } from './switch-keys';
import { recordReplayed } from './switch-records';
import { addProgress, changedSince } from './walk-range';

/**
 * Puts a shadow in the place of what is stored, within the transaction of `sql`: batches of the tenant wait until it
 * ends, and what they wrote before is caught up with. @returns crashes that were caught up with or changed
 */
export async function switchOver(sql: Sql, run: ReplayRun, tools: ReplayTools): Promise<number> {
  const nowMs = tools.nowMs();
  await lockForDecision(sql, run.tenant);
  const late = (await followDecisions(sql, run, tools)) + (await catchUp(sql, run, tools));
  const flows = await loadFlows(sql, run);
  const { maxSwitchCrashes } = tools.limits;
  const changing = await selectChanging(sql, run, movingFlows(flows), maxSwitchCrashes + 1);
  if (changing.length > maxSwitchCrashes) {
    const detail = `more than ${maxSwitchCrashes} crashes`;
    await setState(sql, run.id, { state: 'approved', nowMs, reason: 'switch-too-large', detail });
    return late;
  }
  const diff = await readDiff(sql, run, flows);
  await applyShadow(sql, run, { flows, changing }, tools);
  if (isWholeTenant(run.range)) await setActiveVersion(sql, run.tenant, run.toVersion, nowMs);
  await setState(sql, run.id, { state: 'switched', nowMs });
  await sql.query(
    `UPDATE oopstream.replay_run SET diff = $2, switched_at = $3,
       switched_link = (SELECT coalesce(max(id), 0) FROM oopstream.reading_crash),
       switched_audit = (SELECT coalesce(max(id), 0) FROM oopstream.audit) WHERE id = $1`,
    [run.id, JSON.stringify(diff), timestamp(nowMs)],
  );
  return late + changing.length;
}

/** Nothing of the tenant is written meanwhile: it comes to an end. */
async function catchUp(sql: Sql, run: ReplayRun, tools: ReplayTools): Promise<number> {
  let crashes = 0;
  for (;;) {
    const ids = await changedSince(sql, run, tools.limits.chunkCrashes);
    if (ids.length === 0) return crashes;
    const counts = await shadowCrashes(sql, run, ids, tools);
    await addProgress(sql, run, null, counts, tools.nowMs());
    crashes += counts.crashes;
  }
}

async function applyShadow(
  sql: Sql,
  run: ReplayRun,
  { flows, changing }: { readonly flows: ShadowFlows; readonly changing: readonly ChangingCrash[] },
  tools: ReplayTools,
): Promise<void> {
  const nowMs = tools.nowMs();
  const known = await lockIncidents(sql, affectedIds(flows, changing));
  const toOpen = incidentsToOpen(flows, changing, known, tools.newId);
  const targets = new Map([
    ...flows.matched,
    ...[...toOpen].map(([shadowId, one]) => [shadowId, one.id] as const),
  ]);
  const moves = changing.flatMap((crash) => {
    const to = targets.get(crash.shadowId ?? '');
    return to === undefined ? [] : [moveOf(crash, to)];
  });
  const opened = [...toOpen.values()];
  await openIncidents(sql, run, opened, nowMs);
  const isNew = opened.map((one) => one.id);
  const ids = [...known.map((one) => one.id), ...isNew];
  await rememberIncidents(sql, run, ids, isNew);
  const rows = [...targets].map(([shadowId, target]) => ({ shadowId, target, isNew: toOpen.has(shadowId) }));
  await setTargets(sql, run, rows);
  await moveCrashes(sql, run, moves, nowMs);
  await moveIncidentCounts(sql, run, moves, nowMs);
  const renamed = [...flows.faces].flatMap(([shadowId, face]) => {
    const id = flows.matched.get(shadowId);
    return id === undefined ? [] : [[id, face] as const];
  });
  await renameIncidents(sql, new Map(renamed), nowMs);
  await attachKeys(sql, run, nowMs);
  await publishStacks(sql, run, nowMs);
  const closed = await closeEmptied(sql, moves, nowMs);
  await moveKeysOfClosed(sql, run, closed);
  await recordReplayed(sql, run, { ids, closed, action: 'incident.replayed' }, nowMs);
}

/** Stored incidents that the switch changes, in the order of their locks. */
function affectedIds({ matched, faces }: ShadowFlows, changing: readonly ChangingCrash[]): string[] {
  const ids = new Set<string>();
  for (const { incidentId, shadowId } of changing) {
    ids.add(incidentId);
    const target = matched.get(shadowId ?? '');
    if (target !== undefined) ids.add(target);
  }
  for (const shadowId of faces.keys()) {
    const target = matched.get(shadowId);
    if (target !== undefined) ids.add(target);
  }
  return [...ids].sort();
}

/** Shadow incidents with crashes that go on no stored one. */
function incidentsToOpen(
  { matched, faces, shadows }: ShadowFlows,
  changing: readonly ChangingCrash[],
  known: readonly IncidentState[],
  newId: () => string,
): ReadonlyMap<string, IncidentToOpen> {
  const states = new Map(known.map((one) => [one.id, one]));
  const openers = new Map(shadows.map((one) => [one.id, one.openedBy]));
  const unmatched = Map.groupBy(
    changing.filter(({ shadowId }) => shadowId !== null && !matched.has(shadowId)),
    (crash) => crash.shadowId ?? '',
  );
  const opened = [...unmatched]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([shadowId, crashes]) => {
      const origin = states.get(mostOf(crashes.map((crash) => crash.incidentId)) ?? '');
      if (origin === undefined) throw new FatalError('store-query-failed', `nothing leads to ${shadowId}`);
      // The crash that opened it may be gone since.
      const face = faces.get(shadowId) ?? { ...origin, title: crashes[0]?.after.title ?? origin.title };
      const openedBy = openers.get(shadowId) ?? shadowId;
      return [shadowId, { id: newId(), openedBy, face, origin }] as const;
    });
  return new Map(opened);
}
