import { ratesSchema } from '@oopstream/contracts';
import type { Rates } from '@oopstream/contracts';
import type { Command } from 'commander';
import type { CliIo } from './cli-io';
import { connectionOptions, findTarget } from './connection';
import type { ConnectionOptions } from './connection';
import { getJson } from './http-client';

interface RatesOptions extends ConnectionOptions {
  readonly incident?: string;
  readonly release?: string;
  readonly since?: string;
  readonly until?: string;
  readonly json?: boolean;
}

export function registerRates(program: Command, io: CliIo): void {
  const command = program
    .command('rates')
    .description('fatal crashes for each 1,000 host-days, release by release')
    .option('--incident <number>', 'of this incident only, such as OOPS-42; tells where it came in')
    .option('--release <release>', 'on this kernel only')
    .option('--since <day>', 'UTC day, such as 2026-11-01 (default: 30 days ago)')
    .option('--until <day>', 'UTC day, exclusive (default: now)')
    .option('--json', 'print the API answer')
    .addHelpText('after', '\nExample:\n  $ oopstream rates --incident OOPS-42');
  connectionOptions(command, 'read').action(async (options: RatesOptions) => {
    const { incident, release, since, until } = options;
    const query = new URLSearchParams(
      Object.entries({ incident, release, since, until }).flatMap(([key, value]): [string, string][] =>
        value === undefined ? [] : [[key, value]],
      ),
    );
    const found = await getJson(findTarget(options, 'read', io), `/v1/rates?${query}`, ratesSchema);
    io.stdout.write(`${options.json === true ? JSON.stringify(found, null, 2) : renderRates(found)}\n`);
  });
}

/** Releases as a table, then where the bug came in. */
export function renderRates({ releases, turns, since, until }: Rates): string {
  if (releases.length === 0) return `no host-days from ${since} to ${until}: see oopstream census`;
  return [
    `${'rate'.padStart(9)}  ${'95 % interval'.padStart(19)}  ${'crashes'.padStart(7)}  ${'host-days'.padStart(11)}  release`,
    ...releases.map(({ release, hostDays, fatal, dirtyReboots }) => {
      const reboots = dirtyReboots > 0 ? `  (${dirtyReboots} reboots without a dump)` : '';
      // A rate out of minutes is a number of six digits that says nothing.
      const rate = hostDays < 1 ? null : fatal.per1000HostDays;
      const range = rate === null ? '' : `${rate.lower.toFixed(2)} to ${rate.upper.toFixed(2)}`;
      const value = rate === null ? '-' : rate.value.toFixed(2);
      return `${value.padStart(9)}  ${range.padStart(19)}  ${String(fatal.crashes).padStart(7)}  ${hostDays.toFixed(1).padStart(11)}  ${release}${reboots}`;
    }),
    ...turns.map(({ branch, firstBad, lastGood, lastGoodHostDays, chanceOfNone, proven }) => {
      const ran = lastGoodHostDays === null ? '' : `, ${lastGoodHostDays.toFixed(1)} host-days`;
      const chance =
        chanceOfNone === null ? '' : `, none there by chance: ${(chanceOfNone * 100).toPrecision(2)} %`;
      const good = lastGood === null ? 'no good build before it' : `last good ${lastGood}${ran}${chance}`;
      return `${branch}: first bad ${firstBad}, ${good}${proven ? ' (proven)' : ''}`;
    }),
  ].join('\n');
}
