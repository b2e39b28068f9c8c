import { randomUUID } from 'node:crypto';
import { openPostgres, openStores, postgresSection } from '@oopstream/backends';
import type { Postgres, Stores } from '@oopstream/backends';
import { TOPICS } from '@oopstream/contracts';
import { decideBatch } from '@oopstream/core-incident';
import { SAMPLE_START_MS, sampleReceipt } from '@oopstream/core-incident/fakes';
import { createMemoryRateLimiter } from '@oopstream/ports';
import { MemoryBlobStore, createMemoryEventLog } from '@oopstream/ports/fakes';
import { createAuthenticator, createLogger, mintToken, noMetrics } from '@oopstream/runtime';
import { freshDatabase } from '@oopstream/testkit';
import type { FreshDatabase } from '@oopstream/testkit';
import { apiConfigSchema } from './config';
import { startApi } from './start-api';
import type { RunningApi } from './start-api';

const NOW_MS = SAMPLE_START_MS + 3_600_000;
const logger = createLogger({ service: 'test', level: 'silent' });
const clock = { nowMs: () => NOW_MS };

interface Operation {
  readonly method: string;
  readonly path: string;
}

/** What each act takes, so that nothing but the tenant can be why it is refused. */
const bodies: Readonly<Record<string, object>> = {
  '/v1/incidents/{number}/merge': { into: 'OOPS-2' },
  '/v1/incidents/{number}/split': { groupKeys: ['v1:f'] },
  '/v1/incidents/{number}/assign': { assignee: 'eve' },
  '/v1/incidents/{number}/mute': { crashes: 3 },
  '/v1/crashes/{id}/pin': { incident: 'OOPS-1' },
  '/v1/keys/{groupKey}/pin': { incident: 'OOPS-1' },
  '/v1/fixes': { items: [{ commit: '0123456789abcdef', release: '6.1.5' }] },
  '/v1/webhooks': { url: 'https://hook.example/', label: 'eve' },
  '/v1/tokens': { label: 'eve', scopes: ['read'] },
  '/v1/replays': { range: { incident: 'OOPS-1' } },
  '/v1/census': { hosts: [] },
};

/** Of what the other tenant has, and no question names. */
const SECRETS = /secret-host|-secret|secret\.example|feedface/;

/** Said in place of every parameter. */
const HOSTILE = [
  ...['\0', '%00', '\ufffd', "';--", '..', 'x'.repeat(5_000)],
  ...['0000-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '2026-01-01T00:00:00Z'],
  ...['-1', '0', '1e309', '99999999999999999999', 'OOPS-999999999999999', '6.1.0'],
];

describe('a tenant with every scope', () => {
  let database: FreshDatabase;
  let postgres: Postgres;
  let stores: Stores;
  let api: RunningApi;
  let operations: readonly Operation[];
  const tokens = { mine: '', theirs: '' };
  let ids: readonly string[];

  beforeAll(async () => {
    database = await freshDatabase();
    const settings = postgresSection.parse({ url: database.connectionString });
    postgres = openPostgres(settings, { logger, metrics: noMetrics, clock });
    stores = openStores(postgres);
    await stores.migrate();
    for (const [whose, tenant] of [
      ['mine', 'other'],
      ['theirs', 'default'],
    ] as const) {
      const { id, token, secretHash } = mintToken();
      const scopes = ['ingest', 'read', 'raw', 'admin'] as const;
      await stores.tokens.create({ tenant, label: 'ann', scopes, boundHost: null, secretHash }, id, NOW_MS);
      tokens[whose] = `Bearer ${token}`;
    }
    const log = createMemoryEventLog();
    await log.admin.migrate([
      TOPICS.transcriptReceived,
      TOPICS.transcriptFingerprinted,
      TOPICS.transcriptFingerprintedBulk,
      TOPICS.transcriptRejected,
    ]);
    const deps = {
      ...stores,
      authenticator: createAuthenticator({ tokens: stores.tokens, clock }),
      logAdmin: log.admin,
      blobs: new MemoryBlobStore(),
      limiter: createMemoryRateLimiter({ clock }),
      refuseWebhookUrl: () => Promise.resolve(null),
      ...{ logger, metrics: noMetrics, clock },
    };
    const limits = {
      ...{ maxBodyBytes: 65_536, maxRawBytes: 65_536, requestTimeoutMs: 30_000, ledgerIntervalMs: 0 },
      ...{ host: '127.0.0.1', port: 0, consoleDir: '/nonexistent' },
    };
    api = await startApi(deps, { ...apiConfigSchema.parse({}), ...limits });
    await fill();
    const described = (await (await ask('GET', '/openapi.json', 'mine')).json()) as {
      paths: Record<string, Record<string, unknown>>;
    };
    operations = Object.entries(described.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
    );
  });
  afterAll(async () => {
    await api.stop();
    await postgres.close();
    await database.drop();
  });

  const ask = (method: string, path: string, whose: keyof typeof tokens, body?: object) =>
    fetch(`http://127.0.0.1:${api.port}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        authorization: tokens[whose],
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });

  /** Of tenant `default`: incidents, a merged one, decisions, a fix, a webhook, a replay, heartbeats. */
  async function fill(): Promise<void> {
    const receipts = ['f', 'g', 'h'].map((bug, n) =>
      sampleReceipt(n + 1, {
        readings: [{ bug, fatal: true, verdict: 'lockup', kernelRelease: '6.1.0-secret' }],
        transcript: { hostId: n === 0 ? 'host-of-default' : `secret-host-${n}` },
      }),
    );
    const batch = await stores.incidents.openBatch(receipts, { nowMs: NOW_MS, retentionMs: 90 * 86_400_000 });
    const { plan } = decideBatch(receipts, batch.state, { newId: randomUUID, nowMs: NOW_MS });
    await batch.commit(plan, { publications: [], deliveries: [] });
    await batch.release();
    const made = [
      await ask('POST', '/v1/incidents/OOPS-3/merge', 'theirs', { into: 'OOPS-2' }),
      await ask('POST', '/v1/fixes', 'theirs', { items: [{ commit: 'feedfacefeedface', release: '6.1.9' }] }),
      await ask('POST', '/v1/webhooks', 'theirs', { url: 'https://secret.example/', label: 'secret' }),
      await ask('POST', '/v1/replays', 'theirs', { range: {} }),
    ];
    expect(made.map(({ status }) => status)).toEqual([200, 200, 201, 201]);
    const { rows } = await postgres.pool().query<{ id: string }>(
      `SELECT crash_id::text AS id FROM oopstream.crash UNION ALL SELECT id::text FROM oopstream.decision
       UNION ALL SELECT id::text FROM oopstream.fix UNION ALL SELECT id FROM oopstream.webhook_endpoint
       UNION ALL SELECT id::text FROM oopstream.replay_run UNION ALL SELECT transcript_id FROM oopstream.transcript
       UNION ALL SELECT id FROM oopstream.token WHERE tenant = 'default' UNION ALL SELECT 'host-of-default'`,
    );
    ids = rows.map(({ id }) => id);
  }

  /** All that is stored of the other tenant, but for when its token was used. */
  async function stored(): Promise<readonly string[]> {
    const tables = await postgres.pool().query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.columns
       WHERE table_schema = 'oopstream' AND column_name = 'tenant' AND table_name <> 'token' ORDER BY 1`,
    );
    const rows: string[] = [];
    for (const { name } of tables.rows) {
      const found = await postgres
        .pool()
        .query<{ row: string }>(
          `SELECT to_jsonb(t)::text AS row FROM oopstream.${name} t WHERE tenant = 'default' ORDER BY 1`,
        );
      rows.push(...found.rows.map(({ row }) => `${name} ${row}`));
    }
    return rows;
  }

  const placesOf = (path: string): readonly string[] => {
    if (path.includes('{number}'))
      return ['OOPS-1', 'OOPS-2', 'OOPS-3'].map((one) => path.replace('{number}', one));
    if (path.includes('{groupKey}')) return [path.replace('{groupKey}', 'v1:f')];
    return path.includes('{id}') ? ids.map((id) => path.replace('{id}', id)) : [path];
  };

  it('is told nothing of another, and changes nothing of it, by any route', async () => {
    const before = await stored();
    expect(before.length).toBeGreaterThan(40);
    const told: string[] = [];
    for (const { method, path } of operations)
      for (const place of placesOf(path)) {
        const answer = await ask(method, place, 'mine', method === 'POST' ? (bodies[path] ?? {}) : undefined);
        const text = `${await answer.text()} ${answer.headers.get('location') ?? ''}`;
        const isFound = path.includes('{') && answer.status < 400;
        if (answer.status >= 500 || isFound || SECRETS.test(text))
          told.push(`${method} ${place} ${answer.status} ${text}`);
      }
    expect(told).toEqual([]);
    expect(await stored()).toEqual(before);
  }, 60_000);

  it('is refused, never answered with 5xx, whatever it says in a path or a query', async () => {
    const described = (await (await ask('GET', '/openapi.json', 'theirs')).json()) as {
      paths: Record<string, Record<string, { parameters?: { name: string; in: string }[] }>>;
    };
    const wrong: string[] = [];
    for (const [path, methods] of Object.entries(described.paths))
      for (const [method, { parameters = [] }] of Object.entries(methods))
        for (const { name, in: where } of parameters)
          for (const value of HOSTILE.map(encodeURIComponent)) {
            if (method === 'delete') continue;
            const known = path
              .replace('{number}', 'OOPS-2')
              .replace('{id}', ids[0] ?? '')
              .replace('{groupKey}', 'v1:f');
            const url = where === 'query' ? `${known}?${name}=${value}` : path.replace(/\{\w+\}/, value);
            const body = method === 'post' ? (bodies[path] ?? {}) : undefined;
            const answer = await ask(method.toUpperCase(), url, 'theirs', body);
            const text = await answer.text();
            const isProblem = answer.headers.get('content-type')?.includes('problem+json') === true;
            if (answer.status >= 500 || (answer.status >= 400 && !isProblem))
              wrong.push(`${method} ${url.slice(0, 150)} ${answer.status} ${text.slice(0, 200)}`);
          }
    expect(wrong).toEqual([]);
  }, 120_000);
});
