import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  censusSchema,
  crashDetailSchema,
  crashPageSchema,
  decisionSchema,
  gateSchema,
  incidentSchema,
  ledgerCheckSchema,
  membershipProofSchema,
  parentListSchema,
  patternsSchema,
  replayDiffSchema,
  replaySchema,
} from '@oopstream/contracts';
import type { CrashDetail, CrashSummary, Incident } from '@oopstream/contracts';
import { until } from '@oopstream/testkit';
import type { ApiClient } from './api-client';
import type { CommandLine } from './command-line';
import { ROOT_DIR } from './root-dir';
import { syntheticOops } from './synthetic-crash';
import { addWebhook } from './webhook-journey';
import { startWebhookReceiver, verifyWebhook } from './webhook-receiver';

const KDUMP = join(ROOT_DIR, 'libs/core/transcript/cases/kdump');
const kdump = (slug: string): string => readFileSync(join(KDUMP, slug, 'transcript.txt'), 'latin1');
const FROM = '6.1.0-47-amd64';
const TO = '6.1.0-51-amd64';
/** Of texts that this journey alone sends. */
const FIRST_SERIAL = 700_000;

/** One instance, one fleet: what is sent is counted, so that "all of it was settled" can be asked. */
interface Journey {
  readonly client: ApiClient;
  readonly cli: CommandLine;
  /** Sends a text and waits until it is settled. */
  readonly send: (text: string, host: string) => Promise<void>;
  /** One more crash of a bug. */
  readonly crash: (fault: string, host: string, release?: string) => Promise<void>;
  readonly incidentOf: (fault: string) => Promise<Incident>;
  readonly crashesOf: (number: string) => Promise<readonly CrashSummary[]>;
  readonly crashDetail: (id: string) => Promise<CrashDetail>;
}

function startJourney(client: ApiClient, cli: CommandLine): Journey {
  let serial = FIRST_SERIAL;
  const answer = async (path: string): Promise<unknown> => (await client.get(path)).json();
  const send = async (text: string, host: string) => {
    const { received } = await client.ledger();
    await client.send(text, host);
    await client.atRest(received + 1);
  };
  return {
    client,
    cli,
    send,
    crash: (fault, host, release = FROM) => send(syntheticOops((serial += 1), fault, release), host),
    incidentOf: async (fault) => {
      const [incident, ...others] = await client.incidents(`?status=all&q=${fault}`);
      expect(others).toEqual([]);
      return incident!;
    },
    crashesOf: async (number) =>
      crashPageSchema.parse(await answer(`/v1/incidents/${number}/crashes?limit=200`)).items,
    crashDetail: async (id) => crashDetailSchema.parse(await answer(`/v1/crashes/${id}`)),
  };
}

/** The laws of incidents over years, on a running instance: copies, decisions, lives, figures, replays, the ledger. */
export function incidentsJourney(client: () => ApiClient, commandLine: () => CommandLine): void {
  let journey: Journey;
  beforeAll(() => {
    journey = startJourney(client(), commandLine());
  });

  it('sees one crash where a live console, a dump and a session tell of it one after the other', () =>
    seeOneCrash(journey));
  it('does what people decide: a merge teaches, a split stays, both are taken back', () => decide(journey));
  it('calls a crash on an older kernel expected, on the fixed one a recurrence', () => regress(journey));
  it('answers what is alive, what is unusual, and whether a rollout is safe', () => askFleet(journey));
  it('replays what is stored into a shadow that says: nothing to change', () => replay(journey));
  it('adds up when all was counted again from what is stored', async () => {
    const check = await journey.cli.json(ledgerCheckSchema, 'ledger', '--check', '--all');
    expect(check.mismatches).toEqual([]);
    const ledger = await journey.client.ledger();
    expect([ledger.balance, ledger.atRest]).toEqual([0, true]);
  });
}

async function seeOneCrash({ client, send, crashesOf, crashDetail }: Journey): Promise<void> {
  const dmesg = kdump('ghost-timer-01.dmesg');
  // What got out before the console went silent: registers, no stack.
  const live = dmesg.slice(dmesg.indexOf('BUG: unable'), dmesg.indexOf('  run_timer_softirq'));
  await send(live.replaceAll(/^\[ *\d+\.\d+\] /gm, ''), 'console-1');
  const before = await client.incidents('?status=all&host=console-1');
  expect(before.map(({ crashes }) => crashes)).toEqual([1]);
  await send(dmesg, 'console-1');
  await send(kdump('ghost-timer-01.crash-session'), 'console-1');
  const incidents = await client.incidents('?status=all&host=console-1');
  const shown = incidents.filter(({ crashes }) => crashes > 0);
  expect(shown.map(({ crashes, hosts }) => [crashes, hosts])).toEqual([[1, 1]]);
  const crashes = await crashesOf(shown[0]!.number);
  expect(crashes.map(({ held, hostId }) => [held, hostId])).toEqual([[false, 'console-1']]);
  const { transcripts, readings } = await crashDetail(crashes[0]!.id);
  expect(transcripts).toHaveLength(3);
  const liveText = transcripts.find(({ sizeBytes }) => sizeBytes < 4_000);
  expect(readings.filter(({ primary }) => primary)).toHaveLength(1);
  expect(readings[0]!.transcriptId).not.toBe(liveText?.id);
  expect(readings[0]!.reading.frames.length).toBeGreaterThan(3);
}

async function decide({ client, cli, crash, incidentOf, crashesOf }: Journey): Promise<void> {
  await crash('left_lookup', 'merge-1');
  await crash('right_lookup', 'merge-2');
  const [left, right] = [await incidentOf('left_lookup'), await incidentOf('right_lookup')];
  expect(left.number).not.toBe(right.number);
  const merged = await cli.json(decisionSchema, 'incidents', 'merge', right.number, left.number);
  expect(merged).toMatchObject({ kind: 'merge', from: right.number, to: left.number, crashes: 1 });
  await crash('right_lookup', 'merge-3');
  expect((await client.incident(left.number)).incident).toMatchObject({ crashes: 3, hosts: 3 });
  const led = await client.get(`/v1/incidents/${right.number}`);
  expect(new URL(led.url).pathname).toBe(`/v1/incidents/${left.number}`);

  const follower = (await crashesOf(left.number)).find(({ hostId }) => hostId === 'merge-3')!;
  const proof = await cli.json(membershipProofSchema, 'incidents', 'why', follower.id);
  expect(proof.incident).toBe(left.number);
  expect(proof.key?.decidedBy?.id).toBe(merged.id);
  const why = await cli.text('incidents', 'why', follower.id);
  expect(why).toContain(`is in ${left.number}`);
  expect(why).toContain('merge by');

  const split = await cli.json(decisionSchema, 'incidents', 'split', left.number, '--key', proof.groupKey);
  expect(split).toMatchObject({ kind: 'split', from: left.number, crashes: 2 });
  await crash('right_lookup', 'merge-4');
  expect((await client.incident(split.to)).incident.crashes).toBe(3);
  expect((await client.incident(left.number)).incident.crashes).toBe(1);

  await cli.json(decisionSchema, 'incidents', 'undo', split.id, '--note', 'one bug after all');
  expect((await client.incident(left.number)).incident.crashes).toBeGreaterThanOrEqual(3);
  await crash('right_lookup', 'merge-5');
  const hosts = (await crashesOf(left.number)).map(({ hostId }) => hostId);
  expect(hosts).toEqual(expect.arrayContaining(['merge-1', 'merge-2', 'merge-3', 'merge-5']));
  const decisions = await cli.text('incidents', 'decisions', left.number);
  expect(decisions).toContain('“one bug after all”');
}

async function regress({ client, cli, crash, incidentOf }: Journey): Promise<void> {
  await crash('fixed_lookup', 'life-1');
  const { number } = await incidentOf('fixed_lookup');
  const receiver = await startWebhookReceiver();
  try {
    const secret = await addWebhook(client, receiver.url);
    const resolved = await cli.json(incidentSchema, 'incidents', 'resolve', number, '--release', TO);
    expect(resolved.status).toBe('resolved');
    await crash('fixed_lookup', 'life-2', FROM);
    expect((await client.incident(number)).incident).toMatchObject({ status: 'resolved', crashes: 2 });
    await crash('fixed_lookup', 'life-3', TO);
    await until(() => receiver.received.length > 0, { timeoutMs: 30_000 });
    // Webhooks of one incident keep their order: had the first crash called, it would be here.
    expect(receiver.received.map((one) => verifyWebhook(secret, one))).toMatchObject([
      {
        type: 'incident.recurred',
        data: { incident: { number, status: 'open' }, crash: { hostId: 'life-3' } },
      },
    ]);
  } finally {
    await receiver.close();
  }
}

async function askFleet({ client, cli, incidentOf }: Journey): Promise<void> {
  const { url, tokens } = client.connection;
  const host = (name: string, release: string) => ({
    ...{ host: name, release, model: 'R640', uptimeSeconds: 3_600, kdumpReady: true },
  });
  const beat = await fetch(`${url}/v1/census`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.ingest}`, 'content-type': 'application/json' },
    body: JSON.stringify([host('life-1', FROM), host('quiet-1', FROM), host('quiet-2', TO)]),
  });
  expect([beat.status, await beat.json()]).toMatchObject([200, { recorded: 3 }]);
  const census = await cli.json(censusSchema, 'census', 'show', '--model', 'R640');
  expect(census.builds.reduce((sum, build) => sum + build.hosts, 0)).toBe(3);
  const { number } = await incidentOf('fixed_lookup');
  const patterns = await cli.json(patternsSchema, 'patterns', number);
  // Of the three that crashed only one is in the census.
  expect([patterns.unusual.crashedHosts, patterns.unusual.fleetHosts]).toEqual([1, 3]);
  expect((await cli.json(parentListSchema, 'parents')).items).toBeInstanceOf(Array);
  const gate = await cli.run('gate', '--from', FROM, '--to', TO, '--json');
  // A few hours of three hosts say nothing: a deploy job must not take that for a yes.
  expect(gateSchema.parse(JSON.parse(gate.stdout)).verdict).toBe('not-enough-data');
  expect(gate.exitCode).toBe(4);
}

async function replay({ client, cli }: Journey): Promise<void> {
  const before = await client.incidents('?status=all&limit=200');
  const { id } = await cli.json(replaySchema, 'replay', 'start');
  await cli.text('replay', 'status', id, '--watch');
  const run = await cli.json(replaySchema, 'replay', 'status', id);
  expect([run.state, run.reason]).toEqual(['diffed', null]);
  expect(run.progress.crashesDone).toBe(before.reduce((sum, { crashes }) => sum + crashes, 0));
  const diff = await cli.json(replayDiffSchema, 'replay', 'diff', id);
  expect(diff).toMatchObject({ signedAnew: 0, moved: 0, split: { count: 0 }, merged: { count: 0 } });
  expect(diff.incidentsAfter).toBe(diff.incidentsBefore);
  expect(await client.incidents('?status=all&limit=200')).toEqual(before);
}
