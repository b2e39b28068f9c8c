// `npm run check`: lint, boundaries, cycles, dead code, format. Prints what fails; exit code 1 when something does.
import { checks, runChecks } from './lib/checks.mjs';

const results = await runChecks(checks);
process.exitCode = results.every((result) => result.passed) ? 0 : 1;
