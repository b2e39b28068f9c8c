import { rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  eraseFleet,
  FLEET_SERVICES,
  startLocalFleet,
  startLocalStandalone,
} from '../../libs/local-fleet/dist/index.js';
import { local, root } from '../lib/paths.mjs';
import { needForServers } from '../lib/prerequisites.mjs';
import { childrenOf, usageOf, usageOfTrees } from './process-usage.mjs';
import { corpusTexts, freshText, median } from './texts.mjs';

const SENDERS = 32;
const CRASHES = 3_000;
const ROUNDS = 3;
/** Far above what the senders reach: the bench measures work, not the limit. */
const UNLIMITED = { OOPSTREAM_COLLECTOR_RATE_PER_SECOND: '100000', OOPSTREAM_COLLECTOR_RATE_BURST: '100000' };

/** Crashes a second from the POST to the counted incident, CPU of each stage for a crash, memory. */
export async function benchJourney() {
  await needForServers();
  const texts = corpusTexts();
  const standaloneRate = await benchStandalone(texts);
  const fleetRate = await benchFleet(texts);
  process.stdout.write(`fleet against standalone: ${(fleetRate / standaloneRate).toFixed(2)}\n`);
}

async function benchStandalone(texts) {
  const dir = join(local, `bench-standalone-${process.pid}`);
  const env = { OOPSTREAM_STANDALONE_PORT: '0', OOPSTREAM_STANDALONE_INGEST_PORT: '0', ...UNLIMITED };
  const standalone = await startLocalStandalone({ rootDir: root, dir, env });
  try {
    return await measure('standalone (embedded)', standalone.connection, texts, () => ({
      'all services': usageOf(standalone.pid),
      postgres: usageOfTrees(childrenOf(standalone.pid)),
    }));
  } finally {
    await standalone.stop();
    for (const one of standalone.connection.dataDirs) rmSync(one, { recursive: true, force: true });
  }
}

async function benchFleet(texts) {
  const dir = join(local, `bench-fleet-${process.pid}`);
  const fleet = await startLocalFleet({ name: 'bench', rootDir: root, dir, env: { collector: UNLIMITED } });
  try {
    return await measure('fleet (Kafka, Redis, PostgreSQL)', fleet.connection, texts, () => ({
      ...Object.fromEntries(FLEET_SERVICES.map((name) => [name, usageOf(fleet.service(name).pid)])),
      kafka: usageOf(fleet.kafka.nodes[0].pid),
      postgres: usageOfTrees([fleet.postgres.pid]),
      redis: usageOf(fleet.redis.pid),
    }));
  } finally {
    await fleet.stop();
    eraseFleet(fleet);
  }
}

async function measure(title, connection, texts, usage) {
  await sendAll(connection, texts, 0, 300);
  const rates = [];
  const before = usage();
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedAt = performance.now();
    await sendAll(connection, texts, 300 + round * CRASHES, CRASHES);
    rates.push(CRASHES / ((performance.now() - startedAt) / 1000));
  }
  const after = usage();
  const rate = median(rates);
  process.stdout.write(
    `${title}: ${rate.toFixed(0)} crashes/s (${rates.map((one) => one.toFixed(0)).join(', ')})\n`,
  );
  for (const [name, { cpuSeconds, memoryMb }] of Object.entries(after)) {
    const micros = ((cpuSeconds - before[name].cpuSeconds) * 1e6) / (ROUNDS * CRASHES);
    process.stdout.write(
      `  ${name.padEnd(24)} ${micros.toFixed(0).padStart(7)} µs CPU a crash  ${memoryMb.toFixed(0).padStart(6)} MB\n`,
    );
  }
  return rate;
}

/** Sends `count` texts and waits until all are counted. */
async function sendAll(connection, texts, firstSerial, count) {
  const agent = new Agent({ keepAlive: true, maxSockets: SENDERS });
  const target = (await ledger(connection)).transcripts.read + count;
  let next = 0;
  const sender = async () => {
    while (next < count) {
      const serial = firstSerial + next;
      next += 1;
      await post(agent, connection, freshText(texts, serial), `bench-${serial % 500}`);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  agent.destroy();
  const deadline = Date.now() + 300_000;
  while ((await ledger(connection)).transcripts.read < target) {
    if (Date.now() > deadline) throw new Error('crashes were not counted within five minutes');
    await delay(20);
  }
}

function post(agent, connection, body, host) {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${connection.ingestUrl}/v1/transcripts?host=${host}`,
      {
        agent,
        method: 'POST',
        headers: {
          authorization: `Bearer ${connection.tokens.ingest}`,
          'content-type': 'text/plain',
          'content-length': body.length,
        },
      },
      (response) => {
        response.resume();
        response.on('end', () =>
          response.statusCode === 202 ? resolve() : reject(new Error(`POST answered ${response.statusCode}`)),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function ledger(connection) {
  const response = await fetch(`${connection.url}/v1/ledger`, {
    headers: { authorization: `Bearer ${connection.tokens.read}` },
  });
  return response.json();
}
