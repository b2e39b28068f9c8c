import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { connectionSchema } from '@oopstream/contracts';
import type { Connection } from '@oopstream/contracts';
import type { Command } from 'commander';
import { CliError, EXIT } from './cli-error';
import type { CliIo } from './cli-io';

/** Options that every command which talks to a running oopstream takes. */
export interface ConnectionOptions {
  readonly url?: string;
  readonly token?: string;
  readonly connection?: string;
}

/** Transcripts go to the collector; heartbeats, with the same token, to the API. */
type Purpose = 'ingest' | 'heartbeat' | 'read' | 'admin';

/** Where to send requests and which token to show. */
export interface Target {
  readonly url: string;
  readonly token: string;
}

export function connectionOptions(command: Command, purpose: Purpose): Command {
  return command
    .option('--url <url>', `${purpose === 'ingest' ? 'collector' : 'API'} (default: the running local one)`)
    .option('--token <token>', `${tokenOf(purpose)} token; better in OOPSTREAM_TOKEN, which ps does not show`)
    .option('--connection <file>', 'connection.json to read both from');
}

function tokenOf(purpose: Purpose): Exclude<Purpose, 'heartbeat'> {
  return purpose === 'heartbeat' ? 'ingest' : purpose;
}

/**
 * Finds the oopstream to talk to: `--url` and `--token`, else what the connection.json of `--connection` says, else
 * `OOPSTREAM_URL` and `OOPSTREAM_TOKEN`, else the newest connection.json of a running instance in `.local/` of this
 * directory or one above. A token found by searching is never shown to an address that was given.
 *
 * @throws CliError where nothing is found.
 */
export function findTarget(options: ConnectionOptions, purpose: Purpose, io: CliIo): Target {
  const { url, token } = givenTarget(options, purpose, io);
  if (url !== undefined && token !== undefined) return { url: url.replace(/\/+$/, ''), token };
  if (url !== undefined)
    throw new CliError(`no token for ${url}: give --token or set OOPSTREAM_TOKEN`, EXIT.usage);
  const found = targetOf(newestConnection(io.cwd), purpose);
  return { url: found.url, token: token ?? found.token };
}

function givenTarget(options: ConnectionOptions, purpose: Purpose, io: CliIo): Partial<Target> {
  const file = options.connection;
  const base: Partial<Target> =
    file === undefined ? fromEnvironment(io.env) : targetOf(readConnection(resolve(io.cwd, file)), purpose);
  const url = options.url ?? base.url;
  const token = options.token ?? base.token;
  return { ...(url !== undefined && { url }), ...(token !== undefined && { token }) };
}

function fromEnvironment(env: CliIo['env']): Partial<Target> {
  const url = env['OOPSTREAM_URL'];
  const token = env['OOPSTREAM_TOKEN'];
  return { ...(url && { url }), ...(token && { token }) };
}

function targetOf(connection: Connection, purpose: Purpose): Target {
  const { url, ingestUrl, tokens } = connection;
  return { url: purpose === 'ingest' ? ingestUrl : url, token: tokens[tokenOf(purpose)] };
}

function readConnection(file: string): Connection {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError(`cannot read ${file}: ${(error as Error).message}`, EXIT.usage);
  }
  try {
    return connectionSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new CliError(`${file} is no connection.json of this version`, EXIT.usage, { cause: error });
  }
}

/** The newest of running instances; files that cannot be read matter only where there is no other. */
function newestConnection(start: string): Connection {
  let unreadable: CliError | null = null;
  for (let dir = start; ; dir = dirname(dir)) {
    const read = connectionsBelow(join(dir, '.local'));
    const running = read.flatMap((one) => (one instanceof CliError || !one.pids.some(isAlive) ? [] : [one]));
    if (running[0] !== undefined) return running[0];
    unreadable ??= read.find((one) => one instanceof CliError) ?? null;
    if (dir === dirname(dir)) break;
  }
  throw (
    unreadable ??
    new CliError(
      'no running oopstream found: start one with `npm start`, or give --url and --token',
      EXIT.usage,
    )
  );
}

/** Newest first. */
function connectionsBelow(local: string): (Connection | CliError)[] {
  let names: string[];
  try {
    names = readdirSync(local);
  } catch {
    return [];
  }
  return names
    .flatMap((name) => {
      const file = join(local, name, 'connection.json');
      const stat = statSync(file, { throwIfNoEntry: false });
      return stat === undefined ? [] : [{ file, mtimeMs: stat.mtimeMs }];
    })
    .sort((a, b) => b.mtimeMs - a.mtimeMs)
    .map(({ file }) => {
      try {
        return readConnection(file);
      } catch (error) {
        if (error instanceof CliError) return error;
        throw error;
      }
    });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
