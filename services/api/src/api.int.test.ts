import { randomUUID } from 'node:crypto';
import { openPostgres, openStores, postgresSection } from '@oopstream/backends';
import type { Postgres, Stores } from '@oopstream/backends';
import { TOPICS } from '@oopstream/contracts';
import type {
  CrashDetail,
  Gate,
  IncidentDetail,
  IncidentPage,
  Ledger,
  Rates,
  TranscriptDetail,
  TranscriptPage,
} from '@oopstream/contracts';
import { decideBatch } from '@oopstream/core-incident';
import type { Receipt } from '@oopstream/core-incident';
import { SAMPLE_START_MS, sampleReceipt } from '@oopstream/core-incident/fakes';
import { createMemoryRateLimiter } from '@oopstream/ports';
import { MemoryBlobStore, createMemoryEventLog } from '@oopstream/ports/fakes';
import { createAuthenticator, createLogger, mintToken, noMetrics } from '@oopstream/runtime';
import { freshDatabase } from '@oopstream/testkit';
import type { FreshDatabase } from '@oopstream/testkit';
import { apiConfigSchema } from './config';
import { startApi } from './start-api';
import type { RunningApi } from './start-api';

const HOUR_MS = 3_600_000;
const NOW_MS = SAMPLE_START_MS + HOUR_MS;
const logger = createLogger({ service: 'test', level: 'silent' });

describe('the API on what the pipeline wrote', () => {
  let database: FreshDatabase;
  let postgres: Postgres;
  let stores: Stores;
  let api: RunningApi;
  let authorization: string;
  let nowMs = NOW_MS;
  const clock = { nowMs: () => nowMs };

  beforeAll(async () => {
    database = await freshDatabase();
    const settings = postgresSection.parse({ url: database.connectionString });
    postgres = openPostgres(settings, { logger, metrics: noMetrics, clock });
    stores = openStores(postgres);
    await stores.migrate();
    const { tokens } = stores;
    const { id, token, secretHash } = mintToken();
    const scopes = ['ingest', 'read', 'raw', 'admin'] as const;
    await tokens.create({ tenant: 'default', label: 'ann', scopes, boundHost: null, secretHash }, id, NOW_MS);
    authorization = `Bearer ${token}`;
    const log = createMemoryEventLog();
    await log.admin.migrate([
      TOPICS.transcriptReceived,
      TOPICS.transcriptFingerprinted,
      TOPICS.transcriptFingerprintedBulk,
      TOPICS.transcriptRejected,
    ]);
    const deps = {
      ...stores,
      authenticator: createAuthenticator({ tokens, clock }),
      logAdmin: log.admin,
      blobs: new MemoryBlobStore(),
      limiter: createMemoryRateLimiter({ clock }),
      refuseWebhookUrl: () => Promise.resolve(null),
      logger,
      metrics: noMetrics,
      clock,
    };
    const limits = {
      maxBodyBytes: 65_536,
      maxRawBytes: 65_536,
      requestTimeoutMs: 30_000,
      ledgerIntervalMs: 0,
      host: '127.0.0.1',
      port: 0,
      consoleDir: '/nonexistent',
    };
    api = await startApi(deps, { ...apiConfigSchema.parse({}), ...limits });
    await commit([
      sampleReceipt(1, { readings: [{ bug: 'alloc', fatal: true, verdict: 'lockup' }] }),
      sampleReceipt(2, { readings: [{ bug: 'alloc' }], transcript: { hostId: 'host-2' } }),
      sampleReceipt(3, { readings: [{ bug: 'probe', damage: 'torn' }] }),
      sampleReceipt(4, { rejected: 'undecodable' }),
      sampleReceipt(5),
    ]);
  });
  afterAll(async () => {
    await api.stop();
    await postgres.close();
    await database.drop();
  });

  async function commit(receipts: readonly Receipt[]): Promise<void> {
    const batch = await stores.incidents.openBatch(receipts, {
      nowMs,
      retentionMs: 90 * 24 * HOUR_MS,
    });
    const { plan } = decideBatch(receipts, batch.state, { newId: randomUUID, nowMs });
    await batch.commit(plan, { publications: [], deliveries: [] });
    await batch.release();
  }

  async function ask<T>(path: string, method: 'GET' | 'POST' = 'GET', csv?: string): Promise<T> {
    const url = `http://127.0.0.1:${api.port}${path}`;
    const sent =
      csv === undefined ? {} : { body: csv, headers: { authorization, 'content-type': 'text/csv' } };
    const answer = await fetch(url, { method, headers: { authorization }, ...sent });
    const body = (await answer.json()) as T;
    expect([path, answer.status, body]).toEqual([path, 200, body]);
    return body;
  }

  const open = async () => (await ask<IncidentPage>('/v1/incidents')).items;

  it('lists the incidents, the holding one of the host among them', async () => {
    const items = await open();
    expect(items.map(({ holding, crashes, hosts }) => ({ holding, crashes, hosts }))).toEqual([
      { holding: true, crashes: 1, hosts: 1 },
      { holding: false, crashes: 2, hosts: 2 },
    ]);
    expect(items[1]?.trend.at(-1)).toBe(2);
    expect(items.map(({ verdict }) => verdict)).toEqual([null, 'lockup']);
    const why = await ask<IncidentPage>('/v1/incidents?verdict=lockup&hardware=unlikely');
    expect(why.items).toEqual([items[1]]);
  });

  it('answers an incident, its crashes, their readings and transcripts', async () => {
    const number = (await open())[1]?.number ?? '';
    const detail = await ask<IncidentDetail>(`/v1/incidents/${number}`);
    expect(detail).toMatchObject({
      algorithmVersion: 1,
      keys: [{ groupKey: 'v1:alloc', reason: 'first-sighting' }],
      releases: [{ release: '6.1.0-18-amd64', crashes: 2, survivedCrashes: 1 }],
      variants: [{ crashes: 2 }],
      verdicts: [{ verdict: 'lockup', crashes: 1 }],
      hardware: [{ likelihood: 'unlikely', crashes: 1 }],
      history: [{ action: 'incident.opened', actor: 'machine' }],
    });
    expect(detail.hosts.map(({ hostId }) => hostId).sort()).toEqual(['host-1', 'host-2']);
    const [, first] = detail.recentCrashes;
    const crash = await ask<CrashDetail>(`/v1/crashes/${first?.id ?? ''}`);
    expect(crash.readings).toMatchObject([
      { primary: true, signature: { blamed: 'alloc' }, analysis: { verdict: { class: 'lockup' } } },
    ]);
    const [transcript] = crash.transcripts;
    const shown = await ask<TranscriptDetail>(`/v1/transcripts/${transcript?.id ?? ''}`);
    expect(shown.crashes.map(({ id }) => id)).toEqual([first?.id]);
  });

  it('knows the rate of an incident once hosts said how long they ran', async () => {
    const release = '6.1.0-18-amd64';
    const at = [24, 12, 0].map((hours) => new Date(nowMs - hours * HOUR_MS).toISOString());
    const rows = ['host-1', 'host-2'].flatMap((host) => at.map((time) => `${host},${release},${time}`));
    const csv = ['host,release,at', ...rows].join('\n');
    expect(await ask('/v1/census', 'POST', csv)).toMatchObject({ recorded: 6 });
    expect(await ask('/v1/census', 'POST', csv)).toMatchObject({ repeated: 6 });
    expect(await ask('/v1/census')).toMatchObject({ hosts: 2, builds: [{ release, hosts: 2 }] });
    const { number = '' } = (await open())[1] ?? {};
    const since = new Date(nowMs - 48 * HOUR_MS).toISOString().slice(0, 10);
    const rates = await ask<Rates>(`/v1/rates?incident=${number}&since=${since}`);
    expect(rates.releases).toMatchObject([
      {
        release,
        hostDays: 2,
        hosts: 2,
        fatal: { crashes: 1, hosts: 1, per1000HostDays: { value: 500 }, shareOfHosts: 0.5 },
        survived: { crashes: 1 },
        fatalOutsideCensus: 0,
      },
    ]);
    expect(rates.turns).toMatchObject([{ firstBad: release, lastGood: null }]);
    const gate = await ask<Gate>(`/v1/gate?from=${release}&to=6.1.0-19-amd64&since=${since}`);
    expect(gate).toMatchObject({ verdict: 'not-enough-data', why: 'no-host-days' });
  });

  it('tells of rejected transcripts and of those without a crash', async () => {
    const outcomes = await Promise.all(
      [4, 5].map(async (n) => {
        const id = String(n).padStart(32, '0');
        return (await ask<TranscriptDetail>(`/v1/transcripts/${id}`)).transcript.outcome;
      }),
    );
    expect(outcomes).toEqual(['rejected:undecodable', 'no-crash']);
  });

  it('walks the transcripts with the keys of what was read in them', async () => {
    const { items } = await ask<TranscriptPage>('/v1/transcripts?limit=200');
    const told = items.map(({ transcript, readings }) => [
      transcript.outcome,
      readings.map(({ groupKey, damage, outcome }) => [groupKey, damage, outcome]),
    ]);
    expect(told.sort()).toEqual([
      ['no-crash', []],
      ['read', [['v1:alloc', null, 'grouped']]],
      ['read', [['v1:alloc', null, 'grouped']]],
      ['read', [['v1:probe', 'torn', 'held']]],
      ['rejected:undecodable', []],
    ]);
    const crash = items.flatMap(({ readings }) => readings)[0];
    const detail = await ask<CrashDetail>(`/v1/crashes/${crash?.crashId ?? ''}`);
    expect(detail.crash.incidentNumber).toBe(crash?.incidentNumber);
  });

  it('counts receipts and readings in the ledger', async () => {
    const ledger = await ask<Ledger>('/v1/ledger');
    expect(ledger).toMatchObject({
      transcripts: { duplicate: 0, noCrash: 1, rejected: 1, read: 3 },
      rejectedByReason: { undecodable: 1 },
      readings: { grouped: 2, held: 1 },
    });
  });

  it('resolves, sees it recur by a later crash, and tells who did what', async () => {
    const number = (await open())[1]?.number ?? '';
    nowMs += HOUR_MS;
    const resolved = await ask<{ status: string }>(`/v1/incidents/${number}/resolve`, 'POST');
    expect(resolved.status).toBe('resolved');
    const { resolution } = await ask<IncidentDetail>(`/v1/incidents/${number}`);
    expect(resolution).toEqual({
      at: new Date(nowMs).toISOString(),
      by: 'token:ann',
      release: null,
      fix: null,
    });
    const later = { receivedAtMs: nowMs + HOUR_MS, readings: [{ bug: 'alloc' }] };
    nowMs += 2 * HOUR_MS;
    await commit([sampleReceipt(6, later)]);
    const detail = await ask<IncidentDetail>(`/v1/incidents/${number}`);
    expect(detail).toMatchObject({ incident: { status: 'open' }, resolution: null, recurrences: 1 });
    expect(detail.history.map(({ action }) => action)).toEqual([
      'incident.recurred',
      'incident.resolved',
      'incident.opened',
    ]);
  });
});
