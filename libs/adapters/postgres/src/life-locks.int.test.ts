import { randomUUID } from 'node:crypto';
import { DEFAULT_LIFE_SETTINGS, decideBatch } from '@oopstream/core-incident';
import { SAMPLE_START_MS, sampleReceipt } from '@oopstream/core-incident/fakes';
import { storeDatabases, until } from '@oopstream/testkit';
import { createIncidentStore } from './incident-store';
import { createLifeStore } from './life-store';

const DAY_MS = 86_400_000;
const NOW_MS = SAMPLE_START_MS + DAY_MS;
const databases = storeDatabases();
afterEach(() => databases.dropAll());

describe('a step of the life sweep', () => {
  it('locks no incident while it counts crashes, and leaves out those that are held then', async () => {
    const pool = await databases.open();
    const receipts = ['f', 'g'].map((bug, n) => sampleReceipt(n, { readings: [{ bug }] }));
    const batch = await createIncidentStore(pool).openBatch(receipts, { nowMs: NOW_MS, retentionMs: NOW_MS });
    const deps = { newId: () => randomUUID(), nowMs: NOW_MS };
    await batch.commit(decideBatch(receipts, batch.state, deps).plan, { publications: [], deliveries: [] });
    await pool.query('UPDATE oopstream.incident SET due_at = opened_at');

    const counting = await pool.begin();
    await counting.query('LOCK TABLE oopstream.crash IN ACCESS EXCLUSIVE MODE');
    const settings = DEFAULT_LIFE_SETTINGS;
    const asked = { nowMs: NOW_MS, limit: 10, settings, livingMs: DAY_MS };
    const opened = createLifeStore(pool).openStep(asked);
    const waits = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await until(async () => (await pool.query(waits)).rowCount > 0, { what: 'the step to count' });
    const other = await pool.begin();
    await other.query('SELECT FROM oopstream.incident FOR UPDATE NOWAIT');
    await other.rollback();
    const holder = await pool.begin();
    await holder.query('SELECT FROM oopstream.incident WHERE number = 1 FOR UPDATE');
    await counting.commit();

    const step = await opened;
    expect(step?.state.incidents.map(({ number }) => number)).toEqual([2]);
    expect(step?.state.pulses).toMatchObject([{ hours: [{ crashes: 1 }], hostsHit: 1 }]);
    await step?.release();
    await holder.rollback();
  });
});
