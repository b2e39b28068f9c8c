import { isWholeTenant } from '@oopstream/core-incident';
import type { ReplayRun, ReplayTools } from '@oopstream/ports';
import { lockForDecision } from '../decisions/decision-lock';
import { lockIncidents } from '../incident-row';
import type { Sql } from '../pool';
import { setActiveVersion } from './algorithm-store';
import { restoreSightings } from './kept-sightings';
import { placeLate, selectLate } from './place-late';
import { restoreCrashes, selectRestoring } from './restore-crashes';
import { restoreIncidents, selectAffected, whyNotBack } from './restore-incidents';
import { setState } from './run-row';
import { closeEmptied, moveIncidentCounts } from './switch-incidents';
import { moveKeysOfClosed, restoreKeys } from './switch-keys';
import { recordReplayed } from './switch-records';

/**
 * Takes a switch over back, within the transaction of `sql`: what it moved is as it was, and what came since goes where
 * the keys of before lead it. People who acted since are right: then nothing happens but that the run says why.
 */
export async function rollBack(sql: Sql, run: ReplayRun, tools: ReplayTools): Promise<number> {
  const nowMs = tools.nowMs();
  await lockForDecision(sql, run.tenant);
  const no = await whyNotBack(sql, run, nowMs - tools.limits.keepMs);
  if (no !== null) {
    await setState(sql, run.id, { state: 'switched', nowMs, ...no });
    return 0;
  }
  const affected = await selectAffected(sql, run);
  await lockIncidents(sql, affected);
  const back = await selectRestoring(sql, run);
  const since = await selectLate(sql, run);
  await restoreCrashes(sql, run, nowMs);
  await restoreKeys(sql, run);
  const late = await placeLate(sql, run, since, tools);
  const moves = [...back, ...late];
  await restoreIncidents(sql, run, nowMs);
  await moveIncidentCounts(sql, run, moves, nowMs);
  const closed = await closeEmptied(sql, moves, nowMs);
  await moveKeysOfClosed(sql, run, closed);
  await restoreSightings(sql, run);
  if (isWholeTenant(run.range)) await setActiveVersion(sql, run.tenant, run.fromVersion, nowMs);
  await setState(sql, run.id, { state: 'rolled-back', nowMs });
  await recordReplayed(sql, run, { ids: affected, closed, action: 'incident.replay-undone' }, nowMs);
  return moves.length;
}
