import { randomUUID } from 'node:crypto';
import {
  DEFAULT_LIFE_SETTINGS,
  decideBatch,
  decideSweep,
  formatIncidentNumber,
} from '@oopstream/core-incident';
import type { Receipt } from '@oopstream/core-incident';
import { sampleReceipt } from '@oopstream/core-incident/fakes';
import type { DecisionResult } from '@oopstream/ports';
import { storeDatabases } from '@oopstream/testkit';
import {
  createDecisionStore,
  createIncidentActions,
  createIncidentStore,
  createLedgerStore,
  createLifeActions,
  createLifeStore,
  createRetentionStore,
} from './index';
import type { PostgresPool } from './index';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 5);
const T = 'default';
const databases = storeDatabases(10);
afterEach(() => databases.dropAll());

/** Numbers that look random and are the same each time. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** What is wrong whatever was done: counts below nothing, hosts and bodies that do not add up, crashes without a title. */
const WRONG = `
SELECT 'incident' AS what, number::text AS of FROM oopstream.incident i
WHERE crashes < 0 OR fatal_crashes < 0 OR fatal_crashes > crashes
  OR hosts <> (SELECT count(*) FROM oopstream.incident_host h WHERE h.incident_id = i.id)
  OR first_seen_at > last_seen_at
  OR recurrences + 1 <> (SELECT max(number) FROM oopstream.incident_episode e WHERE e.incident_id = i.id)
  OR ((SELECT closed_at FROM oopstream.incident_episode e WHERE e.incident_id = i.id ORDER BY number DESC LIMIT 1) IS NULL)
    <> (status = 'open')
${['host', 'release', 'variant', 'verdict', 'hardware', 'daily']
  .map(
    (facet) => `UNION ALL SELECT 'incident_${facet}', incident_id::text FROM oopstream.incident_${facet}
WHERE crashes <= 0 OR fatal_crashes < 0 OR fatal_crashes > crashes`,
  )
  .join('\n')}
${['host', 'variant', 'daily']
  .map(
    (facet) => `UNION ALL SELECT 'sum of ${facet}', i.number::text FROM oopstream.incident i
WHERE (i.crashes, i.fatal_crashes) <> (SELECT coalesce(sum(f.crashes), 0), coalesce(sum(f.fatal_crashes), 0)
  FROM oopstream.incident_${facet} f WHERE f.incident_id = i.id)`,
  )
  .join('\n')}
UNION ALL SELECT 'two titles', c.crash_id::text FROM oopstream.crash c
WHERE 1 < (SELECT count(*) FROM oopstream.reading_crash l
  WHERE l.crash_id = c.crash_id AND l.is_primary AND l.valid_to IS NULL)
UNION ALL SELECT 'merged incident with crashes', c.crash_id::text FROM oopstream.crash c
  JOIN oopstream.incident i ON i.id = c.incident_id WHERE i.merged_into IS NOT NULL
UNION ALL SELECT 'key of a merged incident', k.group_key FROM oopstream.incident_key k
  JOIN oopstream.incident i ON i.id = k.incident_id WHERE i.merged_into IS NOT NULL
UNION ALL SELECT 'chain of merged ones', i.number::text FROM oopstream.incident i
  JOIN oopstream.incident m ON m.id = i.merged_into WHERE m.merged_into IS NOT NULL
UNION ALL SELECT 'body', coalesce(r.sha256, b.sha256) FROM oopstream.blob_ref r
  FULL JOIN (SELECT tenant, sha256, count(*) FILTER (WHERE sampled_away IS NULL) AS kept FROM oopstream.transcript_body
    GROUP BY 1, 2) b USING (tenant, sha256)
  WHERE coalesce(r.refs, 0) <> coalesce(b.kept, 0) OR (r.refs = 0) <> (r.unreferenced_at IS NOT NULL)
UNION ALL SELECT 'ledger below nothing', outcome FROM oopstream.ledger_count GROUP BY tenant, kind, outcome HAVING sum(count) < 0`;

interface World {
  readonly pool: PostgresPool;
  readonly roll: (sides: number) => number;
  nowMs: number;
  n: number;
  readonly sent: Receipt[];
  readonly inForce: string[];
}

const any = <Item>(roll: World['roll'], items: readonly Item[]): Item | undefined =>
  items[roll(items.length)];

async function batch(world: World): Promise<void> {
  const { roll, pool } = world;
  const receipts = Array.from({ length: 1 + roll(8) }, (): Receipt => {
    const again = any(roll, world.sent);
    if (again !== undefined && roll(6) === 0)
      return [
        again,
        { ...again, source: { partition: roll(3), offset: 10_000 + world.n } },
        {
          ...again,
          receiptId: `again-${world.n}-${roll(1000)}`,
          source: { partition: 1, offset: 20_000 + world.n++ },
        },
      ][roll(3)]!;
    world.n += 1;
    return sampleReceipt(world.n, {
      receivedAtMs: world.nowMs - roll(roll(4) === 0 ? 20 * DAY_MS : 60_000),
      transcript: {
        hostId: `host-${roll(4)}`,
        bundleId: [null, null, `01J0000000000000000BUNDLE${roll(3)}`][roll(3)] ?? null,
        bootId: roll(3) === 0 ? `b8a3f0ee-8d1b-4d8e-9c8e-2d1f0a9d5b1${roll(4)}` : null,
        sha256: String(roll(3) > 0 ? 7 + roll(5) : world.n).padStart(64, '0'),
      },
      readings: Array.from({ length: roll(3) }, () => ({
        bug: 'fghi'[roll(4)] ?? 'f',
        fatal: roll(2) === 0,
        damage: roll(4) === 0 ? ('torn' as const) : null,
        offset: 16 * roll(2),
        callers: roll(2) === 0 ? ['a', 'b', 'c', 'd', 'e', 'x', 'y'] : [],
        kernelRelease: [null, '6.1.0', '6.1.9', '999.9.9'][roll(4)] ?? null,
        verdict: [undefined, 'lockup', 'bit-flip'][roll(3)],
        hardwareLikelihood: [0.1, 0.4, 0.9][roll(3)] ?? 0,
        occurredAtMs: roll(2) === 0 ? null : world.nowMs - roll(3) * 3_600_000,
      })),
    });
  });
  world.sent.push(...receipts);
  const open = await createIncidentStore(pool).openBatch(receipts, {
    nowMs: world.nowMs,
    retentionMs: 400 * DAY_MS,
  });
  try {
    const deps = {
      newId: () => randomUUID(),
      nowMs: world.nowMs,
      storm: { stormTranscripts: 2, windowMs: 3_600_000, newestKept: 2, classesKept: 1 },
    };
    await open.commit(decideBatch(receipts, open.state, deps).plan, { publications: [], deliveries: [] });
  } finally {
    await open.release();
  }
}

async function decision(world: World): Promise<void> {
  const { roll, pool } = world;
  const decisions = createDecisionStore(pool);
  const { rows } = await pool.query<{ number: number; id: string }>(
    'SELECT number, id FROM oopstream.incident WHERE merged_into IS NULL ORDER BY number',
  );
  const [from, into] = [any(roll, rows), any(roll, rows)];
  if (from === undefined || into === undefined) return;
  const [a, b] = [formatIncidentNumber(from.number), formatIncidentNumber(into.number)];
  const keys = await pool.query<{ key: string }>(
    'SELECT group_key AS key FROM oopstream.incident_key WHERE incident_id = $1 ORDER BY 1',
    [from.id],
  );
  const crashes = await pool.query<{ id: string }>(
    'SELECT crash_id AS id FROM oopstream.crash WHERE incident_id = $1 ORDER BY received_at, title',
    [from.id],
  );
  const [key, id] = [any(roll, keys.rows)?.key ?? 'none', any(roll, crashes.rows)?.id ?? 'none'];
  const by = { atMs: (world.nowMs += 1), actor: 'token:ann', note: null, traceparent: null };
  const into0 = roll(2) === 0 ? b : null;
  const ways: (() => Promise<DecisionResult>)[] = [
    () => decisions.merge(T, a, b, by),
    () => decisions.split(T, a, { groupKeys: [key], crashIds: [], into: into0 }, by),
    () => decisions.split(T, a, { groupKeys: [], crashIds: [id], into: into0 }, by),
    () => decisions.pinCrash(T, id, b, by),
    () => decisions.unpinCrash(T, id, by),
    () => decisions.pinKey(T, key, b, by),
    () => decisions.unpinKey(T, key, by),
    () => decisions.undo(T, any(roll, world.inForce) ?? '', by),
    () => decisions.undo(T, world.inForce.at(-1) ?? '', by),
  ];
  const result = await any(roll, ways)?.();
  if (result?.kind !== 'decided') return;
  const { undoes } = result.decision;
  if (undoes === null) world.inForce.push(result.decision.id);
  else world.inForce.splice(world.inForce.indexOf(undoes), 1);
}

async function life(world: World): Promise<void> {
  const { roll, pool } = world;
  const { rows } = await pool.query<{ number: number }>(
    'SELECT number FROM oopstream.incident ORDER BY number',
  );
  const number = formatIncidentNumber(any(roll, rows)?.number ?? 1);
  const by = { atMs: (world.nowMs += 1), actor: 'token:ann', note: null, traceparent: null };
  const [acts, lives] = [createIncidentActions(pool), createLifeActions(pool)];
  const until = { untilMs: null, crashes: 2, hosts: null, release: null };
  await any(roll, [
    () => acts.resolve(T, number, { ...by, release: null }),
    () => acts.resolve(T, number, { ...by, release: '6.1.5' }),
    () => acts.reopen(T, number, by),
    () => lives.obsolete(T, number, by),
    () => lives.mute(T, number, by, until),
  ])?.();
}

async function sweep(world: World): Promise<void> {
  const lives = createLifeStore(world.pool);
  const settings = DEFAULT_LIFE_SETTINGS;
  const step = await lives.openStep({ nowMs: world.nowMs, limit: 50, settings, livingMs: DAY_MS });
  if (step === null) return;
  await step.commit(decideSweep(step.state, world.nowMs, settings), { publications: [], deliveries: [] });
}

async function retention(world: World): Promise<void> {
  const store = createRetentionStore(world.pool);
  await store.dropMonths(world.nowMs - 70 * DAY_MS);
  await store.forget(1 + world.roll(30));
  await store.dropBodies({ beforeMs: Date.now() + DAY_MS, nowMs: Date.now(), limit: 5 }, () =>
    Promise.resolve(true),
  );
}

async function wrongOf({ pool }: World): Promise<unknown> {
  const ledger = createLedgerStore(pool);
  const hours = await ledger.check(null, { fromMs: null, toMs: Date.UTC(2030, 0, 1) });
  const incidents = await ledger.checkIncidents(null);
  const recount = await ledger.recount(null);
  expect(recount.counts).toEqual(await ledger.counts(null));
  return [...(await pool.query(WRONG)).rows, ...hours.mismatches, ...incidents.mismatches];
}

describe('batches, decisions, acts, sweeps and retention in any order', () => {
  it.each([1, 2, 149])(
    'leave every count as its rows have it: run %i',
    async (seed) => {
      const world: World = {
        pool: await databases.open(),
        roll: dice(seed),
        nowMs: START_MS,
        n: 0,
        sent: [],
        inForce: [],
      };
      for (let step = 0; step < 60; step += 1) {
        world.nowMs += world.roll(5) * 3_600_000 + (world.roll(8) === 0 ? 15 * DAY_MS : 0);
        const kind = world.roll(10);
        const done = kind < 4 ? batch : kind < 7 ? decision : kind < 8 ? life : kind < 9 ? sweep : retention;
        await done(world);
        expect([step, done.name, await wrongOf(world)]).toEqual([step, done.name, []]);
      }
    },
    120_000,
  );

  it.each([1, 2, 3])(
    'and at the same time, without waiting in a circle: run %i',
    async (seed) => {
      const pool = await databases.open();
      const worldOf = (worker: number): World => ({
        ...{
          pool,
          roll: dice(100 * seed + worker),
          nowMs: START_MS,
          n: 1_000 * worker,
          sent: [],
          inForce: [],
        },
      });
      await batch(worldOf(9));
      const loops = [batch, batch, batch, decision, decision, life, sweep, retention].map(
        async (act, worker) => {
          const world = worldOf(worker);
          for (let step = 0; step < 25; step += 1) {
            world.nowMs += 3 * DAY_MS;
            await act(world);
          }
        },
      );
      await Promise.all(loops);
      expect(await wrongOf(worldOf(0))).toEqual([]);
      await pool.query('SELECT pg_stat_clear_snapshot()');
      const { rows } = await pool.query(
        'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
      );
      expect(rows).toEqual([{ deadlocks: 0 }]);
    },
    120_000,
  );
});
