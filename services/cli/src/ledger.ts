import { ledgerCheckSchema, ledgerHoursSchema, ledgerSchema } from '@oopstream/contracts';
import type { Ledger, LedgerCheckAnswer, LedgerHours } from '@oopstream/contracts';
import type { Command } from 'commander';
import { CliError, EXIT } from './cli-error';
import type { CliIo } from './cli-io';
import { connectionOptions, findTarget } from './connection';
import type { ConnectionOptions, Target } from './connection';
import { getJson } from './http-client';

interface LedgerOptions extends ConnectionOptions {
  readonly json?: boolean;
  readonly all?: boolean;
  readonly by?: string;
  readonly check?: boolean;
  readonly since?: string;
  readonly until?: string;
}

/** What one way of asking comes to: the answer, the same as text, and what is wrong with it. */
interface Page {
  readonly answer: object;
  readonly text: string;
  readonly trouble: string | null;
}

export function registerLedger(program: Command, io: CliIo): void {
  const command = program
    .command('ledger')
    .description('what became of every transcript; exit code 1 when it does not add up')
    .option('--all', 'of all tenants; needs a token of scope admin')
    .option('--by <unit>', 'hour: by hour of receipt, stage and outcome')
    .option('--check', 'count again from what is stored and name what does not agree')
    .option('--since <time>', 'with --by and --check: from the hour of this time on (RFC 3339)')
    .option('--until <time>', 'with --by and --check: up to this time')
    .option('--json', 'print the API answer')
    .addHelpText(
      'after',
      '\nExamples:\n  $ oopstream ledger --json | jq .balance\n  $ oopstream ledger --check --all',
    );
  connectionOptions(command, 'read').action(async (options: LedgerOptions) => {
    if (options.by !== undefined && options.by !== 'hour')
      throw new CliError(`--by takes hour, not ${options.by}`, EXIT.usage);
    const target = findTarget(options, options.all === true ? 'admin' : 'read', io);
    const page = await readPage(target, options);
    io.stdout.write(`${options.json === true ? JSON.stringify(page.answer, null, 2) : page.text}\n`);
    if (page.trouble !== null) throw new CliError(page.trouble);
  });
}

async function readPage(target: Target, options: LedgerOptions): Promise<Page> {
  const query = new URLSearchParams();
  if (options.all === true) query.set('tenants', 'all');
  if (options.since !== undefined) query.set('since', options.since);
  if (options.until !== undefined) query.set('until', options.until);
  const ask = query.size === 0 ? '' : `?${query.toString()}`;
  if (options.check === true) {
    const answer = await getJson(target, `/v1/ledger/check${ask}`, ledgerCheckSchema);
    const { length } = answer.mismatches;
    return {
      answer,
      text: renderCheck(answer),
      trouble: length === 0 ? null : `${length} counts do not agree`,
    };
  }
  if (options.by === 'hour') {
    const answer = await getJson(target, `/v1/ledger/hours${ask}`, ledgerHoursSchema);
    return { answer, text: renderHours(answer), trouble: null };
  }
  const answer = await getJson(target, `/v1/ledger${ask}`, ledgerSchema);
  const trouble =
    answer.balance === 0
      ? null
      : `the ledger does not add up: ${answer.balance} transcripts ${answer.balance > 0 ? 'unaccounted for' : '(counted twice)'}`;
  return { answer, text: render(answer), trouble };
}

function render(ledger: Ledger): string {
  const { transcripts, readings, inFlight, bodies } = ledger;
  const line = (name: string, value: number, note = '') =>
    `${name.padEnd(16)}${String(value).padStart(10)}  ${note}`;
  const isWhole = ledger.scope === 'all';
  return [
    line('received', ledger.received, `as of ${ledger.asOf}`),
    line('= duplicate', transcripts.duplicate),
    line('+ no crash', transcripts.noCrash),
    line('+ rejected', transcripts.rejected, reasons(ledger.rejectedByReason)),
    line('+ read', transcripts.read),
    ...(isWhole
      ? [line('+ in flight', inFlight.total, `${inFlight.toRead} to read, ${inFlight.toGroup} to group`)]
      : []),
    line('balance', ledger.balance, ledger.atRest ? 'at rest' : 'work under way'),
    ...(ledger.watermark === null
      ? []
      : [`complete for all that was accepted before ${ledger.watermark.at}`]),
    '',
    line('readings', readings.grouped + readings.sameCrash + readings.held + readings.sampledAway),
    line('= grouped', readings.grouped),
    line('+ same crash', readings.sameCrash),
    line('+ held', readings.held),
    line('+ sampled away', readings.sampledAway),
    '',
    line('crashes', ledger.crashes),
    line('bodies kept', bodies.kept),
    line('sampled away', bodies.sampledAway, reasons(bodies.byReason)),
    ...(ledger.redelivered > 0
      ? ['', line('redelivered', ledger.redelivered, 'seen again, counted once')]
      : []),
  ].join('\n');
}

function renderHours({ items, watermark }: LedgerHours): string {
  const rows = items.map((row) =>
    [
      (row.hour === null ? 'before retention' : `${row.hour.slice(0, 13)}Z`).padEnd(18),
      row.tenant.padEnd(16),
      row.kind.padEnd(12),
      row.outcome.padEnd(28),
      String(row.count).padStart(10),
    ].join(' '),
  );
  const complete =
    watermark === null ? [] : ['', `complete for all that was accepted before ${watermark.at}`];
  return [...(rows.length === 0 ? ['nothing in these hours'] : rows), ...complete].join('\n');
}

function renderCheck({ mismatches, counts, hours }: LedgerCheckAnswer): string {
  const compared = `${counts} counts of ${hours} hours compared`;
  if (mismatches.length === 0) return `${compared}: all agree`;
  return [
    `${compared}: ${mismatches.length} do not agree`,
    ...mismatches.map(
      (one) =>
        `${one.hour ?? '-'} ${one.tenant || '-'} ${one.kind} ${one.outcome}: counted ${one.expected}, found ${one.found}` +
        (one.examples.length === 0 ? '' : `, e.g. ${one.examples.join(' ')}`),
    ),
  ].join('\n');
}

function reasons(byReason: Readonly<Record<string, number>>): string {
  return Object.entries(byReason)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(', ');
}
