import type { MovedCrash, SignedAgain } from '@oopstream/core-incident';
import { isWholeTenant } from '@oopstream/core-incident';
import type { ReplayRun, ReplayTools } from '@oopstream/ports';
import { lockForDecision } from '../decisions/decision-lock';
import { lockIncidents } from '../incident-row';
import type { Sql } from '../pool';
import { setActiveVersion } from './algorithm-store';
import { loadCrashes } from './load-crashes';
import { restoreCrashes, selectRestoring } from './restore-crashes';
import { restoreIncidents, selectAffected, whyNotBack } from './restore-incidents';
import { setState } from './run-row';
import { saveShadow } from './save-shadow';
import { signCrashes } from './shadow-chunk';
import { moveCrashes } from './switch-crashes';
import { closeEmptied, moveIncidentCounts } from './switch-incidents';
import { moveKeysOfClosed, restoreKeys } from './switch-keys';
import { recordReplayed } from './switch-records';

/** Crashes that came to the incidents of a switch after it, and where those of the same key had been before. */
const CAME_SINCE = `
WITH since AS (
  SELECT DISTINCT c.crash_id, c.group_key, c.incident_id FROM oopstream.replay_run run
  JOIN oopstream.reading_crash l ON l.id > run.switched_link AND l.tenant = run.tenant
  JOIN oopstream.crash_seen seen ON seen.crash_id = l.crash_id
  JOIN oopstream.crash c ON c.crash_id = seen.crash_id AND c.received_at = seen.received_at
  JOIN oopstream.replay_incident r ON r.run_id = run.id AND r.incident_id = c.incident_id
  WHERE run.id = $1 AND NOT c.held AND c.pinned_by IS NULL
    AND NOT EXISTS (SELECT FROM oopstream.shadow_crash s WHERE s.run_id = run.id AND s.crash_id = c.crash_id)
), was AS (
  SELECT DISTINCT ON (key.group_key) key.group_key, s.incident_id
  FROM (SELECT DISTINCT group_key FROM since) key
  JOIN oopstream.shadow_crash s ON s.run_id = $1 AND s.new_group_key = key.group_key
  GROUP BY key.group_key, s.incident_id ORDER BY key.group_key, count(*) DESC, s.incident_id
)
SELECT since.crash_id AS id, coalesce(was.incident_id, since.incident_id) AS "to"
FROM since LEFT JOIN was USING (group_key) ORDER BY since.crash_id`;

/**
 * Takes a switch over back, within the transaction of `sql`: what it moved is as it was, and what came since goes where
 * crashes of its key had been. People who acted since are right: then nothing happens but that the run says why.
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
  const { rows: since } = await sql.query<{ id: string; to: string }>(CAME_SINCE, [run.id]);
  await restoreCrashes(sql, run, nowMs);
  const late = await placeLate(sql, run, since, tools);
  const moves = [...back, ...late];
  await restoreIncidents(sql, run, nowMs);
  await moveIncidentCounts(sql, run, moves, nowMs);
  await restoreKeys(sql, run);
  const closed = await closeEmptied(sql, moves, nowMs);
  await moveKeysOfClosed(sql, run, closed);
  if (isWholeTenant(run.range)) await setActiveVersion(sql, run.tenant, run.fromVersion, nowMs);
  await setState(sql, run.id, { state: 'rolled-back', nowMs });
  await recordReplayed(sql, run, { ids: affected, closed, action: 'incident.replay-undone' }, nowMs);
  return moves.length;
}

/** Signs what came since by the algorithm before, and puts it where it would have gone. */
async function placeLate(
  sql: Sql,
  run: ReplayRun,
  since: readonly { readonly id: string; readonly to: string }[],
  tools: ReplayTools,
): Promise<MovedCrash[]> {
  const { chunkCrashes } = tools.limits;
  const moves: MovedCrash[] = [];
  for (let from = 0; from < since.length; from += chunkCrashes) {
    const part = since.slice(from, from + chunkCrashes);
    const walked = await loadCrashes(
      sql,
      part.map((one) => one.id),
    );
    const { signed } = await signCrashes(walked, run, run.fromVersion, tools);
    const placements = signed.map(
      (one) => ({ signed: one, shadowId: null, reason: 'stays', decision: null }) as const,
    );
    await saveShadow(sql, run, { placements, incidents: [], keys: [] }, walked);
    const to = new Map(part.map((one) => [one.id, one.to]));
    const own = signed.map((one) => lateMove(one, to.get(one.crash.id) ?? one.crash.incidentId));
    await moveCrashes(sql, run, own, tools.nowMs());
    moves.push(...own);
  }
  return moves;
}

function lateMove({ crash, signed }: SignedAgain, to: string): MovedCrash {
  const { id, fatal, tenant, hostId, kernelRelease, crashTimeMs, cause, keys } = crash;
  const common = { tenant, hostId, kernelRelease, crashTimeMs, cause };
  const after = signed?.differs === true ? signed.keys : keys;
  return {
    ...{ id, fatal, to },
    from: crash.incidentId,
    before: { ...common, exactKey: keys.exactKey, title: keys.title },
    after: { ...common, exactKey: after.exactKey, title: after.title },
  };
}
