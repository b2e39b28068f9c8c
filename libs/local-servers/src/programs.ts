import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Finds a program that the machine has to provide.
 * @param hint how to get it: `apt-get install redis-server`.
 * @throws Error of one line that names the program and the hint.
 */
export function findProgram(name: string, hint: string): string {
  for (const dir of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(dir, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  throw new Error(`${name} is missing: ${hint}`);
}
