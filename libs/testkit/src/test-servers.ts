import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fallbackDir, startPostgres, startRedis, startS3 } from '@oopstream/local-servers';
import type { LocalServer } from '@oopstream/local-servers';

const STARTERS = {
  postgres: (dir: string) => startPostgres({ dir, fsync: false }),
  redis: (dir: string) => startRedis({ dir }),
  s3: (dir: string) => startS3({ dir }),
} satisfies Record<string, (dir: string) => Promise<LocalServer>>;

export type TestServerName = keyof typeof STARTERS;

/** Servers of one test run. */
export interface TestServers {
  readonly servers: readonly LocalServer[];
  /** Stops them and deletes what they wrote. */
  stop(): Promise<void>;
}

/** @returns the variable that tells tests where a server is: `TEST_POSTGRES_URL`. */
export function addressVariable(name: TestServerName): string {
  return `TEST_${name.toUpperCase()}_URL`;
}

/**
 * Starts servers below `.local/test-<our pid>/` of the checkout and puts their addresses into `env`.
 * @param wanted names divided by commas; `undefined` for every server there is.
 * @throws Error naming an unknown server; or of the server that did not start, when the others are stopped again.
 */
export async function startTestServers(
  checkout: string,
  wanted: string | undefined,
  env: Record<string, string | undefined>,
): Promise<TestServers> {
  const local = join(checkout, '.local');
  deleteLeftovers(local);
  const dir = join(local, `test-${process.pid}`);
  mkdirSync(dir, { recursive: true });
  const names = chooseNames(wanted);
  const started = await Promise.allSettled(names.map((name) => STARTERS[name](join(dir, name))));
  const servers = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
    deleteDir(dir);
  };
  const failure = started.find((result) => result.status === 'rejected');
  if (failure !== undefined) {
    await stop();
    throw failure.reason;
  }
  names.forEach((name, index) => {
    env[addressVariable(name)] = servers[index]!.url;
  });
  return { servers, stop };
}

function chooseNames(wanted: string | undefined): readonly TestServerName[] {
  const known = Object.keys(STARTERS) as TestServerName[];
  if (wanted === undefined) return known;
  return wanted
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .map((word) => {
      const name = known.find((one) => one === word);
      if (name === undefined)
        throw new Error(`TEST_SERVERS: no server ${word}, there is ${known.join(', ')}`);
      return name;
    });
}

/** What a killed run left; its servers went with it. */
function deleteLeftovers(local: string): void {
  mkdirSync(local, { recursive: true });
  for (const entry of readdirSync(local)) {
    const pid = /^test-(\d+)$/.exec(entry)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) deleteDir(join(local, entry));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function deleteDir(dir: string): void {
  for (const name of Object.keys(STARTERS))
    rmSync(fallbackDir(join(dir, name)), { recursive: true, force: true });
  rmSync(dir, { recursive: true, force: true });
}
