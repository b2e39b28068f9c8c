import { FatalError, RetryableError } from '@oopstream/ports';
import type { ReplayEngine, ReplayRun, ReplayStep, ReplayTools } from '@oopstream/ports';
import type { ReplayState } from '@oopstream/core-incident';
import { lockForDecision } from '../decisions/decision-lock';
import { timestamp } from '../json-rows';
import type { PostgresPool, Sql } from '../pool';
import { followDecisions } from './follow-decisions';
import { purgeShadows } from './purge-shadows';
import { rollBack } from './roll-back';
import { selectRuns, setState } from './run-row';
import { shadowCrashes } from './shadow-chunk';
import { loadFlows, readDiff } from './shadow-flows';
import { switchOver } from './switch-over';
import { addProgress, changedSince, countRange, walkRange } from './walk-range';

/** One process at a time. */
const REPLAY_LOCK = 7_246_190_020;

const NEXT = `WHERE state IN ('planned', 'running', 'switching', 'rolling-back') AND to_version = ANY($1::integer[])
  AND from_version = ANY($1::integer[]) ORDER BY seq LIMIT 1 FOR UPDATE`;

/** Where a step that cannot succeed leaves its run. */
const AFTER_FAILURE: Partial<Record<ReplayState, ReplayState>> = {
  planned: 'failed',
  running: 'failed',
  switching: 'approved',
  'rolling-back': 'switched',
};

const MARK = `
UPDATE oopstream.replay_run SET state = 'running', updated_at = $2, crashes_total = $3,
  links_from = (SELECT coalesce(max(id), 0) FROM oopstream.reading_crash),
  decisions_from = (SELECT coalesce(max(seq), 0) FROM oopstream.decision)
WHERE id = $1`;

export function createReplayEngine(pool: PostgresPool): ReplayEngine {
  return {
    async step(tools) {
      let underWay: ReplayRun | null = null;
      try {
        return await pool.transaction(async (sql): Promise<ReplayStep> => {
          if (!(await takeLock(sql))) return { kind: 'idle' };
          const [run] = await selectRuns(sql, NEXT, [tools.algorithms.versions]);
          if (run === undefined) {
            await purgeShadows(sql, tools.nowMs() - tools.limits.keepMs);
            return { kind: 'idle' };
          }
          underWay = run;
          const crashes = await doStep(sql, run, tools);
          const [after] = await selectRuns(sql, 'WHERE id = $1', [run.id]);
          return { kind: 'worked', run: after ?? run, crashes };
        });
      } catch (error) {
        if (error instanceof RetryableError || underWay === null) throw error;
        return { kind: 'worked', run: await giveUp(pool, underWay, error, tools.nowMs()), crashes: 0 };
      }
    },
  };
}

async function takeLock(sql: Sql): Promise<boolean> {
  const { rows } = await sql.query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [
    REPLAY_LOCK,
  ]);
  if (rows[0]?.mine !== true) return false;
  // Bodies are fetched in the midst of a step, and a large switch takes its time.
  await sql.query(`SET LOCAL statement_timeout = '10min'`);
  await sql.query(`SET LOCAL idle_in_transaction_session_timeout = '10min'`);
  return true;
}

/** @param run in a state in which there is work to do */
async function doStep(sql: Sql, run: ReplayRun, tools: ReplayTools): Promise<number> {
  if (run.state === 'planned') return begin(sql, run, tools);
  if (run.state === 'running') return walk(sql, run, tools);
  if (run.state === 'rolling-back') return rollBack(sql, run, tools);
  return (await catchUpSome(sql, run, tools)) ?? switchOver(sql, run, tools);
}

/** What batches wrote until now is walked; the lock makes sure that none of them is yet to commit an older link. */
async function begin(sql: Sql, run: ReplayRun, tools: ReplayTools): Promise<number> {
  await lockForDecision(sql, run.tenant);
  const total = await countRange(sql, run);
  if (total > tools.limits.maxShadowCrashes)
    throw new FatalError('replay-too-large', `${total} crashes, at most ${tools.limits.maxShadowCrashes}`);
  await sql.query(MARK, [run.id, timestamp(tools.nowMs()), total]);
  return 0;
}

async function walk(sql: Sql, run: ReplayRun, tools: ReplayTools): Promise<number> {
  const nowMs = tools.nowMs();
  const ids = await walkRange(sql, run, tools.limits.chunkCrashes);
  if (ids.length === 0) {
    await followDecisions(sql, run, tools);
    const diff = await readDiff(sql, run, await loadFlows(sql, run));
    await sql.query('UPDATE oopstream.replay_run SET diff = $2 WHERE id = $1', [
      run.id,
      JSON.stringify(diff),
    ]);
    await setState(sql, run.id, { state: 'diffed', nowMs });
    return 0;
  }
  if (run.crashesDone + ids.length > tools.limits.maxShadowCrashes)
    throw new FatalError('replay-too-large', `more than ${tools.limits.maxShadowCrashes} crashes`);
  const counts = await shadowCrashes(sql, run, ids, tools);
  await addProgress(sql, run, ids.at(-1) ?? null, counts, nowMs);
  return counts.crashes;
}

/** Most of what came since is taken in before anybody has to wait. @returns `null` when little is left */
async function catchUpSome(sql: Sql, run: ReplayRun, tools: ReplayTools): Promise<number | null> {
  const ids = await changedSince(sql, run, tools.limits.chunkCrashes);
  if (ids.length < tools.limits.chunkCrashes) return null;
  const counts = await shadowCrashes(sql, run, ids, tools);
  await addProgress(sql, run, null, counts, tools.nowMs());
  return counts.crashes;
}

async function giveUp(pool: PostgresPool, run: ReplayRun, error: unknown, nowMs: number): Promise<ReplayRun> {
  const reason = error instanceof FatalError ? error.reason : 'bug';
  const detail = error instanceof Error ? error.message.slice(0, 500) : null;
  const state = AFTER_FAILURE[run.state] ?? run.state;
  await setState(pool, run.id, { state, nowMs, reason, detail });
  return { ...run, state, reason, detail };
}
