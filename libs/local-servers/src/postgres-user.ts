import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, mkdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { RunAs } from './server-process';

/**
 * PostgreSQL refuses to run as root.
 * @returns the system user `postgres`, created when missing, if we are root; `undefined` (ourselves) otherwise.
 * @throws Error in one line when the user cannot be created.
 */
export function choosePostgresUser(): RunAs | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const existing = lookUpUser();
  if (existing !== undefined) return existing;
  spawnSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/sh', 'postgres']);
  const created = lookUpUser();
  if (created === undefined)
    throw new Error('user postgres is missing (PostgreSQL does not run as root): useradd --system postgres');
  return created;
}

function lookUpUser(): RunAs | undefined {
  const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  if (uid?.status !== 0 || gid?.status !== 0) return undefined;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/**
 * Creates `dir` for the user that PostgreSQL runs as.
 * @returns the directory to use: {@link fallbackDir} where that user cannot reach `dir`.
 */
export function openServerDir(dir: string, runAs: RunAs | undefined): string {
  const wanted = resolve(dir);
  mkdirSync(wanted, { recursive: true, mode: runAs === undefined ? 0o700 : 0o755 });
  if (runAs === undefined) return wanted;
  chownSync(wanted, runAs.uid, runAs.gid);
  const entered = spawnSync('/bin/sh', ['-c', 'cd "$1" && test -w .', 'sh', wanted], { cwd: '/', ...runAs });
  return entered.status === 0 ? wanted : openSharedDir(wanted, runAs);
}

/** @returns where the files of `dir` go when user `postgres` cannot reach it (a checkout in root's home). */
export function fallbackDir(dir: string): string {
  return join(
    '/var/tmp',
    `oopstream-${createHash('sha256').update(resolve(dir)).digest('hex').slice(0, 16)}`,
  );
}

/** @throws Error when somebody else made the directory first: everybody may write in /var/tmp. */
export function openSharedDir(dir: string, runAs: RunAs): string {
  const shared = fallbackDir(dir);
  mkdirSync(shared, { recursive: true, mode: 0o755 });
  const { uid } = statSync(shared);
  if (uid !== runAs.uid && uid !== 0)
    throw new Error(`${shared} belongs to another user (uid ${uid}): remove it`);
  chownSync(shared, runAs.uid, runAs.gid);
  return shared;
}
