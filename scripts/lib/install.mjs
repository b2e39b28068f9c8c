import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execute } from './execute.mjs';
import { root } from './paths.mjs';
import { unlessUnchanged } from './stamp.mjs';

/** Installs the packages of the lockfile, unless they are there already. */
export async function install() {
  const modules = join(root, 'node_modules');
  const stamp = join(modules, '.oopstream-installed');
  await unlessUnchanged(stamp, [join(root, 'package-lock.json')], async () => {
    if (!existsSync(join(root, 'package-lock.json'))) throw new Error('package-lock.json is missing');
    process.stderr.write('oopstream: installing packages (once, about a minute)\n');
    // Not `npm ci`: it refuses a lockfile that lacks packages of other platforms, which a mirror may not carry.
    const args = ['install', '--no-save', '--no-audit', '--no-fund'];
    await execute('npm', args, { hint: 'install npm 10 or newer' });
  });
}
