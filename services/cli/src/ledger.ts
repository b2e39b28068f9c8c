import { ledgerSchema } from '@oopstream/contracts';
import type { Ledger } from '@oopstream/contracts';
import type { Command } from 'commander';
import { CliError } from './cli-error';
import type { CliIo } from './cli-io';
import { connectionOptions, findTarget } from './connection';
import type { ConnectionOptions } from './connection';
import { getJson } from './http-client';

export function registerLedger(program: Command, io: CliIo): void {
  const command = program
    .command('ledger')
    .description('what became of every transcript; exit code 1 when, at rest, it does not add up')
    .option('--json', 'print the API answer')
    .addHelpText('after', '\nExample:\n  $ oopstream ledger --json | jq .balance');
  connectionOptions(command, 'read').action(
    async (options: ConnectionOptions & { readonly json?: boolean }) => {
      const ledger = await getJson(findTarget(options, 'read', io), '/v1/ledger', ledgerSchema);
      io.stdout.write(`${options.json === true ? JSON.stringify(ledger, null, 2) : render(ledger)}\n`);
      if (ledger.atRest && ledger.balance !== 0)
        throw new CliError(`the ledger does not add up: ${ledger.balance} transcripts unaccounted for`);
    },
  );
}

function render(ledger: Ledger): string {
  const { transcripts, readings, inFlight } = ledger;
  const line = (name: string, value: number, note = '') =>
    `${name.padEnd(16)}${String(value).padStart(10)}  ${note}`;
  return [
    line('received', ledger.received, `as of ${ledger.asOf}`),
    line('= duplicate', transcripts.duplicate),
    line('+ no crash', transcripts.noCrash),
    line('+ rejected', transcripts.rejected, reasons(ledger.rejectedByReason)),
    line('+ read', transcripts.read),
    line('+ in flight', inFlight.total, `${inFlight.toRead} to read, ${inFlight.toGroup} to group`),
    line('balance', ledger.balance, ledger.atRest ? 'at rest' : 'work under way'),
    '',
    line('readings', readings.grouped + readings.sameCrash + readings.held + readings.sampledAway),
    line('= grouped', readings.grouped),
    line('+ same crash', readings.sameCrash),
    line('+ held', readings.held),
    line('+ sampled away', readings.sampledAway),
    ...(ledger.redelivered > 0
      ? ['', line('redelivered', ledger.redelivered, 'seen again, counted once')]
      : []),
  ].join('\n');
}

function reasons(byReason: Readonly<Record<string, number>>): string {
  return Object.entries(byReason)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(', ');
}
