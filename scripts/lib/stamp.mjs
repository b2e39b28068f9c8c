import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Files below `paths`, sorted, without build output and dependencies. */
function filesBelow(paths) {
  return paths.flatMap((path) => {
    if (!existsSync(path)) return [];
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path).filter((name) => name !== 'node_modules' && name !== 'dist');
    return filesBelow(names.sort().map((name) => join(path, name)));
  });
}

/** A hash of the content of files and folders. */
export function hashOf(paths) {
  const hash = createHash('sha256');
  for (const file of filesBelow(paths)) hash.update(file).update('\0').update(readFileSync(file));
  return hash.digest('hex');
}

/** Runs `work` unless `paths` hash to what the stamp says of the last run that succeeded. */
export async function unlessUnchanged(stamp, paths, work) {
  const before = hashOf(paths);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === before) return;
  await work();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, hashOf(paths));
}
