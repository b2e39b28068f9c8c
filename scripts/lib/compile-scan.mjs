import { join } from 'node:path';
import asc from 'assemblyscript/asc';
import { root } from './paths.mjs';

const LIB = 'libs/core/transcript';

/** What `compileScan` makes, a path in the repository. */
export const SCAN_MODULE = `${LIB}/src/idle-scan-module.ts`;

/** Compiles the scanner of healthy logs (AssemblyScript) to the text of a module that holds it. */
export async function compileScan() {
  let code = null;
  const { error, stderr } = await asc.main(
    [
      `${LIB}/assembly/idle-scan.ts`,
      ...['--baseDir', root, '--outFile', 'idle-scan.wasm', '--runtime', 'stub', '--enable', 'simd'],
      // Nothing is imported, and places below 1024 are for results.
      ...['-O3', '--noAssert', '--uncheckedBehavior', 'always', '--use', 'abort=', '--memoryBase', '1024'],
    ],
    { writeFile: (_name, contents) => (code = Buffer.from(contents)) },
  );
  if (error) throw new Error(`${LIB}/assembly: ${error.message}\n${stderr.toString()}`);
  return `/** WebAssembly as base64, made by \`npm run generate\` from assembly/. */\nexport const IDLE_SCAN =\n  '${code.toString('base64')}';\n`;
}
