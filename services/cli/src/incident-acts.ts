import { incidentSchema } from '@oopstream/contracts';
import type { Command } from 'commander';
import { CliError, EXIT } from './cli-error';
import type { CliIo } from './cli-io';
import { connectionOptions, findTarget } from './connection';
import type { ConnectionOptions } from './connection';
import { expectAnswer, request } from './http-client';

interface ActOptions extends ConnectionOptions {
  readonly note?: string;
  readonly json?: boolean;
  readonly release?: string;
  readonly commit?: string;
  readonly livepatch?: string;
  readonly until?: string;
  readonly crashes?: string;
  readonly hosts?: string;
}

type Body = Readonly<Record<string, unknown>>;
type Declare = (command: Command) => Command;

interface Act {
  readonly name: string;
  /** End of the path. */
  readonly verb: string;
  readonly description: string;
  readonly declare?: Declare;
  readonly body?: (options: ActOptions, nowMs: number) => Body;
  readonly example: string;
}

const ACTS: readonly Act[] = [
  {
    name: 'resolve',
    verb: 'resolve',
    description: 'say that it is fixed; said again, more of what fixes it',
    declare: (command) =>
      command
        .option('--release <release>', 'first fixed kernel of its branch; it says nothing of other branches')
        .option('--commit <id>', 'commit that fixes it, 12 digits or more; see `oopstream fixes`')
        .option('--livepatch <name>', 'livepatch that carries the fix'),
    body: ({ release, commit, livepatch }) => ({ release, commit, livepatch }),
    example: 'OOPS-42 --release 6.1.90',
  },
  {
    name: 'reopen',
    verb: 'reopen',
    description: 'take a resolve back, or open what is obsolete',
    example: 'OOPS-42',
  },
  {
    name: 'obsolete',
    verb: 'obsolete',
    description: 'give it up; a further crash brings it back',
    example: 'OOPS-42',
  },
  {
    name: 'ack',
    verb: 'acknowledge',
    description: 'say that you look at it',
    example: 'OOPS-42 --note "on it"',
  },
  {
    name: 'mute',
    verb: 'mute',
    description: 'call nobody until the first of these comes true',
    declare: (command) =>
      command
        .option('--until <time>', 'RFC 3339 time, or so much from now: 90m, 12h, 7d')
        .option('--crashes <n>', 'after so many further crashes')
        .option('--hosts <n>', 'when so many further hosts are hit')
        .option('--release <release>', 'with a crash on this kernel or a later one of its branch'),
    body: ({ until, crashes, hosts, release }, nowMs) => ({
      until: until === undefined ? undefined : timeOf(until, nowMs),
      crashes: numberOf('crashes', crashes),
      hosts: numberOf('hosts', hosts),
      release,
    }),
    example: 'OOPS-42 --until 7d --hosts 10',
  },
  { name: 'unmute', verb: 'unmute', description: 'call people again', example: 'OOPS-42' },
];

/** Acts on one incident, as subcommands of `incidents`. */
export function registerIncidentActs(incidents: Command, io: CliIo): void {
  for (const act of ACTS) {
    const command = incidents
      .command(act.name)
      .description(act.description)
      .argument('<number>', 'such as OOPS-42');
    run(act.declare?.(command) ?? command, io, act, (options) => act.body?.(options, io.nowMs()) ?? {});
  }
  const assign = incidents
    .command('assign')
    .description('say whose it is')
    .argument('<number>', 'such as OOPS-42')
    .argument('[who]', 'a person or a team; nobody when left out');
  const act = { name: 'assign', verb: 'assign', example: 'OOPS-42 storage-team' };
  run(assign, io, act, (_, who) => ({ assignee: who ?? null }));
}

function run(
  command: Command,
  io: CliIo,
  { name, verb, example }: Pick<Act, 'name' | 'verb' | 'example'>,
  bodyOf: (options: ActOptions, who: string | undefined) => Body,
): void {
  command
    .option('--note <text>', 'why, for the history')
    .option('--json', 'print the API answer')
    .addHelpText('after', `\nExample:\n  $ oopstream incidents ${name} ${example}`);
  connectionOptions(command, 'admin').action(async (number: string, ...rest: unknown[]) => {
    const who = typeof rest[0] === 'string' ? rest[0] : undefined;
    const options = command.opts<ActOptions>();
    const target = findTarget(options, 'admin', io);
    const answer = await request(target, 'POST', `/v1/incidents/${encodeURIComponent(number)}/${verb}`, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...bodyOf(options, who), note: options.note }),
    });
    const incident = expectAnswer(answer, 200, incidentSchema);
    io.stdout.write(
      options.json === true
        ? `${JSON.stringify(incident, null, 2)}\n`
        : `${incident.number}  ${incident.status}${marks(incident)}  ${incident.title}\n`,
    );
  });
}

function marks(incident: {
  readonly acknowledged: boolean;
  readonly assignee: string | null;
  readonly muted: boolean;
}): string {
  const { acknowledged, assignee, muted } = incident;
  const said = [acknowledged && 'acknowledged', assignee !== null && `of ${assignee}`, muted && 'muted'];
  const shown = said.filter((word) => word !== false);
  return shown.length === 0 ? '' : ` (${shown.join(', ')})`;
}

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** @returns the time as RFC 3339. @throws CliError for what is no time */
function timeOf(text: string, nowMs: number): string {
  const relative = /^(\d{1,6})([mhd])$/.exec(text);
  const unit = relative?.[2] as keyof typeof UNITS | undefined;
  const timeMs = unit === undefined ? Date.parse(text) : nowMs + Number(relative?.[1]) * UNITS[unit];
  if (Number.isNaN(timeMs))
    throw new CliError(`${text} is no time: say 2026-12-01T00:00:00Z or 7d`, EXIT.usage);
  return new Date(timeMs).toISOString();
}

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new CliError(`--${name} takes a number`, EXIT.usage);
  return Number(text);
}
