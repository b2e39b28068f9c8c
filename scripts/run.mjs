// Entry of every npm script. Runs on whatever node started npm (20 or newer), installs and builds what changed, then
// hands over to the command on the node of this repository.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './lib/build.mjs';
import { complain } from './lib/complain.mjs';
import { install } from './lib/install.mjs';
import { root } from './lib/paths.mjs';

const commands = ['start', 'demo', 'fleet', 'test', 'check', 'bench', 'fuzz', 'mutate', 'build', 'generate'];
const [command, ...args] = process.argv.slice(2);

if (!commands.includes(command)) complain(`unknown command ${command ?? ''}: one of ${commands.join(', ')}`);
if (Number(process.versions.node.split('.')[0]) < 20)
  complain(`node ${process.versions.node} is too old: install Node.js 20 or newer`);

try {
  await install();
  await build();
} catch (error) {
  complain(error.message);
}
if (command !== 'build') {
  const pinned = join(root, 'node_modules', '.bin', 'node');
  const node = existsSync(pinned) ? pinned : process.execPath;
  const env = { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}` };
  const child = spawn(node, [join(root, 'scripts', `${command}.mjs`), ...args], { stdio: 'inherit', env });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? code : 1;
  });
}
