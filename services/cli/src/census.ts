import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { resolve } from 'node:path';
import { censusSchema, recordedHeartbeatsSchema } from '@oopstream/contracts';
import type { Census, RecordedHeartbeats } from '@oopstream/contracts';
import type { Command } from 'commander';
import { CliError, EXIT } from './cli-error';
import type { CliIo } from './cli-io';
import { connectionOptions, findTarget } from './connection';
import type { ConnectionOptions } from './connection';
import { readHostFacts } from './host-facts';
import { expectAnswer, getJson, request } from './http-client';

interface ShowOptions extends ConnectionOptions {
  readonly release?: string;
  readonly model?: string;
  readonly json?: boolean;
}

const TYPES = { csv: 'text/csv', ndjson: 'application/x-ndjson', json: 'application/json' } as const;

export function registerCensus(program: Command, io: CliIo): void {
  const command = program
    .command('census')
    .description('which hosts are alive and what they run: what crashes are divided by')
    .addHelpText(
      'after',
      '\nExamples:\n  $ oopstream census send\n  $ oopstream census import hosts.csv\n  $ oopstream census show --model R640',
    );
  addSend(command, io);
  addImport(command, io);
  addShow(command, io);
}

function addSend(census: Command, io: CliIo): void {
  const command = census
    .command('send')
    .description('say that this host is alive, and what it runs')
    .option('--root <dir>', 'where the host has its files; in a container, where they are mounted', '/')
    .addHelpText('after', '\nExample:\n  $ oopstream census send --url https://oopstream.example');
  connectionOptions(command, 'heartbeat').action(
    async (options: ConnectionOptions & { readonly root: string }) => {
      const body = JSON.stringify(readHostFacts(resolve(io.cwd, options.root)));
      await post(options, TYPES.json, body, io);
    },
  );
}

function addImport(census: Command, io: CliIo): void {
  const command = census
    .command('import')
    .description('take in heartbeats of many hosts; a second time changes nothing')
    .argument(
      '<file>',
      'CSV (first row: names of columns), NDJSON or JSON by its ending; - is standard input',
    )
    .option('--format <format>', 'csv, ndjson or json, where the ending does not say')
    .addHelpText('after', '\nExample:\n  $ oopstream census import --format csv - < hosts.csv');
  connectionOptions(command, 'heartbeat').action(
    async (file: string, options: ConnectionOptions & { readonly format?: string }) => {
      const format = options.format ?? /\.(\w+)$/.exec(file)?.[1]?.toLowerCase() ?? '';
      if (format !== 'csv' && format !== 'ndjson' && format !== 'json')
        throw new CliError(`say what ${file} is: --format csv, ndjson or json`, EXIT.usage);
      await post(options, TYPES[format], await readText(file, io), io);
    },
  );
}

async function readText(file: string, io: CliIo): Promise<string> {
  if (file === '-') return (await buffer(io.stdin)).toString('utf8');
  try {
    return readFileSync(resolve(io.cwd, file), 'utf8');
  } catch (error) {
    throw new CliError(`cannot read ${file}: ${(error as Error).message}`, EXIT.usage);
  }
}

async function post(options: ConnectionOptions, type: string, body: string, io: CliIo): Promise<void> {
  const target = findTarget(options, 'heartbeat', io);
  const answer = await request(target, 'POST', '/v1/census', { body, headers: { 'content-type': type } });
  const recorded = expectAnswer(answer, 200, recordedHeartbeatsSchema);
  io.stdout.write(`${renderRecorded(recorded)}\n`);
}

function renderRecorded({ recorded, repeated, tooLate, inFuture }: RecordedHeartbeats): string {
  const parts: readonly (readonly [number, string])[] = [
    [recorded, 'recorded'],
    [repeated, 'known before'],
    [tooLate, 'too late to count'],
    [inFuture, 'in the future'],
  ];
  return parts
    .filter(([count], index) => count > 0 || index === 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(', ');
}

function addShow(census: Command, io: CliIo): void {
  const command = census
    .command('show')
    .description('hosts that are alive, by release and model')
    .option('--release <release>', 'on this kernel')
    .option('--model <model>', 'of this model')
    .option('--json', 'print the API answer')
    .addHelpText('after', '\nExample:\n  $ oopstream census show --release 6.1.0-13-amd64');
  connectionOptions(command, 'read').action(async (options: ShowOptions) => {
    const query = new URLSearchParams({
      ...(options.release !== undefined && { release: options.release }),
      ...(options.model !== undefined && { model: options.model }),
    });
    const found = await getJson(findTarget(options, 'read', io), `/v1/census?${query}`, censusSchema);
    io.stdout.write(`${options.json === true ? JSON.stringify(found, null, 2) : renderCensus(found)}\n`);
  });
}

function renderCensus({ hosts, asOf, builds, kdump, withoutHeartbeat }: Census): string {
  const rest = hosts - builds.reduce((sum, build) => sum + build.hosts, 0);
  return [
    `${hosts} hosts alive as of ${asOf}; kdump ready on ${kdump.ready}, not on ${kdump.notReady}, not told by ${kdump.unknown}`,
    ...builds.map((build) => {
      const dump = build.kdumpNotReady > 0 ? `  (${build.kdumpNotReady} without kdump)` : '';
      return `${String(build.hosts).padStart(8)}  ${build.release}  ${build.model ?? '-'}${dump}`;
    }),
    ...(withoutHeartbeat > 0
      ? [`${withoutHeartbeat} more hosts sent a transcript and never a heartbeat: they are in no rate`]
      : []),
    ...(rest > 0 ? [`${String(rest).padStart(8)}  others`] : []),
  ].join('\n');
}
