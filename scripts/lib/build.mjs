import { existsSync } from 'node:fs';
import { join } from 'node:path';
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
    await execute(node(), [join(root, 'node_modules/vite/bin/vite.js'), 'build'], { cwd: console });
  });
}
