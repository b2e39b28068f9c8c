import type { ReplayState } from '@oopstream/core-incident';
import type { ReplayRun } from '@oopstream/ports';
import { timestamp } from '../json-rows';
import type { Sql } from '../pool';

interface RunSqlRow extends Omit<ReplayRun, 'range'> {
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  readonly incidentId: string | null;
  readonly release: string | null;
}

const COLUMNS = `id, tenant, since AS "sinceMs", until AS "untilMs", incident_id AS "incidentId", release,
  from_version AS "fromVersion", to_version AS "toVersion", reader_version AS "readerVersion", state,
  crashes_total AS "crashesTotal", crashes_done AS "crashesDone", bodies_read AS "bodiesRead",
  bodies_missing AS "bodiesMissing", created_at AS "createdAtMs", created_by AS "createdBy",
  updated_at AS "updatedAtMs", switched_at AS "switchedAtMs", reason, detail`;

/** @param rest of the statement, after the FROM clause */
export async function selectRuns(sql: Sql, rest: string, values: readonly unknown[]): Promise<ReplayRun[]> {
  const { rows } = await sql.query<RunSqlRow>(`SELECT ${COLUMNS} FROM oopstream.replay_run ${rest}`, values);
  return rows.map(({ sinceMs, untilMs, incidentId, release, ...run }) => ({
    ...run,
    range: { sinceMs, untilMs, incidentId, release },
  }));
}

export interface RunChange {
  readonly state: ReplayState;
  readonly nowMs: number;
  readonly reason?: string | null;
  readonly detail?: string | null;
}

/** Sets the state, with why; a reason from before goes. */
export async function setState(sql: Sql, id: string, change: RunChange): Promise<void> {
  const { state, nowMs, reason = null, detail = null } = change;
  await sql.query(
    'UPDATE oopstream.replay_run SET state = $2, updated_at = $3, reason = $4, detail = $5 WHERE id = $1',
    [id, state, timestamp(nowMs), reason, detail],
  );
}

/** Condition that a crash `c` is of the range; values are those of {@link rangeValues}, the first at `$from`. */
export function inRange(from: number): string {
  const [since, until, incident, release] = [0, 1, 2, 3].map((step) => `$${from + step}`);
  return `(${since}::timestamptz IS NULL OR c.crash_time >= ${since}::timestamptz)
  AND (${until}::timestamptz IS NULL OR c.crash_time < ${until}::timestamptz)
  AND (${incident}::uuid IS NULL OR c.incident_id = ${incident}::uuid)
  AND (${release}::text IS NULL OR c.kernel_release IS NOT DISTINCT FROM ${release}::text)`;
}

export function rangeValues({ range }: Pick<ReplayRun, 'range'>): (string | null)[] {
  return [timestamp(range.sinceMs), timestamp(range.untilMs), range.incidentId, range.release];
}
