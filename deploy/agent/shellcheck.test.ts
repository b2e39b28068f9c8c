import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SCRIPTS = readdirSync(__dirname, { withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ name }) => name)
  .filter((name) => name.endsWith('.sh') || readFileSync(join(__dirname, name), 'utf8').startsWith('#!'));

describe('shellcheck', () => {
  it('is asked about every script', () => {
    expect(SCRIPTS).toEqual(expect.arrayContaining(['agent.sh', 'oopstream-kdump-post', 'oopstream-send']));
  });

  it.each(SCRIPTS)('finds nothing in %s and what it sources', (script) => {
    const run = spawnSync('shellcheck', ['-x', '-a', '-P', 'SCRIPTDIR', script], {
      cwd: __dirname,
      encoding: 'utf8',
    });
    expect({ error: run.error, output: `${run.stdout}${run.stderr}`, status: run.status }).toEqual({
      error: undefined,
      output: '',
      status: 0,
    });
  });
});
