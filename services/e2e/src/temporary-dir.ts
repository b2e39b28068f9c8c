import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT_DIR } from './root-dir';

/** A directory for one instance of one test run, below `.local/`. */
export function temporaryDir(name: string): string {
  const dir = join(ROOT_DIR, '.local', `e2e-${process.pid}-${name}`);
  mkdirSync(dir, { recursive: true });
  return dir;
}
