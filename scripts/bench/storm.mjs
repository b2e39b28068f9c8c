import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { blobConfigSchema, openBlobStore } from '../../libs/adapters/blob/dist/index.js';
import { TOPICS, encodeTranscriptReceived, hostKey } from '../../libs/contracts/dist/index.js';
import {
  fingerprintConfigSchema,
  startFingerprintWorker,
} from '../../services/fingerprint-worker/dist/index.js';
import { root } from '../lib/paths.mjs';
import { crashLines, createCrashLog } from './log-generator.mjs';

const PARTITIONS = 12;
const BATCH = 200;
const HOSTS = 5_000;
const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 0, 1);
const KDUMP = join(root, 'libs/core/transcript/cases/kdump');

/** What a fingerprint worker spends on a storm's crashes, and what another bug's crash waits for; bodies on disk. */
export async function benchStorm() {
  const [bug, other, quiet] = crashes();
  const line = (name, text) => process.stdout.write(`  ${name.padEnd(26)} ${text}\n`);
  const runs = [];
  for (const stormPerMinute of ['0', '600']) {
    const run = await measure(stormPerMinute, { bug, other, quiet });
    runs.push(run);
    process.stdout.write(`${stormPerMinute === '0' ? 'without' : 'with'} the cheap path\n`);
    line('outside of a storm', spell(run.outside));
    line(`storm of ${HOSTS} hosts`, `${spell(run.storm)}; ${run.storm.kept} bodies kept`);
    line("another bug's, in the middle", `after ${seconds(run.waitMs)} of ${seconds(run.storm.wallMs)}`);
    if (run.tenfold === undefined) continue;
    line('storm of ten times that', `${spell(run.tenfold)}; ${run.tenfold.kept} bodies kept`);
    line('heap held after', `${run.heaps.map((bytes) => (bytes / 1e6).toFixed(1)).join(' and ')} MB`);
  }
  const [off, on] = runs;
  const ratio = (of, to) => (of / to).toFixed(2);
  process.stdout.write('ratios\n');
  line(
    'CPU in against outside',
    `${ratio(on.storm.cpuMs, on.outside.cpuMs)} (off: ${ratio(off.storm.cpuMs, off.outside.cpuMs)})`,
  );
  line(
    'time in against outside',
    `${ratio(perCrash(on.storm), perCrash(on.outside))} (off: ${ratio(perCrash(off.storm), perCrash(off.outside))})`,
  );
  line('wait with against without', ratio(on.waitMs, off.waitMs));
  line('heap of 10x against 1x', ratio(on.heaps[1], on.heaps[0]));
}

const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;
const perCrash = ({ wallMs, count }) => wallMs / count;
const spell = ({ count, cpuMs, wallMs }) =>
  `${count} crashes, each ${cpuMs.toFixed(2)} ms of CPU, ${(wallMs / count).toFixed(2)} ms of time`;

/** Console texts of three kdump cases with different bugs. */
function crashes() {
  const texts = readdirSync(KDUMP)
    .filter((name) => name.endsWith('.dmesg'))
    .sort()
    .map((name) => crashLines(readFileSync(join(KDUMP, name, 'transcript.txt'), 'utf8')))
    .filter((lines) => lines.join('\n').length > 2000 && lines.join('\n').length < 16_000);
  return [texts[0], texts[5], texts[0]].map((crash) => createCrashLog({ seed: 1, crash }));
}

async function measure(stormPerMinute, { bug, other, quiet }) {
  const dir = mkdtempSync(join(tmpdir(), 'oopstream-bench-'));
  const clock = { nowMs: () => Date.now() };
  const logger = { info() {}, warn() {}, error() {}, debug() {} };
  const blobs = await openBlobStore(blobConfigSchema.parse({ dir }), { logger, clock });
  const feed = createFeed();
  const worker = await startFingerprintWorker({
    config: fingerprintConfigSchema.parse({ stormPerMinute, maxBatchRecords: String(BATCH) }),
    ...{ reader: feed.reader, writer: feed.writer, blobs, clock, logger },
    metrics: { count() {}, record() {}, gauge: () => () => undefined },
    disassemble: () => null,
  });
  try {
    // The same bug on as many hosts, but within days; then partitions are past their first batch, and code is compiled.
    const slow = (n) => receipt(n, quiet, START_MS + n * MINUTE_MS);
    await feed.run(3_000, slow);
    const outside = await feed.run(3_000, (n) => slow(3_000 + n));
    const stormAtMs = START_MS + 100_000 * MINUTE_MS;
    const inStorm = (count, from) => (n) =>
      n === count / 2 && from === 0
        ? receipt('another', other, stormAtMs + MINUTE_MS / 2)
        : receipt(from + n, bug, stormAtMs + from * MINUTE_MS + Math.floor((n * MINUTE_MS) / count));
    const storm = await feed.run(HOSTS, inStorm(HOSTS, 0));
    const heaps = [await heapUsed()];
    if (stormPerMinute === '0') return { outside, storm, waitMs: storm.anotherMs };
    const tenfold = await feed.run(10 * HOSTS, inStorm(10 * HOSTS, 10 * HOSTS));
    heaps.push(await heapUsed());
    return { outside, storm, tenfold, heaps, waitMs: storm.anotherMs };
  } finally {
    await worker.stop();
    await blobs.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A log that keeps nothing: records are made as they are read, and what is sent is only counted. */
function createFeed() {
  const offsets = new Array(PARTITIONS).fill(0);
  let onBatch;
  let seen;
  const reader = {
    subscribe: async (options) => {
      onBatch = options.onBatch;
      const health = () => ({ state: 'running', lastError: null });
      return { health, done: new Promise(() => undefined), close: async () => undefined };
    },
  };
  const writer = {
    append: async (_topic, records) => {
      for (const { value } of records) {
        const message = JSON.parse(value);
        if (message.bodySampledAway === undefined) seen.kept += 1;
        if (message.hostId === 'another') seen.anotherMs = performance.now() - seen.startedAtMs;
      }
    },
  };
  const run = async (count, make) => {
    seen = { count, kept: 0, anotherMs: null, startedAtMs: performance.now() };
    const cpu = process.cpuUsage();
    const one = async (partition) => {
      const context = { signal: new AbortController().signal, heartbeat: async () => undefined };
      for (let n = partition; n < count;) {
        const batch = [];
        for (; n < count && batch.length < BATCH; n += PARTITIONS)
          batch.push({
            ...make(n),
            topic: TOPICS.transcriptReceived.name,
            partition,
            offset: offsets[partition]++,
          });
        await onBatch(batch, context);
      }
    };
    await Promise.all(offsets.map((_, partition) => one(partition)));
    const { user, system } = process.cpuUsage(cpu);
    return { ...seen, wallMs: performance.now() - seen.startedAtMs, cpuMs: (user + system) / 1000 / count };
  };
  return { reader, writer, run };
}

let receipts = 0;

function receipt(n, crash, receivedAtMs) {
  const value = Buffer.from(`[    0.000000] this is boot ${receipts}\n${crash}`);
  const sha256 = createHash('sha256').update(value).digest('hex');
  const hostId = String(n);
  receipts += 1;
  const headers = encodeTranscriptReceived({
    receiptId: `01ARZ3NDEK${String(receipts).padStart(16, '0')}`,
    ...{ tenant: 'default', transcriptId: sha256.slice(0, 32), bundleId: null, hostId, receivedAtMs, sha256 },
    ...{ sizeBytes: value.byteLength, context: { host: hostId }, blob: null, traceparent: null },
  });
  return { key: hostKey('default', hostId), value, headers, appendedAtMs: receivedAtMs };
}

async function heapUsed() {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
