import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { execute } from './execute.mjs';

/** Programs that cannot come from npm, and the Debian package of each. */
const PROGRAMS = {
  java: 'default-jre-headless',
  mvn: 'maven',
  'redis-server': 'redis-server',
  chromium: 'chromium',
  python3: 'python3',
  dash: 'dash',
  curl: 'curl',
  shellcheck: 'shellcheck',
};

const has = (program) => spawnSync('/bin/sh', ['-c', `command -v ${program}`]).status === 0;
const canMakeVenv = () => spawnSync('python3', ['-c', 'import ensurepip, venv']).status === 0;

/** What the local Kafka and Redis need. */
export const needForServers = () => need(['java', 'mvn', 'redis-server']);

/** What `npm test` needs beyond that. */
export const needForTests = () => need(Object.keys(PROGRAMS), true);

/**
 * Installs with apt what is missing where we may.
 * @throws Error of one line that names what is missing and how to get it, where we may not.
 */
async function need(programs, venv = false) {
  const missing = programs.filter((program) => !has(program)).map((program) => PROGRAMS[program]);
  if (venv && !canMakeVenv()) missing.push('python3-venv');
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid() !== 0 || !existsSync('/usr/bin/apt-get'))
    throw new Error(`missing: ${missing.join(', ')}; get them with: sudo ${command}`);
  process.stderr.write(`oopstream: installing ${missing.join(', ')}\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await execute('apt-get', ['update', '-qq'], { env });
  await execute('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], { env });
}
