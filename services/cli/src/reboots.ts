import { rebootPageSchema } from '@oopstream/contracts';
import type { Reboot, RebootPage } from '@oopstream/contracts';
import type { Command } from 'commander';
import type { CliIo } from './cli-io';
import { connectionOptions, findTarget } from './connection';
import type { ConnectionOptions } from './connection';
import { getJson } from './http-client';

interface RebootsOptions extends ConnectionOptions {
  readonly state?: string;
  readonly host?: string;
  readonly release?: string;
  readonly since?: string;
  readonly limit?: string;
  readonly cursor?: string;
  readonly json?: boolean;
}

export function registerReboots(program: Command, io: CliIo): void {
  const command = program
    .command('reboots')
    .description('hosts that came back after a boot that broke off, without a dump')
    .option('--state <state>', 'open, waiting, explained or all (default: open)')
    .option('--host <id>', 'of this host only')
    .option('--release <release>', 'of this kernel only')
    .option('--since <time>', 'back again then or later, RFC 3339')
    .option('--limit <n>', 'items of a page')
    .option('--cursor <cursor>', 'go on behind a page')
    .option('--json', 'print the API answer')
    .addHelpText('after', '\nExample:\n  $ oopstream reboots --release 6.1.0-18-amd64');
  connectionOptions(command, 'read').action(async (options: RebootsOptions) => {
    const { state, host, release, since, limit, cursor } = options;
    const query = new URLSearchParams(
      Object.entries({ state, host, release, since, limit, cursor }).flatMap(
        ([key, value]): [string, string][] => (value === undefined ? [] : [[key, value]]),
      ),
    );
    const found = await getJson(findTarget(options, 'read', io), `/v1/reboots?${query}`, rebootPageSchema);
    io.stdout.write(`${options.json === true ? JSON.stringify(found, null, 2) : render(found)}\n`);
  });
}

function render({ items, nextCursor }: RebootPage): string {
  if (items.length === 0) return 'no such reboots';
  return [...items.map(rebootLine), ...(nextCursor === null ? [] : [`more: --cursor ${nextCursor}`])].join(
    '\n',
  );
}

/** One reboot in one line. */
export function rebootLine({ backAt, hostId, hostName, release, state, crashId }: Reboot): string {
  const host = hostName === null || hostName === hostId ? hostId : `${hostName} (${hostId})`;
  return `${backAt}  ${state.padEnd(9)}  ${host}  ${release ?? 'kernel not known'}${crashId === null ? '' : `  crash ${crashId}`}`;
}
