import { hostSchema } from '@oopstream/contracts';
import type { Host } from '@oopstream/contracts';
import type { Command } from 'commander';
import type { CliIo } from './cli-io';
import { connectionOptions, findTarget } from './connection';
import type { ConnectionOptions } from './connection';
import { getJson } from './http-client';
import { rebootLine } from './reboots';

export function registerHost(program: Command, io: CliIo): void {
  const command = program
    .command('host')
    .description('one host: what it runs, what crashed on it, how it rebooted')
    .argument('<id>', 'its machine-id, or its name where it has none')
    .option('--json', 'print the API answer')
    .addHelpText('after', '\nExample:\n  $ oopstream host web-17');
  connectionOptions(command, 'read').action(
    async (id: string, options: ConnectionOptions & { readonly json?: boolean }) => {
      const target = findTarget(options, 'read', io);
      const found = await getJson(target, `/v1/hosts/${encodeURIComponent(id)}`, hostSchema);
      io.stdout.write(`${options.json === true ? JSON.stringify(found, null, 2) : render(found)}\n`);
    },
  );
}

function render({ hostId, name, census, transcripts, incidents, dirtyReboots }: Host): string {
  const kdump = { true: 'kdump ready', false: 'kdump not ready', null: 'kdump not told' };
  const living =
    census === null
      ? 'no heartbeat'
      : `${census.alive ? 'alive' : 'not alive'}, last seen ${census.lastSeenAt} on ${census.release}, ${kdump[`${census.kdumpReady}`]}`;
  return [
    name === null || name === hostId ? hostId : `${name} (${hostId})`,
    living,
    ...(transcripts === null ? [] : [`last transcript ${transcripts.lastSeenAt}`]),
    ...incidents.map(
      (one) =>
        `${String(one.crashes).padStart(6)} × ${one.number}  ${one.title}  (${one.status}, last ${one.lastSeenAt})`,
    ),
    ...(incidents.length === 0 ? ['no crashes'] : []),
    ...(dirtyReboots.length === 0 ? [] : ['reboots that broke off a boot:', ...dirtyReboots.map(rebootLine)]),
  ].join('\n');
}
