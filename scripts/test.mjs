// `npm test`: every check and every test, on real servers. The last line is `N passed, N failed`.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checks, runChecks } from './lib/checks.mjs';
import { complain } from './lib/complain.mjs';
import { local, root } from './lib/paths.mjs';
import { needForTests } from './lib/prerequisites.mjs';

const only = process.argv.slice(2);
const steps = ['check', 'unit', 'integration', 'e2e'];
const unknown = only.find((step) => !steps.includes(step));
if (unknown !== undefined) complain(`unknown step ${unknown}: any of ${steps.join(', ')}`);
const wanted = only.length === 0 ? steps : steps.filter((step) => only.includes(step));

try {
  await needForTests();
} catch (error) {
  complain(error.message);
}

let passed = 0;
let failed = 0;
const summary = [];
for (const step of wanted) {
  const startedAt = Date.now();
  const result = step === 'check' ? await check() : await jest(step);
  passed += result.passed;
  failed += result.failed;
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  summary.push(`${step.padEnd(12)} ${result.passed} passed, ${result.failed} failed in ${seconds} s`);
}
process.stdout.write(`\n${summary.join('\n')}\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

async function check() {
  const results = await runChecks(checks);
  const good = results.filter((result) => result.passed).length;
  return { passed: good, failed: results.length - good };
}

async function jest(project) {
  const report = join(local, 'reports', `${project}.json`);
  mkdirSync(join(local, 'reports'), { recursive: true });
  rmSync(report, { force: true });
  const args = ['--selectProjects', project, '--json', `--outputFile=${report}`, '--ci'];
  // Whole fleets one after the other; the rest two at a time.
  args.push(project === 'e2e' ? '--runInBand' : '--maxWorkers=2');
  const code = await new Promise((resolve) => {
    const jestBin = join(root, 'node_modules/jest/bin/jest.js');
    // --json sends the report to standard output as well: what people read comes on standard error.
    const child = spawn(process.execPath, [jestBin, ...args], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.on('close', resolve);
  });
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    // A test that did not run and a suite that did not load have not passed.
    const bad = numFailedTests + numPendingTests + numRuntimeErrorTestSuites;
    return { passed: numPassedTests, failed: bad === 0 && code !== 0 ? 1 : bad };
  } catch {
    process.stderr.write(`${project}: jest ended with code ${code} and left no report\n`);
    return { passed: 0, failed: 1 };
  }
}
