import { execute } from './execute.mjs';

const tool = (path) => `node_modules/${path}`;

/** Static checks, each a program of its own. */
export const checks = [
  // ESLint's boundary rule reads the project graph that Nx leaves behind.
  { name: 'projects', args: [tool('nx/dist/bin/nx.js'), 'show', 'projects'] },
  {
    name: 'lint and boundaries',
    args: [tool('eslint/bin/eslint.js'), '--max-warnings', '0', 'libs', 'services', 'deploy'],
  },
  { name: 'console types', args: [tool('typescript7/bin/tsc'), '-p', 'services/console', '--noEmit'] },
  { name: 'test types', args: [tool('typescript7/bin/tsc'), '-p', 'tsconfig.eslint.json', '--noEmit'] },
  {
    name: 'cycles and reach',
    args: [
      tool('dependency-cruiser/bin/dependency-cruiser.mjs'),
      '--config',
      '.dependency-cruiser.cjs',
      'libs',
      'services',
    ],
  },
  { name: 'dead code', args: [tool('knip/bin/knip.js'), '--no-progress', '--no-config-hints'] },
  { name: 'generated files', args: ['scripts/generate.mjs', '--check'] },
  { name: 'format', args: [tool('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'] },
];

/** Runs checks two at a time and prints one line for each, with the output of those that fail. */
export async function runChecks(all) {
  const results = [];
  const [first, ...rest] = all;
  const run = async (check) => {
    const startedAt = Date.now();
    const seconds = () => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
    try {
      await execute(process.execPath, check.args, { env: { ...process.env, NX_DAEMON: 'false' } });
      results.push({ name: check.name, passed: true });
      process.stdout.write(`pass  ${check.name}  ${seconds()}\n`);
    } catch (error) {
      results.push({ name: check.name, passed: false });
      process.stdout.write(`FAIL  ${check.name}  ${seconds()}\n${error.message}\n`);
    }
  };
  await run(first);
  const queue = [...rest];
  const worker = async () => {
    for (let check = queue.shift(); check !== undefined; check = queue.shift()) await run(check);
  };
  await Promise.all([worker(), worker()]);
  return results;
}
