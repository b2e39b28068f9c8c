import { join, resolve } from 'node:path';
import type { Connection } from '@oopstream/contracts';
import { keepTokens, removeConnection, writeConnection } from '@oopstream/local-fleet';
import { startPostgres } from '@oopstream/local-servers';
import { migrateAll, migrateConfigSchema } from '@oopstream/migrate';
import { ConfigError, Secret } from '@oopstream/runtime';
import type { Open, ProcessContext, RunningService } from '@oopstream/runtime';
import { openBackends, openStorage } from './backends';
import type { StandaloneSettings, Storage } from './backends';
import { startServices } from './start-services';

/** Starts PostgreSQL where none was named, brings it up to date, then starts every service on it. */
export async function startStandalone(
  config: StandaloneSettings,
  context: ProcessContext,
  open: Open,
): Promise<readonly RunningService[]> {
  const dir = resolve(config.standalone.dir);
  try {
    const { postgres, dataDirs } = await openDatabase(config, dir, open);
    const settings = { ...config, postgres };
    const storage = openStorage(settings, context, open);
    const tokens = keepTokens(dir);
    await prepare(storage, tokens, context);
    const backends = await openBackends(settings, dir, context, storage, open);
    const { services, url, ingestUrl } = await startServices(settings, context, backends, open);
    announce(dir, { url, ingestUrl, tokens, dataDirs: [...dataDirs] }, open);
    return services;
  } catch (error) {
    throw explain(error);
  }
}

/** A port that is taken is what newcomers meet: say which, and what to set. */
function explain(error: unknown): unknown {
  const { code, port, address } = error as { code?: string; port?: number; address?: string };
  return code === 'EADDRINUSE'
    ? new ConfigError(
        `port ${port} of ${address} is taken: set OOPSTREAM_STANDALONE_PORT or OOPSTREAM_STANDALONE_INGEST_PORT`,
      )
    : error;
}

async function openDatabase(
  config: StandaloneSettings,
  dir: string,
  open: Open,
): Promise<{ postgres: StandaloneSettings['postgres']; dataDirs: readonly string[] }> {
  if (config.postgres.url !== undefined) return { postgres: config.postgres, dataDirs: [dir] };
  const server = await startPostgres({ dir: join(dir, 'postgres'), fsync: config.standalone.fsync });
  open({ close: () => server.stop() });
  const postgres = { ...config.postgres, url: new Secret(server.url) };
  return { postgres, dataDirs: [...new Set([dir, server.dataDir])] };
}

/** Brings schema and topics up to date and makes this instance's tokens known. */
async function prepare(
  storage: Storage,
  tokens: Connection['tokens'],
  context: ProcessContext,
): Promise<void> {
  await migrateAll({
    ...context,
    config: {
      ...migrateConfigSchema.parse({}),
      ingestToken: new Secret(tokens.ingest),
      readToken: new Secret(tokens.read),
      adminToken: new Secret(tokens.admin),
    },
    stores: storage.stores,
    logAdmin: storage.log.admin,
  });
}

/** Tells others on this machine where we are, for as long as we are. */
function announce(
  dir: string,
  about: Pick<Connection, 'url' | 'ingestUrl' | 'tokens' | 'dataDirs'>,
  open: Open,
): void {
  writeConnection(dir, {
    name: 'standalone',
    mode: 'embedded',
    ...about,
    pids: [process.pid],
    logs: [join(dir, 'log', 'standalone.log')],
  });
  open({ close: () => Promise.resolve(removeConnection(dir)) });
}
