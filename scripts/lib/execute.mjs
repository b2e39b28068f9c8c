import { spawn } from 'node:child_process';
import { root } from './paths.mjs';

/**
 * Runs a program to its end, output held back.
 * @throws Error with the program's output when it fails, or one line when it is not there.
 */
export function execute(program, args, { cwd = root, env = process.env, hint = '' } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('error', (error) =>
      reject(error.code === 'ENOENT' ? new Error(`${program} is missing: ${hint}`) : error),
    );
    child.on('close', (code) => {
      const text = Buffer.concat(output).toString();
      if (code === 0) resolve(text);
      else reject(new Error(`${program} ${args.join(' ')} failed:\n${text.trimEnd()}`));
    });
  });
}
