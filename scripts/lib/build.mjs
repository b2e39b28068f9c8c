import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { execute } from './execute.mjs';
import { root } from './paths.mjs';
import { unlessUnchanged } from './stamp.mjs';

const node = () => {
  const pinned = join(root, 'node_modules', '.bin', 'node');
  return existsSync(pinned) ? pinned : process.execPath;
};

/** Compiles what changed: TypeScript by project references, the console by its sources' hash. */
export async function build() {
  await execute(node(), [join(root, 'node_modules/typescript7/bin/tsc'), '-b']);
  const console = join(root, 'services/console');
  await unlessUnchanged(join(console, 'dist', '.built'), [console], async () => {
    // npm may put it at the root or beside the console: ask, as Node would.
    const vite = dirname(createRequire(join(console, 'package.json')).resolve('vite/package.json'));
    await execute(node(), [join(vite, 'bin/vite.js'), 'build'], { cwd: console });
  });
}
