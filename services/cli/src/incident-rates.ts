import { incidentRatesSchema } from '@oopstream/contracts';
import type { IncidentRates } from '@oopstream/contracts';
import type { Command } from 'commander';
import type { CliIo } from './cli-io';
import { connectionOptions, findTarget } from './connection';
import type { ConnectionOptions } from './connection';
import { getJson } from './http-client';
import { renderRates } from './rates';

interface IncidentRatesOptions extends ConnectionOptions {
  readonly since?: string;
  readonly until?: string;
  readonly json?: boolean;
}

/** @param incidents the command of incidents. */
export function addIncidentRates(incidents: Command, io: CliIo): void {
  const command = incidents
    .command('rates')
    .description('how often a bug crashes on each release, where it came in, how it spreads')
    .argument('<number>', 'such as OOPS-42')
    .option('--since <day>', 'UTC day, such as 2026-11-01 (default: 30 days ago)')
    .option('--until <day>', 'UTC day, exclusive (default: now)')
    .option('--json', 'print the API answer')
    .addHelpText('after', '\nExample:\n  $ oopstream incidents rates OOPS-42');
  connectionOptions(command, 'read').action(async (number: string, options: IncidentRatesOptions) => {
    const { since, until } = options;
    const query = new URLSearchParams({
      ...(since !== undefined && { since }),
      ...(until !== undefined && { until }),
    });
    const path = `/v1/incidents/${encodeURIComponent(number)}/rates?${query}`;
    const found = await getJson(findTarget(options, 'read', io), path, incidentRatesSchema);
    io.stdout.write(`${options.json === true ? JSON.stringify(found, null, 2) : render(found)}\n`);
  });
}

function render(found: IncidentRates): string {
  const { hosts, hit, share } = found.fleet;
  const part = share === null ? '' : `, ${(share * 100).toFixed(2)} %`;
  return [
    renderRates(found),
    `hosts hit: ${hit} of ${hosts}${part}`,
    ...found.spread.map((one) => `${one.day}  +${one.newHosts} hosts, ${one.hosts} in all`),
  ].join('\n');
}
