import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { LocalServer } from './local-server';
import { ask, findFreePort, LOOPBACK } from './loopback';
import { findProgram } from './programs';
import { startServerProcess } from './server-process';

export interface RedisOptions {
  /** Created when missing. */
  readonly dir: string;
  /** A free one when not given. */
  readonly port?: number;
  /** Keeps data over a restart, fsynced each second; default false: memory only. */
  readonly appendonly?: boolean;
}

/**
 * Starts redis-server with the eviction policy that job queues need (`noeviction`).
 * @throws Error in one line when redis-server is missing.
 */
export async function startRedis(options: RedisOptions): Promise<LocalServer> {
  const command = findProgram('redis-server', 'apt-get install redis-server');
  const dataDir = resolve(options.dir);
  mkdirSync(dataDir, { recursive: true });
  const port = options.port ?? (await findFreePort());
  const logFile = join(dataDir, 'redis.log');
  const settings: Readonly<Record<string, string>> = {
    bind: LOOPBACK,
    port: String(port),
    dir: dataDir,
    daemonize: 'no',
    save: '',
    appendonly: options.appendonly === true ? 'yes' : 'no',
    appendfsync: 'everysec',
    'maxmemory-policy': 'noeviction',
  };
  const server = await startServerProcess({
    name: 'redis-server',
    command,
    args: Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]),
    logFile,
    // An instance of somebody else on the same port would answer too: ours is the one with our pid.
    isReady: (pid) => answersAs(port, pid),
  });
  return {
    ...server,
    name: 'redis',
    host: LOOPBACK,
    port,
    url: `redis://${LOOPBACK}:${port}`,
    dataDir,
    logFile,
  };
}

async function answersAs(port: number, pid: number): Promise<boolean> {
  if ((await ask(port, 'PING\r\n'))?.startsWith('+PONG') !== true) return false;
  const info = await ask(port, 'INFO server\r\n');
  return info?.includes(`process_id:${pid}\r`) === true;
}
