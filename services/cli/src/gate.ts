import { gateSchema } from '@oopstream/contracts';
import type { Gate, ReleaseRate } from '@oopstream/contracts';
import type { Command } from 'commander';
import { CliError, EXIT } from './cli-error';
import type { CliIo } from './cli-io';
import { connectionOptions, findTarget } from './connection';
import type { ConnectionOptions } from './connection';
import { getJson } from './http-client';

interface GateOptions extends ConnectionOptions {
  readonly from: string;
  readonly to: string;
  readonly incident?: string;
  readonly since?: string;
  readonly until?: string;
  readonly tolerance?: string;
  readonly confidence?: string;
  readonly acceptableRate?: string;
  readonly count?: string;
  readonly json?: boolean;
}

const AFTER = `
Exit codes: 0 not worse; 1 refused or out of reach; 2 wrong usage; 3 worse; 4 not enough data.

Example:
  $ oopstream gate --from 6.1.0-18-amd64 --to 6.1.0-21-amd64 && roll-out-further`;

export function registerGate(program: Command, io: CliIo): void {
  const command = program
    .command('gate')
    .description('whether a release crashes more often than another; the exit code says so')
    .requiredOption('--from <release>', 'kernel that runs now, as uname -r says')
    .requiredOption('--to <release>', 'kernel that is rolled out')
    .option('--incident <number>', 'crashes of this incident only, such as OOPS-42')
    .option('--since <day>', 'UTC day, such as 2026-11-01 (default: 30 days ago)')
    .option('--until <day>', 'UTC day, exclusive (default: now)')
    .option('--tolerance <factor>', 'not worse is a rate that surely rose by less (default: 2)')
    .option('--confidence <share>', 'of the intervals (default: 0.95)')
    .option('--acceptable-rate <n>', 'crashes for each 1,000 host-days that are fine in any case')
    .option('--count <what>', 'crashes, or hosts: a host that crashes in a loop counts once')
    .option('--json', 'print the API answer')
    .addHelpText('after', AFTER);
  connectionOptions(command, 'read').action(async (options: GateOptions) => {
    const found = await getJson(findTarget(options, 'read', io), `/v1/gate?${query(options)}`, gateSchema);
    io.stdout.write(`${options.json === true ? JSON.stringify(found, null, 2) : render(found)}\n`);
    if (found.verdict === 'worse') throw new CliError(`worse: ${found.explanation}`, EXIT.worse);
    if (found.verdict === 'not-enough-data')
      throw new CliError(`not enough data: ${found.explanation}`, EXIT.notEnoughData);
  });
}

function query(options: GateOptions): string {
  const { from, to, incident, since, until, tolerance, confidence, acceptableRate, count } = options;
  const given = { from, to, incident, since, until, tolerance, confidence, acceptableRate, count };
  return new URLSearchParams(
    Object.entries(given).flatMap(([key, value]): [string, string][] =>
      value === undefined ? [] : [[key, value]],
    ),
  ).toString();
}

function render(found: Gate): string {
  const { ratio, interval, pValue } = found;
  const upper = interval.upper === null ? 'no bound' : interval.upper.toFixed(2);
  return [
    rateLine('from', found.from, found.count),
    rateLine('to', found.to, found.count),
    `ratio  ${ratio === null ? '-' : ratio.toFixed(2)} (${interval.lower.toFixed(2)} to ${upper}), p ${pValue.toPrecision(2)}`,
    `${found.verdict.replaceAll('-', ' ')}: ${found.explanation}`,
  ].join('\n');
}

function rateLine(
  name: string,
  { release, fatal, hostDays, fatalOutsideCensus, dirtyReboots }: ReleaseRate,
  count: string,
) {
  // A rate out of minutes is a number of six digits that says nothing.
  const rate = hostDays < 1 ? null : fatal.per1000HostDays;
  const per =
    rate === null
      ? 'too few for a rate'
      : `${rate.value.toFixed(2)} (${rate.lower.toFixed(2)} to ${rate.upper.toFixed(2)}) crashes in 1,000 host-days`;
  const hosts = count === 'hosts' || fatal.hosts < fatal.crashes ? ` of ${fatal.hosts} hosts` : '';
  const outside = fatalOutsideCensus > 0 ? `; ${fatalOutsideCensus} outside the census` : '';
  const reboots = dirtyReboots > 0 ? `; ${dirtyReboots} reboots without a dump, not counted` : '';
  return `${name.padEnd(5)}  ${release}: ${fatal.crashes} fatal crashes${hosts} in ${hostDays.toFixed(1)} host-days, ${per}${outside}${reboots}`;
}
