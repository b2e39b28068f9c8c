import type { MovedCrash, SignedAgain } from '@oopstream/core-incident';
import type { ReplayRun, ReplayTools } from '@oopstream/ports';
import { jsonRows, timestamp } from '../json-rows';
import type { Sql } from '../pool';
import { loadCrashes } from './load-crashes';
import { saveShadow } from './save-shadow';
import { signCrashes } from './shadow-chunk';
import { moveCrashes } from './switch-crashes';

/** A crash that a switch over did not see, or not as it is now. */
export interface LateCrash {
  readonly id: string;
  /** Where crashes of its key were before the switch; `null` where there were none. */
  readonly was: string | null;
}

// Crashes that came, or got a better copy, since: of incidents of the switch, or signed by what it brought.
const CAME_SINCE = `
WITH since AS (
  SELECT DISTINCT c.crash_id, c.group_key FROM oopstream.replay_run run
  JOIN oopstream.reading_crash l ON l.id > run.switched_link AND l.tenant = run.tenant
  JOIN oopstream.crash_seen seen ON seen.crash_id = l.crash_id
  JOIN oopstream.crash c ON c.crash_id = seen.crash_id AND c.received_at = seen.received_at
  LEFT JOIN oopstream.shadow_crash s ON s.run_id = run.id AND s.crash_id = c.crash_id
  WHERE run.id = $1 AND NOT c.held AND (c.pinned_by IS NULL OR s.pin IS NOT NULL)
    AND (s.crash_id IS NULL OR s.links <> (SELECT count(*) FROM oopstream.reading_crash now
      WHERE now.crash_id = c.crash_id AND now.valid_to IS NULL))
    AND ((run.to_version <> run.from_version AND c.algorithm_version = run.to_version)
      OR EXISTS (SELECT FROM oopstream.replay_incident r WHERE r.run_id = run.id AND r.incident_id = c.incident_id))
), was AS (
  SELECT DISTINCT ON (key.group_key) key.group_key, s.incident_id
  FROM (SELECT DISTINCT group_key FROM since) key
  JOIN oopstream.shadow_crash s ON s.run_id = $1 AND s.new_group_key = key.group_key
  GROUP BY key.group_key, s.incident_id ORDER BY key.group_key, count(*) DESC, s.incident_id
)
SELECT since.crash_id AS id, was.incident_id AS was FROM since LEFT JOIN was USING (group_key) ORDER BY since.crash_id`;

/** To be asked before anything is taken back. */
export async function selectLate(sql: Sql, run: ReplayRun): Promise<LateCrash[]> {
  return (await sql.query<LateCrash>(CAME_SINCE, [run.id])).rows;
}

const SELECT_KEYS = `
SELECT group_key AS "groupKey", incident_id AS "incidentId" FROM oopstream.incident_key
WHERE tenant = $1 AND group_key = ANY($2::text[]) AND incident_id IS NOT NULL`;

const ATTACH = `
INSERT INTO oopstream.incident_key (tenant, group_key, incident_id, group_text, algorithm_version, attached_at, reason)
SELECT $1, "groupKey", "incidentId", "groupText", $3, $4::timestamptz, 'replay'
FROM jsonb_to_recordset($2::jsonb) AS row("groupKey" text, "incidentId" uuid, "groupText" text)
ORDER BY "groupKey" COLLATE "C" ON CONFLICT (tenant, group_key) DO NOTHING`;

/**
 * Signs what came since by the algorithm before, and puts it where that one's key leads, else where its likes had been,
 * else leaves it. Keys lead where they led before the switch by then.
 */
export async function placeLate(
  sql: Sql,
  run: ReplayRun,
  late: readonly LateCrash[],
  tools: ReplayTools,
): Promise<MovedCrash[]> {
  const { chunkCrashes } = tools.limits;
  const moves: MovedCrash[] = [];
  for (let from = 0; from < late.length; from += chunkCrashes)
    moves.push(...(await placeSome(sql, run, late.slice(from, from + chunkCrashes), tools)));
  return moves;
}

async function placeSome(
  sql: Sql,
  run: ReplayRun,
  late: readonly LateCrash[],
  tools: ReplayTools,
): Promise<MovedCrash[]> {
  const ids = late.map((one) => one.id);
  const walked = await loadCrashes(sql, ids);
  const { signed } = await signCrashes(walked, run, run.fromVersion, tools);
  // Whatever came out by the newer version carries it in its keys: all of it is written.
  const anew = signed.map((one) => ({ ...one, signed: one.signed && { ...one.signed, differs: true } }));
  const placements = anew.map(
    (one) => ({ signed: one, shadowId: null, reason: 'stays', decision: null }) as const,
  );
  await saveShadow(sql, run, { placements, incidents: [], keys: [] }, walked);
  const names = [...new Set(anew.flatMap((one) => one.signed?.keys.groupKey ?? []))];
  const { rows } = await sql.query<{ groupKey: string; incidentId: string }>(SELECT_KEYS, [
    run.tenant,
    names,
  ]);
  const places = new Map(rows.map((row) => [row.groupKey, row.incidentId]));
  const was = new Map(late.map((one) => [one.id, one.was]));
  const attached: { groupKey: string; incidentId: string; groupText: string }[] = [];
  const moves = anew.map((one) => {
    const key = one.signed?.keys.groupKey ?? one.crash.keys.groupKey;
    const to = places.get(key) ?? was.get(one.crash.id) ?? one.crash.incidentId;
    if (!places.has(key) && one.signed !== null) {
      places.set(key, to);
      attached.push({ groupKey: key, incidentId: to, groupText: one.signed.groupText });
    }
    return lateMove(one, to);
  });
  await sql.query(ATTACH, [run.tenant, jsonRows(attached), run.fromVersion, timestamp(tools.nowMs())]);
  await moveCrashes(sql, run, moves, tools.nowMs());
  return moves;
}

function lateMove({ crash, signed }: SignedAgain, to: string): MovedCrash {
  const { id, fatal, tenant, hostId, kernelRelease, crashTimeMs, cause, keys } = crash;
  const common = { tenant, hostId, kernelRelease, crashTimeMs, cause };
  const after = signed?.keys ?? keys;
  return {
    ...{ id, fatal, to },
    from: crash.incidentId,
    before: { ...common, exactKey: keys.exactKey, title: keys.title },
    after: { ...common, exactKey: after.exactKey, title: after.title },
  };
}
