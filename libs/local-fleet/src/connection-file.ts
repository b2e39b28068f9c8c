import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { connectionSchema } from '@oopstream/contracts';
import type { Connection } from '@oopstream/contracts';
import { mintToken } from '@oopstream/runtime';

/** @returns the file of the instance whose data lies in `dir`. */
export function connectionFile(dir: string): string {
  return join(dir, 'connection.json');
}

/** Writes it so that nobody ever reads half of it, and only its owner reads it at all (mode 0600). */
export function writeConnection(dir: string, connection: Connection): void {
  const file = connectionFile(dir);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(connection, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** @returns `null` when there is none, or none that this version understands. */
export function readConnection(dir: string): Connection | null {
  try {
    return connectionSchema.parse(JSON.parse(readFileSync(connectionFile(dir), 'utf8')));
  } catch {
    return null;
  }
}

/** Nobody is there any more. The tokens stay in `tokens.json`, so that a restart keeps them. */
export function removeConnection(dir: string): void {
  rmSync(connectionFile(dir), { force: true });
}

/** The tokens of the instance in `dir`: made at its first start, the same ever after. */
export function keepTokens(dir: string): Connection['tokens'] {
  const file = join(dir, 'tokens.json');
  try {
    return connectionSchema.shape.tokens.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const tokens = { ingest: mintToken().token, read: mintToken().token, admin: mintToken().token };
  mkdirSync(dir, { recursive: true });
  writeFileSync(file, `${JSON.stringify(tokens, null, 2)}\n`, { mode: 0o600 });
  return tokens;
}
