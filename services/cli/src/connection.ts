import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { connectionSchema } from '@oopstream/contracts';
import type { Connection } from '@oopstream/contracts';
import { CliError, EXIT } from './cli-error';

/** Options that every command which talks to a running oopstream takes. */
export interface ConnectionOptions {
  readonly url?: string;
  readonly token?: string;
  readonly connection?: string;
}

type Purpose = 'ingest' | 'read';

/** Where to send requests and which token to show. */
export interface Target {
  readonly url: string;
  readonly token: string;
}

/**
 * Finds the oopstream to talk to: `--url` and `--token`, else `OOPSTREAM_URL` and `OOPSTREAM_TOKEN`, else the
 * connection.json named by `--connection`, else the newest one of a running instance in `.local/` of this directory or one above.
 */
export function findTarget(options: ConnectionOptions, purpose: Purpose): Target {
  const url = options.url ?? process.env['OOPSTREAM_URL'];
  const token = options.token ?? process.env['OOPSTREAM_TOKEN'];
  if (url !== undefined && token !== undefined) return { url: url.replace(/\/$/, ''), token };
  const file = options.connection ?? newestConnection(process.cwd());
  if (file === null)
    throw new CliError(
      'no running oopstream found: start one with `npm start`, or give --url and --token',
      EXIT.usage,
    );
  const connection = readConnection(file);
  return purpose === 'ingest'
    ? { url: url ?? connection.ingestUrl, token: token ?? connection.tokens.ingest }
    : { url: url ?? connection.url, token: token ?? connection.tokens.read };
}

function readConnection(file: string): Connection {
  try {
    return connectionSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new CliError(
      `${file} is no connection.json: ${(error as Error).message.split('\n')[0]}`,
      EXIT.usage,
    );
  }
}

function newestConnection(start: string): string | null {
  for (let dir = start; ; dir = dirname(dir)) {
    const found = connectionsBelow(join(dir, '.local'));
    if (found.length > 0) return found[0]!.file;
    if (dir === dirname(dir)) return null;
  }
}

function connectionsBelow(local: string): { file: string; mtimeMs: number }[] {
  let names: string[];
  try {
    names = readdirSync(local);
  } catch {
    return [];
  }
  return names
    .map((name) => join(local, name, 'connection.json'))
    .flatMap((file) => {
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat === undefined || !readConnection(file).pids.some(isAlive)
        ? []
        : [{ file, mtimeMs: stat.mtimeMs }];
    })
    .sort((a, b) => b.mtimeMs - a.mtimeMs);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
