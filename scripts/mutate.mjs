// `npm run mutate`: takes each line out of each table and frame list, lets rows that share a line change places, and
// tells which of it no case notices: there may be none. `npm test` does the same.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './lib/paths.mjs';

const jest = join(root, 'node_modules/jest/bin/jest.js');
const child = spawn(process.execPath, [jest, '--selectProjects=unit', '--runInBand', 'test/mutation/'], {
  cwd: root,
  stdio: 'inherit',
});
child.on('close', (code) => {
  process.exitCode = code ?? 1;
});
