import { join } from 'node:path';
import { LOOPBACK } from '@oopstream/local-servers';

/** Addresses of the servers that a fleet runs on. */
export interface FleetServers {
  readonly kafkaBrokers: readonly string[];
  readonly postgresUrl: string;
  readonly redisUrl: string;
}

/** Processes of a fleet, in the order in which they start; they stop in the same order: intake first. */
export const FLEET_SERVICES = ['collector', 'fingerprint-worker', 'dedup', 'alert-worker', 'api'] as const;
export type FleetService = (typeof FLEET_SERVICES)[number];

type Env = Record<string, string>;

/** What each process is told, and nothing else: a setting that is not its own is an error. */
export function fleetSettings(
  servers: FleetServers,
  dir: string,
  ports: { readonly collector: number; readonly api: number },
): Record<FleetService | 'migrate', Env> {
  const log: Env = {
    OOPSTREAM_LOG_BACKEND: 'kafka',
    OOPSTREAM_KAFKA_BROKERS: servers.kafkaBrokers.join(','),
  };
  const store: Env = { OOPSTREAM_POSTGRES_URL: servers.postgresUrl };
  const redis: Env = { OOPSTREAM_REDIS_URL: servers.redisUrl };
  const jobs: Env = { OOPSTREAM_JOBS_BACKEND: 'redis', ...redis };
  const blob: Env = { OOPSTREAM_BLOB_DIR: join(dir, 'blobs') };
  const listen = (service: string, port: number): Env => ({
    [`OOPSTREAM_${service}_HOST`]: LOOPBACK,
    [`OOPSTREAM_${service}_PORT`]: String(port),
  });
  const webhook: Env = { OOPSTREAM_WEBHOOK_ALLOW_PRIVATE: 'true' };
  return {
    migrate: { ...log, ...store, ...jobs },
    collector: {
      ...log,
      ...store,
      ...blob,
      ...redis,
      ...listen('COLLECTOR', ports.collector),
      OOPSTREAM_LIMITS_BACKEND: 'redis',
    },
    'fingerprint-worker': { ...log, ...blob },
    dedup: {
      ...log,
      ...store,
      ...blob,
      ...jobs,
      OOPSTREAM_DEDUP_CONSOLE_URL: `http://${LOOPBACK}:${ports.api}`,
    },
    'alert-worker': { ...store, ...jobs, ...webhook },
    api: { ...log, ...store, ...blob, ...webhook, ...listen('API', ports.api) },
  };
}
