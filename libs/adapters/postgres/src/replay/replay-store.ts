import { afterReplayAct, isWholeTenant } from '@oopstream/core-incident';
import type { ReplayDiff } from '@oopstream/core-incident';
import type { NewReplay, ReplayActResult, ReplayRun, ReplayStore } from '@oopstream/ports';
import { isUuid } from '../is-uuid';
import { timestamp } from '../json-rows';
import { insertAudit } from '../outbox-rows';
import type { PostgresPool, Sql } from '../pool';
import { readActiveVersions } from './algorithm-store';
import { selectRuns, setState } from './run-row';

const OPEN = `tenant = $1 AND state IN ('planned', 'running', 'diffed', 'approved', 'switching', 'rolling-back')`;

const INSERT_RUN = `
INSERT INTO oopstream.replay_run (id, tenant, since, until, incident_id, release, from_version, to_version,
  reader_version, state, created_at, created_by, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'planned', $10, $11, $10)
ON CONFLICT DO NOTHING`;

export function createReplayStore(pool: PostgresPool): ReplayStore {
  const find = async (sql: Sql, tenant: string, id: string): Promise<ReplayRun | null> =>
    isUuid(id) ? ((await selectRuns(sql, 'WHERE tenant = $1 AND id = $2', [tenant, id]))[0] ?? null) : null;
  return {
    plan: (replay) => pool.transaction((sql) => planReplay(sql, replay)),
    list: (tenant, limit) =>
      selectRuns(pool, 'WHERE tenant = $1 ORDER BY seq DESC LIMIT $2', [tenant, limit]),
    find: (tenant, id) => find(pool, tenant, id),
    async diff(tenant, id) {
      if (!isUuid(id)) return null;
      const { rows } = await pool.query<{ diff: ReplayDiff | null }>(
        'SELECT diff FROM oopstream.replay_run WHERE tenant = $1 AND id = $2',
        [tenant, id],
      );
      return rows[0]?.diff ?? null;
    },
    act: (tenant, id, act, by) =>
      pool.transaction(async (sql): Promise<ReplayActResult> => {
        if (!isUuid(id)) return { kind: 'unknown' };
        // The engine holds this row for the length of a step: the act comes between two.
        await sql.query('SELECT FROM oopstream.replay_run WHERE tenant = $1 AND id = $2 FOR UPDATE', [
          tenant,
          id,
        ]);
        const run = await find(sql, tenant, id);
        if (run === null) return { kind: 'unknown' };
        const state = afterReplayAct(run.state, act);
        if (state === null) return { kind: 'illegal', state: run.state };
        if (act === 'switch' && run.fromVersion !== run.toVersion && !isWholeTenant(run.range))
          return { kind: 'partial' };
        await setState(sql, id, { state, nowMs: by.atMs });
        await sql.query('UPDATE oopstream.replay_run SET asked_by = $2 WHERE id = $1', [id, by.actor]);
        await record(sql, run, `replay.${act}`, by);
        return { kind: 'changed', run: { ...run, state, updatedAtMs: by.atMs, reason: null, detail: null } };
      }),
  };
}

async function planReplay(sql: Sql, replay: NewReplay): ReturnType<ReplayStore['plan']> {
  const { id, tenant, range, toVersion, readerVersion, createdAtMs, createdBy } = replay;
  const active = (await readActiveVersions(sql, [tenant], toVersion)).get(tenant) ?? toVersion;
  const { rowCount } = await sql.query(INSERT_RUN, [
    ...[id, tenant, timestamp(range.sinceMs), timestamp(range.untilMs), range.incidentId, range.release],
    ...[active, toVersion, readerVersion, timestamp(createdAtMs), createdBy],
  ]);
  const [run] = await selectRuns(
    sql,
    rowCount === 0 ? `WHERE ${OPEN}` : 'WHERE tenant = $1 AND id = $2',
    rowCount === 0 ? [tenant] : [tenant, id],
  );
  if (run === undefined || rowCount === 0) return { kind: 'busy', id: run?.id ?? '' };
  await record(sql, run, 'replay.plan', { actor: createdBy, atMs: createdAtMs });
  return { kind: 'planned', run };
}

async function record(
  sql: Sql,
  run: ReplayRun,
  action: string,
  by: { actor: string; atMs: number },
): Promise<void> {
  const { tenant, id, range, fromVersion, toVersion } = run;
  const detail = { range, fromVersion, toVersion };
  await insertAudit(sql, [{ tenant, ...by, action, subjectKind: 'replay', subjectId: id, detail }]);
}
