import { parentListSchema, patternsSchema } from '@oopstream/contracts';
import type { Parent, Patterns } from '@oopstream/contracts';
import type { Command } from 'commander';
import type { CliIo } from './cli-io';
import { connectionOptions, findTarget } from './connection';
import type { ConnectionOptions } from './connection';
import { getJson } from './http-client';

interface PatternOptions extends ConnectionOptions {
  readonly days?: string;
  readonly kind?: string;
  readonly json?: boolean;
}

/** `oopstream patterns OOPS-42` and `oopstream parents`. */
export function registerPatterns(program: Command, io: CliIo): void {
  const patterns = program
    .command('patterns <number>')
    .description('what an incident’s hosts have in common: is it the machine, the model or the software')
    .option('--days <days>', 'days back from now (default: 30)')
    .option('--json', 'print the API answer')
    .addHelpText('after', '\nExample:\n  $ oopstream patterns OOPS-42 --days 7');
  connectionOptions(patterns, 'read').action(async (number: string, options: PatternOptions) => {
    const path = `/v1/incidents/${encodeURIComponent(number)}/patterns?${queryOf(options)}`;
    const found = await getJson(findTarget(options, 'read', io), path, patternsSchema);
    io.stdout.write(`${options.json === true ? JSON.stringify(found, null, 2) : renderPatterns(found)}\n`);
  });
  const parents = program
    .command('parents')
    .description('incidents that may be symptoms of one cause: damaged memory of one release, one bad host')
    .option('--kind <kind>', 'victims, host or all (default: all)')
    .option('--days <days>', 'days back from now (default: 30)')
    .option('--json', 'print the API answer');
  connectionOptions(parents, 'read').action(async (options: PatternOptions) => {
    const path = `/v1/parents?${queryOf(options)}`;
    const found = await getJson(findTarget(options, 'read', io), path, parentListSchema);
    const text = found.items.length === 0 ? 'no groups' : found.items.map(renderParent).join('\n\n');
    io.stdout.write(`${options.json === true ? JSON.stringify(found, null, 2) : text}\n`);
  });
}

function queryOf({ days, kind }: PatternOptions): URLSearchParams {
  return new URLSearchParams({ ...(days !== undefined && { days }), ...(kind !== undefined && { kind }) });
}

const BLAMED: Readonly<Record<Patterns['attribution']['verdict'], string>> = {
  hardware: 'the machine is to blame',
  model: 'the model or its firmware is to blame',
  software: 'the software is to blame',
  unknown: 'not clear: machine, model or software',
};

function renderPatterns({ attribution, unusual, parents, since }: Patterns): string {
  const { crashedHosts, fleetHosts, facets, looked, isSample } = unusual;
  const compared = `${crashedHosts} crashed hosts against ${fleetHosts}${isSample ? ' (a sample)' : ''}, since ${since}`;
  return [
    BLAMED[attribution.verdict],
    ...attribution.parts.map(({ speaksFor, text }) => `  for ${speaksFor}: ${text}`),
    ...(facets.length === 0
      ? [`nothing unusual among ${looked} values of ${compared}`]
      : [
          `unusual among ${looked} values of ${compared}:`,
          ...facets.map(
            ({ facet, value, crashed, fleet, lift, qValue }) =>
              `  ${facet} ${value}: ${crashed} of ${crashedHosts} crashed, ${fleet} of ${fleetHosts} in all (${lift.toFixed(1)} times, q ${qValue.toPrecision(2)})`,
          ),
        ]),
    ...parents.map((parent) => `\n${renderParent(parent)}`),
  ].join('\n');
}

function renderParent({ title, crashes, hosts, incidents, incidentCount }: Parent): string {
  const more = incidentCount - incidents.length;
  return [
    `${title} (${crashes} crashes, ${hosts} ${hosts === 1 ? 'host' : 'hosts'})`,
    ...incidents.map((one) => `  ${one.number}  ${one.status}  ${one.crashes} crashes  ${one.title}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join('\n');
}
