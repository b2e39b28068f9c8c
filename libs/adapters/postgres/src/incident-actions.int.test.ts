import { randomUUID } from 'node:crypto';
import { incidentChangedSchema } from '@oopstream/contracts';
import { decideBatch } from '@oopstream/core-incident';
import { SAMPLE_START_MS, sampleReceipt } from '@oopstream/core-incident/fakes';
import type { Publication } from '@oopstream/ports';
import { storeDatabases, until } from '@oopstream/testkit';
import { createIncidentActions, createIncidentStore, createOutboxStore } from './index';
import type { PostgresPool } from './index';

const databases = storeDatabases();
afterEach(() => databases.dropAll());

const RESOLVED_MS = SAMPLE_START_MS + 100_000;
const act = { atMs: RESOLVED_MS, actor: 'token:ann', note: 'fixed upstream', traceparent: null };

async function crashAt(pool: PostgresPool, n: number, bug = 'f'): Promise<readonly string[]> {
  const receipts = [sampleReceipt(n, { readings: [{ bug }] })];
  const nowMs = SAMPLE_START_MS + 86_400_000;
  const batch = await createIncidentStore(pool).openBatch(receipts, { nowMs, retentionMs: nowMs });
  try {
    const { plan } = decideBatch(receipts, batch.state, { newId: () => randomUUID(), nowMs });
    await batch.commit(plan, { publications: [], deliveries: [] });
    return plan.changes.map(({ change }) => change);
  } finally {
    await batch.release();
  }
}

async function published(pool: PostgresPool): Promise<readonly Publication[]> {
  const taken: Publication[] = [];
  await createOutboxStore(pool).publishNext(100, (rows) => {
    taken.push(...rows);
    return Promise.resolve();
  });
  return taken;
}

describe('what people do to incidents', () => {
  it('is told of a merge that came first, also where the act waited for it', async () => {
    const pool = await databases.open();
    await crashAt(pool, 1);
    await crashAt(pool, 2, 'g');
    const merge = await pool.begin();
    await merge.query('SELECT FROM oopstream.incident ORDER BY id FOR UPDATE');
    const result = createIncidentActions(pool).resolve('default', 'OOPS-1', { ...act, release: null });
    const waits = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await until(async () => (await pool.query(waits)).rowCount > 0, { what: 'the act to wait' });
    await merge.query(
      `UPDATE oopstream.incident SET merged_into = (SELECT id FROM oopstream.incident WHERE number = 2) WHERE number = 1`,
    );
    await merge.commit();
    expect(await result).toEqual({ kind: 'merged', into: 'OOPS-2' });
    const { rows } = await pool.query('SELECT status FROM oopstream.incident ORDER BY number');
    expect(rows).toEqual([{ status: 'open' }, { status: 'open' }]);
  });

  it('resolve and reopen change the state, the audit and the outbox together', async () => {
    const pool = await databases.open();
    const actions = createIncidentActions(pool);
    await crashAt(pool, 1);
    expect(await actions.resolve('default', 'OOPS-1', { ...act, release: '6.1.90' })).toEqual({
      kind: 'changed',
    });
    const [resolved] = await published(pool);
    expect(incidentChangedSchema.parse(JSON.parse(resolved!.body))).toMatchObject({
      change: 'resolved',
      crashId: null,
      incident: { number: 'OOPS-1', status: 'resolved', resolvedAt: new Date(RESOLVED_MS).toISOString() },
    });
    expect(await actions.reopen('default', 'oops-1', act)).toEqual({ kind: 'changed' });
    const { rows } = await pool.query<{ action: string; actor: string; detail: object }>(
      `SELECT action, actor, detail FROM oopstream.audit WHERE subject_kind = 'incident' ORDER BY id`,
    );
    expect(rows).toMatchObject([
      { action: 'incident.opened', actor: 'machine' },
      {
        action: 'incident.resolved',
        actor: 'token:ann',
        detail: { note: 'fixed upstream', release: '6.1.90' },
      },
      { action: 'incident.reopened', actor: 'token:ann' },
    ]);
    expect(
      (await published(pool)).map(({ body }) => incidentChangedSchema.parse(JSON.parse(body)).change),
    ).toEqual(['reopened']);
  });

  it('refuses what is in that state already, and leaves no trace of it', async () => {
    const pool = await databases.open();
    const actions = createIncidentActions(pool);
    await crashAt(pool, 1);
    expect(await actions.reopen('default', 'OOPS-1', act)).toMatchObject({
      ...{ kind: 'illegal', status: 'open', reason: 'already-open' },
    });
    await actions.resolve('default', 'OOPS-1', { ...act, release: null });
    await published(pool);
    expect(await actions.resolve('default', 'OOPS-1', { ...act, release: null })).toEqual({
      kind: 'illegal',
      status: 'resolved',
      reason: 'already-resolved',
    });
    expect(await published(pool)).toEqual([]);
  });

  it('knows no number of another tenant, none that was never given, none malformed', async () => {
    const pool = await databases.open();
    const actions = createIncidentActions(pool);
    await crashAt(pool, 1);
    for (const [tenant, number] of [
      ['other', 'OOPS-1'],
      ['default', 'OOPS-2'],
      ['default', '1'],
    ] as const)
      expect(await actions.reopen(tenant, number, act)).toEqual({ kind: 'unknown' });
  });

  it('tells where a merged incident went', async () => {
    const pool = await databases.open();
    await crashAt(pool, 1);
    await pool.query(
      `INSERT INTO oopstream.incident (id, tenant, number, status, holding, title, kind, family, first_seen_at,
         last_seen_at, opened_at, opened_by_crash, crashes, fatal_crashes, hosts, updated_at, merged_into)
       SELECT $1, tenant, 77, status, holding, title, kind, family, first_seen_at, last_seen_at, opened_at,
         opened_by_crash, 0, 0, 0, updated_at, id FROM oopstream.incident`,
      [randomUUID()],
    );
    const actions = createIncidentActions(pool);
    expect(await actions.reopen('default', 'OOPS-77', act)).toEqual({ kind: 'merged', into: 'OOPS-1' });
  });

  it('a crash of its own time after the resolve makes it recur, one before does not', async () => {
    const pool = await databases.open();
    await crashAt(pool, 1);
    await createIncidentActions(pool).resolve('default', 'OOPS-1', { ...act, release: null });
    expect(await crashAt(pool, 100)).toEqual(['seen']);
    expect(await crashAt(pool, 101)).toEqual(['recurred']);
  });

  it('waits for a batch that counts crashes to the same incident', async () => {
    const pool = await databases.open();
    await crashAt(pool, 1);
    const actions = createIncidentActions(pool);
    const [results] = await Promise.all([
      actions.resolve('default', 'OOPS-1', { ...act, release: null }),
      ...[2, 3, 4, 5].map((n) => crashAt(pool, n)),
    ]);
    expect(results).toEqual({ kind: 'changed' });
    const { rows } = await pool.query('SELECT status, crashes FROM oopstream.incident');
    expect(rows).toEqual([{ status: 'resolved', crashes: 5 }]);
  });
});
