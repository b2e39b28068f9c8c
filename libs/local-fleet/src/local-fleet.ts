import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '@oopstream/contracts';
import { findFreePort, LOOPBACK, startKafka, startPostgres, startRedis } from '@oopstream/local-servers';
import type { LocalKafka, LocalServer } from '@oopstream/local-servers';
import { keepTokens, removeConnection, writeConnection } from './connection-file';
import { FLEET_SERVICES, fleetSettings } from './fleet-settings';
import type { FleetService } from './fleet-settings';
import { runService, startServiceProcess } from './service-process';
import type { ServiceProcess } from './service-process';

export interface LocalFleetOptions {
  readonly name: string;
  /** Checkout that the services are run from; it has to be built. */
  readonly rootDir: string;
  /** Data, logs and connection.json of this fleet. */
  readonly dir: string;
  /** Default 1; three survive the loss of one (`min.insync.replicas` 2). */
  readonly brokers?: 1 | 3;
  /** Settings on top of the usual ones, by service. */
  readonly env?: Partial<Record<FleetService | 'migrate', Readonly<Record<string, string>>>>;
  /** PostgreSQL keeps its promise over a power cut; default true. */
  readonly fsync?: boolean;
}

/** Every service as a process of its own, on a real Kafka, Redis and PostgreSQL on loopback. */
export interface LocalFleet {
  readonly connection: Connection;
  readonly kafka: LocalKafka;
  readonly postgres: LocalServer;
  readonly redis: LocalServer;
  service(name: FleetService): ServiceProcess;
  /** Starts a service that was killed or stopped, on the same ports. */
  restart(name: FleetService): Promise<ServiceProcess>;
  /** Drains the services, then stops the servers. */
  stop(): Promise<void>;
}

/** Starts a fleet and waits until each of its services makes progress. What was started is stopped when that fails. */
export async function startLocalFleet(options: LocalFleetOptions): Promise<LocalFleet> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const one of stops.splice(0).reverse()) await one();
    removeConnection(options.dir);
  };
  try {
    return await assemble(options, stops, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Servers {
  readonly postgres: LocalServer;
  readonly redis: LocalServer;
  readonly kafka: LocalKafka;
}

async function assemble(
  options: LocalFleetOptions,
  stops: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<LocalFleet> {
  const { dir, rootDir } = options;
  const servers = await startServers(options, stops);
  const tokens = keepTokens(dir);
  const addresses = {
    kafkaBrokers: servers.kafka.brokers,
    postgresUrl: servers.postgres.url,
    redisUrl: servers.redis.url,
  };
  const ports = { collector: await findFreePort(), api: await findFreePort() };
  const settings = fleetSettings(addresses, dir, ports);
  await runService('migrate', rootDir, {
    ...settings.migrate,
    OOPSTREAM_KAFKA_REPLICATION_FACTOR: String(options.brokers ?? 1),
    OOPSTREAM_KAFKA_MIN_INSYNC_REPLICAS: options.brokers === 3 ? '2' : '1',
    OOPSTREAM_MIGRATE_INGEST_TOKEN: tokens.ingest,
    OOPSTREAM_MIGRATE_READ_TOKEN: tokens.read,
    OOPSTREAM_MIGRATE_ADMIN_TOKEN: tokens.admin,
    ...options.env?.migrate,
  });
  const running = new Map<FleetService, ServiceProcess>();
  const start = async (name: FleetService) => {
    const env = { ...settings[name], ...options.env?.[name] };
    const service = await startServiceProcess({ name, rootDir, dir, env });
    running.set(name, service);
    return service;
  };
  stops.push(async () => {
    for (const name of FLEET_SERVICES) await running.get(name)?.stop();
  });
  await Promise.all(FLEET_SERVICES.map(start));
  const connection: Connection = {
    name: options.name,
    mode: 'fleet',
    url: `http://${LOOPBACK}:${ports.api}`,
    ingestUrl: `http://${LOOPBACK}:${ports.collector}`,
    tokens,
    pids: [process.pid, ...[...running.values()].map((service) => service.pid)],
    logs: [...[...running.values()].map((service) => service.logFile), ...serverLogs(servers)],
    dataDirs: [...new Set([dir, servers.postgres.dataDir])],
  };
  writeConnection(dir, connection);
  return { connection, ...servers, service: (name) => running.get(name)!, restart: start, stop };
}

async function startServers(options: LocalFleetOptions, stops: (() => Promise<void>)[]): Promise<Servers> {
  const { dir } = options;
  const started = await Promise.allSettled([
    startPostgres({ dir: join(dir, 'postgres'), fsync: options.fsync ?? true }),
    startRedis({ dir: join(dir, 'redis'), appendonly: true }),
    startKafka({ dir: join(dir, 'kafka'), nodes: options.brokers ?? 1 }),
  ]);
  for (const one of started) if (one.status === 'fulfilled') stops.push(() => one.value.stop());
  const [postgres, redis, kafka] = started;
  return { postgres: settled(postgres), redis: settled(redis), kafka: settled(kafka) };
}

function serverLogs({ kafka, postgres, redis }: Servers): string[] {
  return [...kafka.nodes.map((node) => node.logFile), postgres.logFile, redis.logFile];
}

function settled<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason as Error;
  return result.value;
}

/** Deletes everything that a fleet that is stopped left behind, also where PostgreSQL had to lie elsewhere. */
export function eraseFleet(fleet: LocalFleet): void {
  for (const dir of fleet.connection.dataDirs) rmSync(dir, { recursive: true, force: true });
}
