import { randomUUID } from 'node:crypto';
import { incidentChangedSchema } from '@oopstream/contracts';
import { decideBatch } from '@oopstream/core-incident';
import type { Receipt } from '@oopstream/core-incident';
import { SAMPLE_START_MS, sampleReceipt } from '@oopstream/core-incident/fakes';
import type { Publication } from '@oopstream/ports';
import { storeDatabases } from '@oopstream/testkit';
import { COUNT_DRIFT } from '../count-drift';
import { createDecisionStore, createIncidentStore, createOutboxStore } from '../index';
import type { PostgresPool } from '../pool';

const databases = storeDatabases();
afterEach(() => databases.dropAll());

const NOW_MS = SAMPLE_START_MS + 86_400_000;
const T = 'default';
const act = { atMs: NOW_MS, actor: 'token:ann', note: 'why not', traceparent: null };

async function settle(pool: PostgresPool, receipts: readonly Receipt[]): Promise<void> {
  const batch = await createIncidentStore(pool).openBatch(receipts, { nowMs: NOW_MS, retentionMs: NOW_MS });
  try {
    const { plan } = decideBatch(receipts, batch.state, { newId: () => randomUUID(), nowMs: NOW_MS });
    await batch.commit(plan, { publications: [], deliveries: [] });
  } finally {
    await batch.release();
  }
}

/** Bugs f and g in turn, on some hosts. */
const receiptsFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) =>
    sampleReceipt(first + index, {
      transcript: { hostId: `host-${(first + index) % 7}` },
      readings: [{ bug: index % 2 === 0 ? 'f' : 'g', fatal: index % 3 === 0, verdict: 'lockup' }],
    }),
  );

async function published(pool: PostgresPool): Promise<readonly Publication[]> {
  const taken: Publication[] = [];
  await createOutboxStore(pool).publishNext(100, (rows) => {
    taken.push(...rows);
    return Promise.resolve();
  });
  return taken;
}

describe('decisions while batches commit', () => {
  it('lose no crash, count none twice, and no one waits in a circle', async () => {
    const pool = await databases.open();
    await settle(pool, receiptsFrom(1, 2));
    const decisions = createDecisionStore(pool);
    const worker = async (index: number) => {
      for (let round = 0; round < 12; round += 1)
        await settle(pool, receiptsFrom(1000 * (index + 1) + 10 * round, 8));
    };
    const person = async () => {
      for (let round = 0; round < 8; round += 1) {
        const merged = await decisions.merge(T, 'OOPS-1', 'OOPS-2', act);
        expect(merged.kind).toBe('decided');
        const split = await decisions.split(
          T,
          'OOPS-2',
          { groupKeys: ['v1:g'], crashIds: [], into: null },
          act,
        );
        for (const one of [split, merged]) {
          if (one.kind === 'refused') throw new Error(one.reason);
          expect((await decisions.undo(T, one.decision.id, act)).kind).toBe('decided');
        }
      }
    };
    await Promise.all([worker(0), worker(1), worker(2), person()]);
    expect((await pool.query(COUNT_DRIFT)).rows).toEqual([]);
    const { rows } = await pool.query(
      `SELECT number, crashes, (SELECT array_agg(group_key) FROM oopstream.incident_key k WHERE k.incident_id = i.id) AS keys
       FROM oopstream.incident i WHERE merged_into IS NULL ORDER BY number`,
    );
    expect(rows).toEqual([
      { number: 1, crashes: 145, keys: ['v1:f'] },
      { number: 2, crashes: 145, keys: ['v1:g'] },
    ]);
  });

  it('take turns with acts of other people on the same incidents', async () => {
    const pool = await databases.open();
    await settle(
      pool,
      [1, 2, 3, 4].map((n) => sampleReceipt(n, { readings: [{ bug: `bug${n}` }] })),
    );
    const decisions = createDecisionStore(pool);
    const ways = [1, 2, 3, 4].flatMap((from) => [1, 2, 3, 4].map((into) => [`OOPS-${from}`, `OOPS-${into}`]));
    const results = await Promise.all(
      ways.map(([from = '', into = '']) => decisions.merge(T, from, into, act)),
    );
    expect(results.filter((result) => result.kind === 'decided')).toHaveLength(3);
    const { rows } = await pool.query('SELECT crashes FROM oopstream.incident WHERE merged_into IS NULL');
    expect(rows).toEqual([{ crashes: 4 }]);
  });

  it('are told: the merged one where it went, the other that it holds more', async () => {
    const pool = await databases.open();
    await settle(pool, receiptsFrom(1, 2));
    const result = await createDecisionStore(pool).merge(T, 'OOPS-1', 'OOPS-2', act);
    const told = (await published(pool)).map(({ body }) => incidentChangedSchema.parse(JSON.parse(body)));
    const decisionId = result.kind === 'decided' ? result.decision.id : null;
    expect(told).toMatchObject([
      { change: 'merged', mergedInto: 'OOPS-2', decisionId, incident: { number: 'OOPS-1', crashes: 0 } },
      { change: 'regrouped', mergedInto: null, decisionId, incident: { number: 'OOPS-2', crashes: 2 } },
    ]);
    const { rows } = await pool.query(
      `SELECT action, actor, detail->>'note' AS note, detail->>'from' AS from FROM oopstream.audit
       WHERE action = 'incident.merged'`,
    );
    const line = { action: 'incident.merged', actor: 'token:ann', note: 'why not', from: 'OOPS-1' };
    expect(rows).toEqual([line, line]);
  });

  it('proves a membership with its links and moves', async () => {
    const pool = await databases.open();
    await settle(pool, receiptsFrom(1, 2));
    const decisions = createDecisionStore(pool);
    await decisions.merge(T, 'OOPS-1', 'OOPS-2', act);
    const { rows } = await pool.query<{ id: string }>(
      `SELECT crash_id AS id FROM oopstream.crash WHERE group_key = 'v1:f'`,
    );
    expect(await decisions.proofOfCrash(T, rows[0]?.id ?? '')).toMatchObject({
      ...{ rule: 'decided-key', groupText: 'bad-access f' },
      key: { reason: 'merged', decidedBy: { kind: 'merge', atMs: NOW_MS } },
      links: [{ primary: true, reason: 'first-sighting', incidentNumber: 'OOPS-1', validToMs: null }],
      memberships: [{ incidentNumber: 'OOPS-1', rule: 'first-sighting' }, { incidentNumber: 'OOPS-2' }],
    });
  });
});
