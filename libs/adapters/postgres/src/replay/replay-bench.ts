import { randomUUID } from 'node:crypto';
import { DEFAULT_JOINING, DEFAULT_JOIN_CANDIDATES, decideBatch } from '@oopstream/core-incident';
import type { Receipt, ReplayRange } from '@oopstream/core-incident';
import { SAMPLE_START_MS, sampleAlgorithm, sampleReceipt } from '@oopstream/core-incident/fakes';
import type { SampleReading, SampleReceipt } from '@oopstream/core-incident/fakes';
import { createAlgorithms } from '@oopstream/core-signature';
import type { Algorithm } from '@oopstream/core-signature';
import type { ReplayRun, ReplayTools } from '@oopstream/ports';
import { createIncidentStore } from '../incident-store';
import type { PostgresPool } from '../pool';
import { createReplayEngine } from './replay-engine';
import { createReplayStore } from './replay-store';

export const NOW_MS = SAMPLE_START_MS + 86_400_000;
const EVERYTHING: ReplayRange = { sinceMs: null, untilMs: null, incidentId: null, release: null };

/** Tells offsets apart, and takes `twin_…` together. */
export const VERSION_2 = sampleAlgorithm(2, (bug, offset) =>
  bug.startsWith('twin_') ? 'twin' : offset === 16 ? bug : `${bug}_at_${offset}`,
);

/** Replays on a database, for tests. */
export function createReplayBench(pool: PostgresPool, more: Partial<ReplayTools> = {}) {
  const tools: ReplayTools = {
    algorithms: createAlgorithms([sampleAlgorithm(), VERSION_2]),
    hash: (text) => text,
    readerVersion: 1,
    readBodies: () => Promise.resolve(new Map()),
    newId: () => randomUUID(),
    nowMs: () => NOW_MS,
    joining: { settings: DEFAULT_JOINING, candidates: DEFAULT_JOIN_CANDIDATES },
    limits: { chunkCrashes: 3, maxShadowCrashes: 1_000, maxSwitchCrashes: 1_000, keepMs: 86_400_000 },
    ...more,
  };
  const engine = createReplayEngine(pool);
  const store = createReplayStore(pool);
  const by = { actor: 'token:ann', atMs: NOW_MS };

  const settle = settler(pool);
  /** Until the replay waits for people again. */
  const runSteps = async (id: string): Promise<ReplayRun> => {
    for (;;) {
      const step = await engine.step(tools);
      const run = await store.find('default', id);
      if (run === null) throw new Error(`there is no replay ${id}`);
      if (step.kind === 'idle' || !['planned', 'running', 'switching', 'rolling-back'].includes(run.state))
        return run;
    }
  };
  const plan = async (toVersion: number, range: Partial<ReplayRange> = {}): Promise<string> => {
    const planned = await store.plan({
      ...{ id: randomUUID(), tenant: 'default', range: { ...EVERYTHING, ...range }, toVersion },
      ...{ readerVersion: tools.readerVersion, createdAtMs: NOW_MS, createdBy: 'token:ann' },
    });
    if (planned.kind === 'busy') throw new Error('another replay is under way');
    return planned.run.id;
  };
  const act = async (id: string, what: 'approve' | 'switch' | 'roll-back' | 'cancel') => {
    const result = await store.act('default', id, what, by);
    if (result.kind !== 'changed') throw new Error(`${what}: ${JSON.stringify(result)}`);
    return runSteps(id);
  };
  const replay = async (toVersion: number, range: Partial<ReplayRange> = {}) => {
    const id = await plan(toVersion, range);
    await runSteps(id);
    return { id, diff: await store.diff('default', id) };
  };
  const switchOver = async (toVersion: number): Promise<string> => {
    const { id } = await replay(toVersion);
    await act(id, 'approve');
    await act(id, 'switch');
    return id;
  };
  return { tools, engine, store, settle, runSteps, plan, act, replay, switchOver };
}

/** Takes in one receipt, as dedup does. */
function settler(pool: PostgresPool) {
  return async (
    n: number,
    readings: readonly SampleReading[],
    sample: SampleReceipt = {},
    algorithm = sampleAlgorithm(),
  ): Promise<void> => {
    const receipt = sampleReceipt(n, { transcript: { hostId: `host-${n % 4}` }, readings, ...sample });
    const receipts = [signReceipt(receipt, algorithm)];
    const batch = await createIncidentStore(pool).openBatch(receipts, { nowMs: NOW_MS, retentionMs: NOW_MS });
    try {
      const { plan } = decideBatch(receipts, batch.state, { newId: () => randomUUID(), nowMs: NOW_MS });
      await batch.commit(plan, { publications: [], deliveries: [] });
    } finally {
      await batch.release();
    }
  };
}

/** As the worker signs it, or dedup for a tenant that is on that version. */
function signReceipt(receipt: Receipt, algorithm: Algorithm): Receipt {
  const { content } = receipt;
  if (content.kind !== 'read') return receipt;
  const readings = content.readings.map((one) => ({
    ...one,
    signature: algorithm.sign(one.reading, (text) => text),
  }));
  return { ...receipt, content: { ...content, readings } };
}

/** Everything that says which crash is where and how often it is counted, in words that do not change with ids. */
export async function groupingOf(pool: PostgresPool): Promise<object> {
  const read = async (text: string): Promise<object[]> => (await pool.query<object>(text)).rows;
  const facet = (table: string, column: string) =>
    read(`SELECT i.number, f.${column}::text AS value, f.crashes, f.fatal_crashes FROM oopstream.${table} f
      JOIN oopstream.incident i ON i.id = f.incident_id ORDER BY 1, 2`);
  return {
    incidents:
      await read(`SELECT i.number, i.title, i.status, i.crashes, i.fatal_crashes, i.hosts, i.first_seen_at,
      i.last_seen_at, into_i.number AS merged_into FROM oopstream.incident i
      LEFT JOIN oopstream.incident into_i ON into_i.id = i.merged_into ORDER BY 1`),
    crashes:
      await read(`SELECT c.crash_id, i.number, c.title, c.group_key, c.exact_key, c.algorithm_version, c.held
      FROM oopstream.crash c JOIN oopstream.incident i ON i.id = c.incident_id ORDER BY 1`),
    keys: await read(`SELECT k.group_key, i.number, k.reason FROM oopstream.incident_key k
      JOIN oopstream.incident i ON i.id = k.incident_id ORDER BY 1`),
    readings: await read('SELECT * FROM oopstream.reading ORDER BY transcript_id, byte_start'),
    links:
      await read(`SELECT transcript_id, byte_start, algorithm_version, crash_id, is_primary, reason, detail
      FROM oopstream.reading_crash WHERE valid_to IS NULL ORDER BY 1, 2`),
    byHost: await facet('incident_host', 'host_id'),
    byRelease: await facet('incident_release', 'kernel_release'),
    byVariant: await facet('incident_variant', 'exact_key'),
    byDay: await facet('incident_daily', 'day'),
    byVerdict: await facet('incident_verdict', 'verdict'),
  };
}

/** Counts that the crashes themselves do not bear out: `[]` where all is right. */
export async function miscounted(pool: PostgresPool): Promise<object[]> {
  const facet = (table: string, column: string, value: string): string => `
    SELECT '${table}' AS what, coalesce(f.incident_id, c.incident_id) AS incident, f.crashes, c.n FROM oopstream.${table} f
    FULL JOIN (SELECT incident_id, ${value} AS value, count(*) AS n FROM oopstream.crash GROUP BY 1, 2
      HAVING ${value} IS NOT NULL) c
      ON c.incident_id = f.incident_id AND c.value = f.${column}::text
    WHERE f.crashes IS DISTINCT FROM c.n`;
  const { rows } = await pool.query<object>(`
    SELECT 'incident' AS what, i.id AS incident, i.crashes, c.n FROM oopstream.incident i
    LEFT JOIN (SELECT incident_id, count(*) AS n, count(*) FILTER (WHERE fatal) AS fatal,
        count(DISTINCT host_id) AS hosts FROM oopstream.crash GROUP BY 1) c ON c.incident_id = i.id
    WHERE (i.crashes, i.fatal_crashes, i.hosts) IS DISTINCT FROM (coalesce(c.n, 0), coalesce(c.fatal, 0),
      coalesce(c.hosts, 0))
    UNION ALL ${facet('incident_host', 'host_id', 'host_id')}
    UNION ALL ${facet('incident_release', 'kernel_release', 'kernel_release')}
    UNION ALL ${facet('incident_variant', 'exact_key', 'exact_key')}
    UNION ALL ${facet('incident_verdict', 'verdict', 'verdict')}`);
  return rows;
}
