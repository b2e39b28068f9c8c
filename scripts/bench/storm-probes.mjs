import { rmSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { eraseFleet, startLocalFleet, startLocalStandalone } from '../../libs/local-fleet/dist/index.js';
import { local, root } from '../lib/paths.mjs';
import { needForServers } from '../lib/prerequisites.mjs';
import { usageOf } from './process-usage.mjs';

const PROBES = 20;
const SENDERS = 32;
const PACED = { hosts: 6_000, withinMs: 60_000 };
const BURSTS = [5_000, 20_000];
const PATIENCE_MS = 300_000;
/** Far above what the senders reach: the bench measures waiting, not the limit. */
const UNLIMITED = { OOPSTREAM_COLLECTOR_RATE_PER_SECOND: '100000', OOPSTREAM_COLLECTOR_RATE_BURST: '100000' };

/** How long crashes of other bugs take to be an incident and an alert: with nothing else, beside a storm, behind one. */
export async function benchStormProbes() {
  await needForServers();
  const receiver = await startReceiver();
  try {
    await withStandalone((connection, memory) => probeStorms('standalone', connection, memory, receiver));
    await withFleet((connection, memory) => probeStorms('fleet', connection, memory, receiver));
  } finally {
    receiver.close();
  }
}

async function withStandalone(work) {
  const dir = join(local, `bench-storm-${process.pid}`);
  const env = {
    OOPSTREAM_STANDALONE_PORT: '0',
    OOPSTREAM_STANDALONE_INGEST_PORT: '0',
    OOPSTREAM_WEBHOOK_ALLOW_PRIVATE: 'true',
    ...UNLIMITED,
  };
  const standalone = await startLocalStandalone({ rootDir: root, dir, env });
  try {
    await work(standalone.connection, () => usageOf(standalone.pid).memoryMb);
  } finally {
    await standalone.stop();
    for (const one of standalone.connection.dataDirs) rmSync(one, { recursive: true, force: true });
  }
}

async function withFleet(work) {
  const dir = join(local, `bench-storm-fleet-${process.pid}`);
  const fleet = await startLocalFleet({ name: 'storm', rootDir: root, dir, env: { collector: UNLIMITED } });
  try {
    await work(fleet.connection, () =>
      Math.max(...['fingerprint-worker', 'dedup'].map((name) => usageOf(fleet.service(name).pid).memoryMb)),
    );
  } finally {
    await fleet.stop();
    eraseFleet(fleet);
  }
}

async function probeStorms(title, connection, memory, receiver) {
  const agent = new Agent({ keepAlive: true, maxSockets: SENDERS + 4 });
  const world = { connection, receiver, agent, sent: 0 };
  await ask(world, 'POST', '/v1/webhooks', { label: 'storm bench', url: receiver.url });
  process.stdout.write(`${title}\n`);
  try {
    await probe(world, 'warm', 4, 0);
    const idle = await probe(world, 'idle', PROBES, 100);
    tell('idle', idle);
    const storm = pace(world, 'paced', PACED);
    await delay(PACED.withinMs / 6);
    const paced = await probe(world, 'paced', PROBES, PACED.withinMs / 40);
    await storm;
    tell('storm of 6000 in a minute', paced);
    await settle(world);
    process.stdout.write(`    memory ${memory().toFixed(0)} MB\n`);
    for (const hosts of BURSTS) {
      const startedAt = performance.now();
      const burst = pace(world, `burst${letters(hosts)}`, { hosts, withinMs: 0 });
      while (world.sent < hosts / 2) await delay(5);
      const probed = probe(world, `burst${letters(hosts)}`, PROBES, 50);
      await burst;
      const sentMs = performance.now() - startedAt;
      const spent = await probed;
      await settle(world);
      tell(`burst of ${hosts}`, spent);
      process.stdout.write(
        `    sent in ${seconds(sentMs)}, counted after ${seconds(performance.now() - startedAt)}; memory ${memory().toFixed(0)} MB\n`,
      );
    }
    await assertExact(world, 'paced', PACED.hosts);
    for (const hosts of BURSTS) await assertExact(world, `burst${letters(hosts)}`, hosts);
  } finally {
    agent.destroy();
  }
}

const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;

function tell(name, spent) {
  const of = (what, share) => {
    const sorted = spent.map((one) => one[what]).sort((a, b) => a - b);
    return seconds(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]);
  };
  const both = (what) => `median ${of(what, 0.5)}, p95 ${of(what, 0.95)}`;
  process.stdout.write(`  ${name.padEnd(26)} incident ${both('incidentMs')}; webhook ${both('webhookMs')}\n`);
}

/** Sends crashes of new bugs one after the other in time, whatever became of the ones before. */
async function probe(world, name, count, everyMs) {
  const under = [];
  for (let n = 0; n < count; n += 1) {
    under.push(probeOnce(world, `probe_${name}_${letters(n)}`));
    await delay(everyMs);
  }
  return Promise.all(under);
}

async function probeOnce(world, bug) {
  const startedAt = performance.now();
  await post(world, crashOf(bug), `probe-${bug}`);
  const spent = async (isThere) => {
    while (!(await isThere())) {
      if (performance.now() - startedAt > PATIENCE_MS) throw new Error(`${bug} never came`);
      await delay(50);
    }
    return performance.now() - startedAt;
  };
  const [incidentMs, webhookMs] = await Promise.all([
    spent(async () => (await incidentsOf(world, bug)).length > 0),
    spent(() => world.receiver.seen(bug)),
  ]);
  return { incidentMs, webhookMs };
}

/** A storm: one crash of the bug on each host. */
async function pace(world, bug, { hosts, withinMs }) {
  world.sent = 0;
  const startedAt = performance.now();
  let next = 0;
  const sender = async () => {
    for (let n = next++; n < hosts; n = next++) {
      const early = startedAt + (n * withinMs) / hosts - performance.now();
      if (early > 0) await delay(early);
      await post(world, crashOf(`storm_${bug}`, n), `${bug}-${n}`);
      world.sent += 1;
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
}

async function settle(world) {
  const deadline = Date.now() + PATIENCE_MS;
  for (let ledger = await readLedger(world); !ledger.atRest; ledger = await readLedger(world)) {
    if (Date.now() > deadline) throw new Error('the storm was not counted within five minutes');
    await delay(100);
  }
}

async function assertExact(world, bug, hosts) {
  const { balance } = await readLedger(world);
  const found = await incidentsOf(world, `storm_${bug}`);
  const counts = found.map((one) => [one.crashes, one.hosts]);
  if (balance !== 0) throw new Error(`the ledger is out by ${balance}`);
  if (counts.length !== 1 || counts[0].some((count) => count !== hosts))
    throw new Error(`storm of ${hosts}: incidents with [crashes, hosts] ${JSON.stringify(counts)}`);
}

const readLedger = (world) => ask(world, 'GET', '/v1/ledger?tenants=all');
const incidentsOf = async (world, bug) =>
  (await ask(world, 'GET', `/v1/incidents?status=all&q=${encodeURIComponent(bug)}`)).items;

async function ask({ connection }, method, path, body) {
  const response = await fetch(connection.url + path, {
    method,
    headers: {
      authorization: `Bearer ${connection.tokens.admin}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok)
    throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

function post({ connection, agent }, body, host) {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${connection.tokens.ingest}`,
      'content-type': 'text/plain',
      'content-length': body.length,
    };
    const url = `${connection.ingestUrl}/v1/transcripts?host=${host}`;
    const outgoing = request(url, { agent, method: 'POST', headers }, (response) => {
      response.resume();
      response.on('end', () =>
        response.statusCode === 202 ? resolve() : reject(new Error(`POST answered ${response.statusCode}`)),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Numbers would be left out of function names. */
const letters = (n) => [...String(n)].map((digit) => 'abcdefghij'[Number(digit)]).join('');

/** An oops of a driver of its own for each bug. */
function crashOf(bug, n = 0) {
  return Buffer.from(
    [
      'BUG: unable to handle page fault for address: ffffc90000a1d000',
      '#PF: supervisor write access in kernel mode',
      'Oops: 0002 [#1] PREEMPT SMP NOPTI',
      `CPU: 1 PID: ${812 + n} Comm: insmod Tainted: G           OE      6.1.0-13-amd64 #1  Debian 6.1.55-1`,
      'Hardware name: QEMU Standard PC (Q35 + ICH9, 2009), BIOS 1.16.2-debian-1.16.2-1 04/01/2014',
      `RIP: 0010:${bug}_copy+0x1b/0x40 [${bug}]`,
      'RSP: 0018:ffffc90000a1bd90 EFLAGS: 00010246',
      'Call Trace:',
      ' <TASK>',
      ` ${bug}_open+0x51/0x90 [${bug}]`,
      ...['probe', 'attach', 'start', 'ioctl'].map((what) => ` ${bug}_${what}+0x21/0x70 [${bug}]`),
      ' do_syscall_64+0x5b/0xc0',
      ' entry_SYSCALL_64_after_hwframe+0x6e/0xd8',
      ' </TASK>',
      '---[ end trace 0000000000000000 ]---',
      '',
    ]
      .map((line, at) => (line === '' ? line : `[   81.${336491 + at * 10}] ${line}`))
      .join('\n'),
  );
}

/** Somebody's webhook endpoint. */
async function startReceiver() {
  let text = '';
  const server = createServer((incoming, response) => {
    incoming.setEncoding('utf8').on('data', (chunk) => (text += chunk));
    incoming.on('end', () => response.writeHead(204).end());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/hooks`,
    seen: (bug) => Promise.resolve(text.includes(`${bug}_copy`)),
    close: () => server.close() && server.closeAllConnections(),
  };
}
