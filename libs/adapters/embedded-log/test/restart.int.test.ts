import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@oopstream/local-servers';
import type { LocalServer } from '@oopstream/local-servers';
import { until } from '@oopstream/testkit';
import { collect, openLog, record, spec } from './open-log';
import type { OpenLog } from './open-log';

describe('the embedded log over a crash of PostgreSQL', () => {
  const parent = mkdtempSync(join(tmpdir(), 'oopstream-log-'));
  const dir = join(parent, 'postgres');
  let server: LocalServer;
  let log: OpenLog;
  beforeAll(async () => {
    server = await startPostgres({ dir });
    log = openLog(server.url);
  });
  afterAll(async () => {
    await log.close();
    await server.stop();
    rmSync(server.dataDir, { recursive: true, force: true });
    rmSync(parent, { recursive: true, force: true });
  });

  it('keeps what it acknowledged, says what it could not, and goes on by itself', async () => {
    await log.admin.migrate([spec('topic', { partitions: 3 })]);
    const { subscription, values } = await collect(log, 'group', 'topic', { maxBatchRecords: 7 });
    const acknowledged: string[] = [];
    const refusals: unknown[] = [];
    let isKilled = false;
    let next = 0;
    const appending = Array.from({ length: 8 }, async (_, lane) => {
      while (acknowledged.length < 2_000) {
        const value = `${lane}-${next++}`;
        try {
          await log.writer.append('topic', [record(`key-${lane}`, value)]);
          acknowledged.push(value);
        } catch (error) {
          refusals.push(error);
          await until(() => !isKilled, { timeoutMs: 30_000 });
        }
      }
    });
    await until(() => acknowledged.length > 500);
    isKilled = true;
    await server.kill();
    await until(() => refusals.length === 8);
    expect(refusals[0]).toMatchObject({ reason: 'log-unavailable', retryable: true });
    await until(() => subscription.health().state === 'recovering');
    server = await startPostgres({ dir, port: server.port });
    isKilled = false;
    await Promise.all(appending);
    await until(() => subscription.health().state === 'running');
    const missing = () => acknowledged.filter((value) => !values.includes(value));
    await until(() => missing().length === 0);
    for (let lane = 0; lane < 8; lane += 1) {
      const own = [...new Set(values.filter((value) => value.startsWith(`${lane}-`)))];
      const numbers = own.map((value) => Number(value.split('-')[1]));
      expect(numbers).toEqual([...numbers].sort((left, right) => left - right));
    }
  }, 60_000);
});
