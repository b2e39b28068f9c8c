import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  createAlgorithmStore,
  createIncidentStore,
  createPool,
  createReplayEngine,
  createReplayStore,
  migrate,
  postgresConfigSchema,
} from '../../libs/adapters/postgres/dist/index.js';
import {
  DEFAULT_JOINING,
  DEFAULT_JOIN_CANDIDATES,
  decideBatch,
} from '../../libs/core/incident/dist/index.js';
import {
  SAMPLE_START_MS,
  sampleAlgorithm,
  sampleReceipt,
} from '../../libs/core/incident/dist/fakes/index.js';
import { createAlgorithms } from '../../libs/core/signature/dist/index.js';
import { startPostgres } from '../../libs/local-servers/dist/index.js';
import { createLogger } from '../../libs/runtime/dist/index.js';
import { local } from '../lib/paths.mjs';
import { seededRandom } from '../lib/seeded-random.mjs';
import { median } from './texts.mjs';

const BATCH = 200;
const BUGS = 2_000;
const HOSTS = 5_000;
/** One bug in five is split by the second version: that share of the crashes changes. */
const SPLIT = 5;
/** Between two batches that come in while a replay runs. */
const PAUSE_MS = 100;
const NOW_MS = SAMPLE_START_MS + 30 * 86_400_000;
const WHOLE = { sinceMs: null, untilMs: null, incidentId: null, release: null };

const first = sampleAlgorithm();
const second = sampleAlgorithm(2, (bug, offset) =>
  Number(bug.slice(4)) % SPLIT === 0 && offset === 32 ? `${bug}_at_32` : bug,
);
const ALGORITHMS = createAlgorithms([first, second]);

/**
 * A replay over a store with so many crashes (OOPSTREAM_BENCH_CRASHES), a tenth of which another algorithm takes out of
 * their incidents: how fast it signs, how much memory it takes, what batches that come in meanwhile notice of it, and how
 * long they wait for the switch over and for its taking back.
 */
export async function benchReplay() {
  const crashes = Number(process.env.OOPSTREAM_BENCH_CRASHES ?? 200_000);
  const server = await startPostgres({ dir: join(local, `bench-replay-${process.pid}`), fsync: false });
  try {
    const pool = createPool(postgresConfigSchema.parse({ url: server.url, maxConnections: '6' }), {
      logger: createLogger({ service: 'bench', level: 'warn' }),
    });
    await migrate(pool);
    await drive(pool, crashes);
    await pool.close();
  } finally {
    await server.stop();
    rmSync(server.dataDir, { recursive: true, force: true });
  }
}

async function drive(pool, crashes) {
  const door = createDoor(pool);
  const startedAt = performance.now();
  while (door.sent() < crashes) await door.settle(BATCH);
  await pool.query('VACUUM (ANALYZE)');
  say(`${crashes} crashes taken in: ${rate(crashes, performance.now() - startedAt)}`);
  const alone = await door.during(async (isOver) => {
    const until = performance.now() + 10_000;
    while (performance.now() < until && !isOver()) await pause(PAUSE_MS);
  });
  const replay = createReplay(pool);
  const id = await replay.plan();
  const walk = await door.during(() => replay.run(id));
  const run = await replay.find(id);
  say(`signed into the shadow: ${rate(run.crashesDone, walk.spentMs)}, ${run.state}`);
  say(
    `  memory of the process: ${mb(replay.heapsMb.slice(1, 21))} at first, ${mb(replay.heapsMb.slice(-20))} at the end`,
  );
  await replay.act(id, 'approve');
  await replay.act(id, 'switch');
  const over = await door.during(() => replay.run(id));
  const { rows } = await pool.query(
    'SELECT count(*) AS n FROM oopstream.shadow_crash WHERE run_id = $1 AND moved_to IS NOT NULL',
    [id],
  );
  const { state } = await replay.find(id);
  say(`switched over: ${rows[0].n} crashes changed in ${seconds(over.spentMs)}, ${state}`);
  await replay.act(id, 'roll-back');
  const back = await door.during(() => replay.run(id));
  say(`taken back: ${seconds(back.spentMs)}, ${(await replay.find(id)).state}`);
  for (const [name, { waits }] of Object.entries({ alone, walk, switch: over, 'roll-back': back }))
    say(
      `  a batch of 20 (${name}): median ${median(waits).toFixed(0)} ms, longest ${Math.max(...waits).toFixed(0)} ms`,
    );
}

const say = (text) => process.stdout.write(`${text}\n`);
const rate = (crashes, ms) => `${Math.round((crashes * 1000) / ms)} crashes/s, ${seconds(ms)}`;
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
const mb = (values) => `${Math.round(Math.max(...values))} MB`;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Takes crashes in as dedup does, by the algorithm that the tenant goes by. */
function createDoor(pool) {
  const store = createIncidentStore(pool);
  const versions = createAlgorithmStore(pool);
  const random = seededRandom(5);
  let n = 0;
  const receiptOf = (algorithm) => {
    n += 1;
    const bug = `bug_${Math.floor(BUGS * random() ** 2)}`;
    const receipt = sampleReceipt(n, {
      receivedAtMs: SAMPLE_START_MS + n * 5,
      transcript: { hostId: `host-${Math.floor(random() * HOSTS)}` },
      readings: [
        {
          bug,
          offset: 16 * (1 + Math.floor(random() * 2)),
          uptimeSeconds: null,
          callers: [`${bug}_caller`, 'all'],
        },
      ],
    });
    const readings = receipt.content.readings.map((one) => ({
      ...one,
      signature: algorithm.sign(one.reading, (text) => text),
    }));
    return { ...receipt, content: { ...receipt.content, readings } };
  };
  const settle = async (count) => {
    const active = await versions.activeVersions(['default'], 1);
    const algorithm = ALGORITHMS.find(active.get('default'));
    const receipts = Array.from({ length: count }, () => receiptOf(algorithm));
    const batch = await store.openBatch(receipts, { nowMs: NOW_MS, retentionMs: 400 * 86_400_000 });
    try {
      const { plan } = decideBatch(receipts, batch.state, { newId: () => randomUUID(), nowMs: NOW_MS });
      await batch.commit(plan, { publications: [], deliveries: [] });
    } finally {
      await batch.release();
    }
  };
  /** Small batches come in while `work` is done. @returns how long each took, and the work, milliseconds */
  const during = async (work) => {
    let isOver = false;
    const waits = [];
    const startedAt = performance.now();
    const working = work(() => isOver).finally(() => (isOver = true));
    while (!isOver) {
      const from = performance.now();
      await settle(20);
      waits.push(performance.now() - from);
      await pause(PAUSE_MS);
    }
    await working;
    return { waits, spentMs: performance.now() - startedAt };
  };
  return { settle, during, sent: () => n };
}

function createReplay(pool) {
  const engine = createReplayEngine(pool);
  const store = createReplayStore(pool);
  const heapsMb = [];
  const tools = {
    algorithms: ALGORITHMS,
    hash: (text) => text,
    readerVersion: 1,
    readBodies: () => Promise.resolve(new Map()),
    newId: () => randomUUID(),
    nowMs: () => NOW_MS,
    joining: { settings: DEFAULT_JOINING, candidates: DEFAULT_JOIN_CANDIDATES },
    limits: { chunkCrashes: 500, maxShadowCrashes: 1e9, maxSwitchCrashes: 1e7, keepMs: 1e12 },
  };
  const find = (id) => store.find('default', id);
  return {
    heapsMb,
    find,
    plan: async () => {
      const planned = await store.plan({
        ...{ id: randomUUID(), tenant: 'default', range: WHOLE, toVersion: 2, readerVersion: 1 },
        ...{ createdAtMs: NOW_MS, createdBy: 'token:bench' },
      });
      return planned.run.id;
    },
    act: (id, what) => store.act('default', id, what, { actor: 'token:bench', atMs: NOW_MS }),
    run: async (id) => {
      for (;;) {
        const { kind } = await engine.step(tools);
        heapsMb.push(process.memoryUsage().rss / 2 ** 20);
        const { state } = await find(id);
        if (kind === 'idle' || !['planned', 'running', 'switching', 'rolling-back'].includes(state)) return;
      }
    },
  };
}
