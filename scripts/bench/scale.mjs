import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  createIncidentQueries,
  createIncidentStore,
  createPool,
  migrate,
  postgresConfigSchema,
} from '../../libs/adapters/postgres/dist/index.js';
import { decideBatch } from '../../libs/core/incident/dist/index.js';
import { startPostgres } from '../../libs/local-servers/dist/index.js';
import { createLogger } from '../../libs/runtime/dist/index.js';
import { local } from '../lib/paths.mjs';
import { seededRandom } from '../lib/seeded-random.mjs';
import { callerOf, HOSTS, loadScale, scaleReceipt, START_MS, YEAR_SECONDS } from './scale-load.mjs';
import { median } from './texts.mjs';

const BATCH = 100;
const ROUNDS = 7;
const WARMING = 100;
const BATCHES_A_ROUND = 8;
const KEYS = 2_000;
const NEW_KEYS = 0.02;
const QUERIES = 60;
const AIM_RATIO = 1.5;
const AIM_MS = 100;

const countOf = (name, fallback) => Number(process.env[name] ?? fallback);

/**
 * What a crash costs, and what the list answers, among a million incidents and ten million crashes.
 * OOPSTREAM_BENCH_CRASHES and OOPSTREAM_BENCH_INCIDENTS say how many; with OOPSTREAM_BENCH_DIR the full store stays there
 * for the next run, which takes another OOPSTREAM_BENCH_SERIAL, at least 100,000 above the last.
 */
export async function benchScale() {
  const crashes = countOf('OOPSTREAM_BENCH_CRASHES', 10_000_000);
  const incidents = countOf('OOPSTREAM_BENCH_INCIDENTS', Math.ceil(crashes / 10));
  const kept = process.env.OOPSTREAM_BENCH_DIR;
  const dir = kept ?? join(local, `bench-scale-${process.pid}`);
  const server = await startPostgres({ dir, fsync: false, sharedBuffers: '4GB' });
  try {
    const empty = await openStore(server, 'scale_empty', true);
    const full = await openStore(server, 'scale_full', false);
    process.stdout.write(`${incidents} incidents, ${crashes} crashes\n`);
    if (!(await isLoaded(full)))
      await loadScale(full, { incidents, crashes, say: (text) => process.stdout.write(`  ${text}\n`) });
    const { rows } = await full.query('SELECT pg_size_pretty(pg_database_size(current_database())) AS size');
    process.stdout.write(`  ${rows[0].size} on disk\n`);
    await compareCosts({ empty, full, incidents });
    await measureLists(full, incidents);
    await empty.close();
    await full.close();
  } finally {
    await server.stop();
    if (kept === undefined) rmSync(server.dataDir, { recursive: true, force: true });
  }
}

/** Indexes come last. */
async function isLoaded(pool) {
  const { rows } = await pool.query(
    `SELECT EXISTS (SELECT FROM oopstream.ledger_watermark) AND to_regclass('oopstream.crash_by_host') IS NOT NULL AS loaded`,
  );
  return rows[0].loaded;
}

async function openStore(server, name, anew) {
  const logger = createLogger({ service: 'bench', level: 'warn' });
  const open = (url) =>
    createPool(postgresConfigSchema.parse({ url, maxConnections: '4', statementTimeoutMs: '3600000' }), {
      logger,
    });
  const first = open(server.url);
  if (anew) await first.query(`DROP DATABASE IF EXISTS ${name}`);
  const { rowCount } = await first.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  if (rowCount === 0) await first.query(`CREATE DATABASE ${name}`);
  await first.close();
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  const pool = open(url.href);
  await migrate(pool);
  return pool;
}

/** The same batches into both stores in turn. */
export async function compareCosts({ empty, full, incidents }) {
  const work = { empty: createWork(empty, incidents), full: createWork(full, incidents) };
  // So that both know the keys, have their statements prepared and their code compiled.
  for (const { settle, receiptsOf } of Object.values(work))
    for (let n = 0; n < KEYS; n += BATCH) await settle(receiptsOf(BATCH, (k) => n + k));
  // A server that has been running has in memory what hosts are looked up by.
  for (const { settle, receiptsOf } of Object.values(work))
    for (let n = 0; n < WARMING; n += 1) await settle(receiptsOf(BATCH, null));
  // What autovacuum does of itself within a minute.
  await empty.query('VACUUM (ANALYZE)');
  const spent = { empty: [], full: [] };
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [name, { settle, receiptsOf }] of Object.entries(work)) {
      const startedAt = performance.now();
      for (let n = 0; n < BATCHES_A_ROUND; n += 1) await settle(receiptsOf(BATCH, null));
      spent[name].push((performance.now() - startedAt) / (BATCH * BATCHES_A_ROUND));
    }
  const [before, after] = [median(spent.empty), median(spent.full)];
  const ratio = after / before;
  process.stdout.write(
    `a crash: ${before.toFixed(3)} ms into an empty store, ${after.toFixed(3)} ms into the full one: ${ratio.toFixed(2)} ${ratio <= AIM_RATIO ? 'reached' : 'MISSED'} (at most ${AIM_RATIO})\n`,
  );
}

function createWork(pool, incidents) {
  const store = createIncidentStore(pool);
  const nowMs = START_MS + YEAR_SECONDS * 1000;
  let serial = countOf('OOPSTREAM_BENCH_SERIAL', 0);
  // A store that was kept gets other hosts each time: ever more crashes of the same ones in the last minute are no fleet.
  const random = seededRandom(17 + serial);
  const receiptsOf = (count, keyAt) =>
    Array.from({ length: count }, (_, n) => {
      serial += 1;
      const key = keyAt === null ? Math.floor(random() * KEYS) : keyAt(n);
      const isNew = keyAt === null && random() < NEW_KEYS;
      const number = 1 + Math.floor((key * incidents) / KEYS);
      return scaleReceipt(100_000_000 + serial, {
        receivedAtMs: nowMs - 60_000 + serial,
        source: { partition: 1, offset: 900_000_000 + serial },
        transcript: { hostId: `host-${Math.floor(random() * HOSTS)}`, bootId: randomUUID() },
        bug: isNew ? `fresh_${serial}` : `bug_${number}`,
        caller: callerOf(number),
      });
    });
  const settle = async (receipts) => {
    const batch = await store.openBatch(receipts, { nowMs, retentionMs: nowMs });
    try {
      const { plan } = decideBatch(receipts, batch.state, { newId: () => randomUUID(), nowMs });
      await batch.commit(plan, { publications: [], deliveries: [] });
    } finally {
      await batch.release();
    }
  };
  return { settle, receiptsOf };
}

const NOTHING = {
  status: null,
  trend: null,
  triage: null,
  assignee: null,
  severity: null,
  titlePart: null,
  family: null,
  kind: null,
  release: null,
  host: null,
  verdict: null,
  hardware: null,
  lastSeenFromMs: null,
};
const ORDERS = ['-lastSeen', 'lastSeen', '-firstSeen', 'firstSeen', '-crashes', '-hosts', '-severity'];

/** p95 of a page of 50 by each order and with each filter, with other values each time. */
export async function measureLists(pool, incidents) {
  const queries = createIncidentQueries(pool);
  const random = seededRandom(23);
  const below = (bound) => Math.floor(random() * bound);
  const filters = {
    all: () => ({}),
    open: () => ({ status: 'open' }),
    resolved: () => ({ status: 'resolved' }),
    'open, regressed': () => ({ status: 'open', trend: 'regressed' }),
    assigned: () => ({ assignee: `user-${20 * below(4)}` }),
    critical: () => ({ severity: 'critical' }),
    'family, open': () => ({ status: 'open', family: 'warning' }),
    kind: () => ({ kind: 'warning' }),
    release: () => ({ release: `6.1.${below(50)}` }),
    host: () => ({ host: `host-${below(HOSTS)}` }),
    verdict: () => ({ verdict: 'use-after-free' }),
    'hardware likely': () => ({ hardware: 'likely' }),
    since: () => ({ lastSeenFromMs: START_MS + (YEAR_SECONDS - below(864_000)) * 1000 }),
    'a title': () => ({ titlePart: `bug_${1 + below(incidents)}+` }),
  };
  process.stdout.write(
    `p95 of a page of 50 incidents, ms; at most ${AIM_MS}\n${''.padEnd(18)}${ORDERS.map((one) => one.padStart(12)).join('')}\n`,
  );
  let worst = 0;
  for (const [name, filterOf] of Object.entries(filters)) {
    const cells = [];
    for (const order of ORDERS) {
      const p95 = await p95Of(() => page(queries, { ...NOTHING, ...filterOf() }, order));
      worst = Math.max(worst, p95);
      cells.push(p95.toFixed(1).padStart(12));
    }
    process.stdout.write(`${name.padEnd(18)}${cells.join('')}\n`);
  }
  process.stdout.write(`worst ${worst.toFixed(1)} ms ${worst < AIM_MS ? 'reached' : 'MISSED'}\n`);
}

function page(queries, filter, order) {
  const toMs = START_MS + YEAR_SECONDS * 1000;
  const trend = { bucket: 'day', fromMs: toMs - 30 * 86_400_000, toMs };
  return queries.listIncidents('default', filter, { order, limit: 50, after: null, trend });
}

async function p95Of(ask) {
  const spent = [];
  for (let n = 0; n < QUERIES; n += 1) {
    const startedAt = performance.now();
    await ask();
    spent.push(performance.now() - startedAt);
    // A slow one says enough.
    if (spent.length >= 6 && median(spent) > 500) break;
  }
  return spent.sort((a, b) => a - b)[Math.ceil(spent.length * 0.95) - 1];
}
