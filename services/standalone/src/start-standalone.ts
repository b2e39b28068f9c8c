import { resolve, join } from 'node:path';
import { startAlertWorker } from '@oopstream/alert-worker';
import { startApi } from '@oopstream/api';
import {
  openBlobs,
  openEventLog,
  openJobs,
  openPostgres,
  openRateLimiter,
  openStores,
  openWebhookSender,
  webhookAddressPolicy,
} from '@oopstream/backends';
import { startCollector } from '@oopstream/collector';
import { ALERT_QUEUE } from '@oopstream/contracts';
import type { AlertJob, Connection } from '@oopstream/contracts';
import { startDedup } from '@oopstream/dedup';
import { startFingerprintWorker } from '@oopstream/fingerprint-worker';
import { keepTokens, removeConnection, writeConnection } from '@oopstream/local-fleet';
import { startPostgres } from '@oopstream/local-servers';
import { migrateAll, migrateConfigSchema } from '@oopstream/migrate';
import { ConfigError, createAuthenticator, Secret } from '@oopstream/runtime';
import type { Config, Opened, ProcessContext, RunningService } from '@oopstream/runtime';
import type { standaloneSections } from './sections';

type StandaloneSettings = Config<typeof standaloneSections>;

/** Starts PostgreSQL where none was named, brings it up to date, then starts every service on it. */
export async function startStandalone(
  config: StandaloneSettings,
  context: ProcessContext,
): Promise<{ services: readonly RunningService[]; opened: readonly Opened[] }> {
  const dir = resolve(config.standalone.dir);
  const opened: Opened[] = [];
  const open = <T extends Opened>(one: T): T => {
    opened.push(one);
    return one;
  };
  try {
    const database = await openDatabase(config, dir, open);
    const services = await startServices({ ...config, ...database }, dir, context, open);
    return { services, opened };
  } catch (error) {
    for (const one of opened.reverse()) await one.close();
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

type Open = <T extends Opened>(one: T) => T;

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

async function startServices(
  config: StandaloneSettings & { readonly dataDirs: readonly string[] },
  dir: string,
  context: ProcessContext,
  open: Open,
): Promise<readonly RunningService[]> {
  const { host, port, ingestPort } = config.standalone;
  const tokens = keepTokens(dir);
  const postgres = open(openPostgres(config.postgres, context));
  const stores = openStores(postgres);
  const log = open(openEventLog(config, context, postgres));
  const secrets = {
    ingestToken: new Secret(tokens.ingest),
    readToken: new Secret(tokens.read),
    adminToken: new Secret(tokens.admin),
  };
  await migrateAll({
    ...context,
    config: { ...migrateConfigSchema.parse({}), ...secrets },
    stores,
    logAdmin: log.admin,
  });
  const blobs = open(await openBlobs({ blob: { ...config.blob, dir: join(dir, 'blobs') } }, context));
  const jobs = openJobs(config, context);
  const queue = open(await jobs.openQueue<AlertJob>(ALERT_QUEUE));
  const limiter = open(openRateLimiter(config, context));
  const sender = open(openWebhookSender(config, context));
  const authenticator = createAuthenticator({ tokens: stores.tokens, clock: context.clock });

  const api = await startApi(
    {
      ...context,
      ...stores,
      authenticator,
      logAdmin: log.admin,
      blobs,
      refuseWebhookUrl: webhookAddressPolicy(config),
    },
    { ...config.api, host, port },
  );
  const url = `http://${host}:${api.port}`;
  const alertWorker = await startAlertWorker({
    ...context,
    config: config.alert,
    deliveries: stores.deliveries,
    queue,
    source: jobs.source<AlertJob>(ALERT_QUEUE),
    sender,
  });
  const dedup = await startDedup({
    ...context,
    config: { ...config.dedup, consoleUrl: url },
    reader: log.reader,
    writer: log.writer,
    stores,
    jobs: queue,
  });
  const worker = await startFingerprintWorker({
    ...context,
    config: config.fingerprint,
    reader: log.reader,
    writer: log.writer,
    blobs,
  });
  const collector = await startCollector({
    ...context,
    config: { ...config.collector, host, port: ingestPort },
    authenticator,
    idempotency: stores.idempotency,
    limiter,
    blobs,
    log: log.writer,
  });
  announce(dir, { url, ingestUrl: collector.url, tokens, dataDirs: [...config.dataDirs] }, open);
  // Intake stops first, so that what was accepted flows on.
  return [collector, worker, dedup, alertWorker, api];
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
