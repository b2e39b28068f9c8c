import {
  eventLogSections,
  openEventLog,
  openPostgres,
  openStores,
  postgresSection,
} from '@oopstream/backends';
import { TOPICS } from '@oopstream/contracts';
import { RetryableError, systemClock } from '@oopstream/ports';
import { ConfigError, Secret, createLogger, loadConfig, mintToken, noMetrics } from '@oopstream/runtime';
import { freshDatabase } from '@oopstream/testkit';
import type { FreshDatabase } from '@oopstream/testkit';
import { migrateConfigSchema } from './config';
import { migrateAll } from './migrate-all';
import type { MigrateDeps } from './migrate-all';

const context = {
  logger: createLogger({ service: 'test', level: 'silent' }),
  metrics: noMetrics,
  clock: systemClock,
};

let database: FreshDatabase;
let deps: MigrateDeps;
let close: () => Promise<void>;
beforeEach(async () => {
  database = await freshDatabase();
  const env = { OOPSTREAM_POSTGRES_URL: database.connectionString };
  const config = loadConfig({ postgres: postgresSection, ...eventLogSections }, env);
  const postgres = openPostgres(config.postgres, context);
  const log = openEventLog(config, context, postgres);
  const ingestToken = new Secret(mintToken().token);
  deps = {
    ...context,
    config: { ...migrateConfigSchema.parse({}), ingestToken },
    stores: openStores(postgres),
    logAdmin: log.admin,
  };
  close = async () => {
    await log.close();
    await postgres.close();
  };
});
afterEach(async () => {
  await close();
  await database.drop();
});

describe('migrating', () => {
  it('makes schema, topics and tokens; several at a time, and again, change nothing', async () => {
    await Promise.all([migrateAll(deps), migrateAll(deps)]);
    await migrateAll(deps);
    const [token, ...others] = await deps.stores.tokens.list('default');
    expect(token).toMatchObject({ scopes: ['ingest'], boundHost: null });
    expect(others).toEqual([]);
    expect(await deps.logAdmin.positions(TOPICS.transcriptReceived.name, 'nobody')).toHaveLength(12);
  });

  it('leaves a token revoked that a person revoked', async () => {
    await migrateAll(deps);
    const [token] = await deps.stores.tokens.list('default');
    await deps.stores.tokens.revoke('default', token!.id, context.clock.nowMs());
    await migrateAll(deps);
    expect(await deps.stores.tokens.list('default')).toEqual([]);
  });

  it('refuses a token of another form without saying it', async () => {
    const config = { ...deps.config, readToken: new Secret('hunter2') };
    const refused = migrateAll({ ...deps, config });
    await expect(refused).rejects.toBeInstanceOf(ConfigError);
    await expect(refused).rejects.not.toMatchObject({
      message: expect.stringContaining('hunter2') as string,
    });
  });

  it('waits for what is still starting, and says what it last heard when that takes too long', async () => {
    const away = new RetryableError('store-unavailable', 'starting up');
    let calls = 0;
    const stores = {
      ...deps.stores,
      migrate: () => ((calls += 1) === 1 ? Promise.reject(away) : deps.stores.migrate()),
    };
    await migrateAll({ ...deps, stores });
    expect(calls).toBe(2);
    const never = { ...deps.stores, migrate: () => Promise.reject(away) };
    const config = { ...deps.config, waitMs: 0 };
    await expect(migrateAll({ ...deps, config, stores: never })).rejects.toBe(away);
  });
});
