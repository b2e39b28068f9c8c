// `npm run fuzz [-- --seed 7] [--seconds 600] [--round 12]`: texts made of the case library against the laws of
// reading, then against those of analyses, for long. Ends at the first find and prints seed, round and the least text that still shows it.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { complain } from './lib/complain.mjs';
import { root } from './lib/paths.mjs';

const options = { seed: { type: 'string' }, seconds: { type: 'string' }, round: { type: 'string' } };

try {
  const { values } = parseArgs({ options });
  for (const [name, value] of Object.entries(values))
    if (!/^\d+$/.test(value)) complain(`--${name} ${value}: a whole number, please`);
  const seed = values.seed ?? String(Date.now() % 1_000_000);
  const env = { ...process.env, OOPSTREAM_FUZZ_SEED: seed };
  if (values.round === undefined) env.OOPSTREAM_FUZZ_SECONDS = values.seconds ?? '60';
  else env.OOPSTREAM_FUZZ_ROUND = values.round;
  process.stdout.write(`seed ${seed}\n`);
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const child = spawn(
    process.execPath,
    [jest, '--selectProjects=unit', '--runInBand', 'test/fuzz/fuzz.test'],
    {
      cwd: root,
      stdio: 'inherit',
      env,
    },
  );
  child.on('close', (code) => {
    process.exitCode = code ?? 1;
  });
} catch (error) {
  complain(error.message);
}
