import { incidentDetailSchema, incidentPageSchema } from '@oopstream/contracts';
import type { Incident, IncidentDetail, IncidentListItem } from '@oopstream/contracts';
import type { Command } from 'commander';
import pc from 'picocolors';
import type { CliIo } from './cli-io';
import { connectionOptions, findTarget } from './connection';
import type { ConnectionOptions } from './connection';
import { getJson } from './http-client';
import { addIncidentRates } from './incident-rates';
import { registerIncidentActs } from './incident-acts';

const EXAMPLES = `
Examples:
  $ oopstream incidents --release 6.1.0-13-amd64 --sort=-hosts
  $ oopstream incidents OOPS-42`;

interface ListOptions extends ConnectionOptions {
  readonly status: string;
  readonly sort: string;
  readonly limit: string;
  readonly q?: string;
  readonly release?: string;
  readonly host?: string;
  readonly family?: string;
  readonly verdict?: string;
  readonly hardware?: string;
  readonly trend?: string;
  readonly triage?: string;
  readonly assignee?: string;
  readonly severity?: string;
  readonly json?: boolean;
}

export function registerIncidents(program: Command, io: CliIo): void {
  const print = (text: string) => void io.stdout.write(`${text}\n`);
  const command = program
    .command('incidents')
    .description('list incidents, or show one with its releases and hosts')
    .argument('[number]', 'incident to show, such as OOPS-42')
    .option('--status <status>', 'open, resolved, obsolete or all', 'open')
    .option(
      '--sort <order>',
      '-lastSeen, lastSeen, -firstSeen, firstSeen, -crashes, -hosts, -severity or severity; - is newest or most first',
      '-lastSeen',
    )
    .option('--limit <n>', 'at most this many', '50')
    .option('--q <words>', 'part of the title')
    .option('--release <release>', 'seen on this kernel')
    .option('--host <host>', 'seen on this host')
    .option('--family <family>', 'crash family, such as bad-access')
    .option('--verdict <class>', 'why it crashes, such as memory-overwrite or null-pointer')
    .option('--hardware <likelihood>', 'hardware is to blame: likely, possible or unlikely')
    .option('--trend <trend>', 'new, ongoing, escalating or regressed')
    .option(
      '--triage <state>',
      'acknowledged, unacknowledged, assigned, unassigned, muted, unmuted or unordered',
    )
    .option('--assignee <who>', 'whose it is')
    .option('--severity <level>', 'critical, high, medium or low')
    .option('--json', 'print the API answer')
    .addHelpText('after', EXAMPLES);
  registerIncidentActs(command.enablePositionalOptions(), io);
  addIncidentRates(command, io);
  connectionOptions(command, 'read').action(async (number: string | undefined, options: ListOptions) => {
    const target = findTarget(options, 'read', io);
    if (number !== undefined) {
      const path = `/v1/incidents/${encodeURIComponent(number)}`;
      const detail = await getJson(target, path, incidentDetailSchema);
      return print(options.json === true ? JSON.stringify(detail, null, 2) : renderDetail(detail));
    }
    const page = await getJson(target, `/v1/incidents?${query(options)}`, incidentPageSchema);
    return print(options.json === true ? JSON.stringify(page, null, 2) : renderList(page.items));
  });
}

function query(options: ListOptions): string {
  const { status, sort, limit, q, release, host, family, verdict, hardware } = options;
  const { trend, triage, assignee, severity } = options;
  const about = { status, sort, limit, q, release, host, family, verdict, hardware };
  const given = Object.entries({ ...about, trend, triage, assignee, severity });
  return new URLSearchParams(
    given.flatMap(([key, value]): [string, string][] => (value === undefined ? [] : [[key, value]])),
  ).toString();
}

function renderList(incidents: readonly IncidentListItem[]): string {
  if (incidents.length === 0) return 'no incidents';
  const rows = incidents.map((incident) => [
    incident.number,
    `${incident.crashes}`,
    `${incident.hosts}`,
    incident.lastSeenAt.slice(0, 16).replace('T', ' '),
    incident.severity,
    incident.verdict ?? '-',
    `${stateMark(incident)} ${incident.title}`,
  ]);
  const heads = ['number', 'crashes', 'hosts', 'last seen (UTC)', 'severity', 'verdict', 'signature'];
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]!.length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === heads.length - 1
          ? cell
          : column === 1 || column === 2
            ? cell.padStart(widths[column]!)
            : cell.padEnd(widths[column]!),
      )
      .join('  ');
  return [pc.dim(line(heads)), ...rows.map(line)].join('\n');
}

function stateMark(incident: Incident): string {
  if (incident.holding) return '…';
  if (incident.status === 'resolved' && incident.phase === 'escalating') return '▲';
  if (incident.status !== 'open') return incident.status === 'resolved' ? '✓' : '○';
  if (incident.muted) return '∅';
  return incident.phase === 'escalating' ? '▲' : incident.phase === 'regressed' ? '↺' : '●';
}

/** How bad it is, how it goes, whose it is, how often it came back. */
function life({ incident, severity, triage, escalation, unordered, resolution }: IncidentDetail): string[] {
  const { mute } = triage;
  const said = [
    `${severity.level} (${severity.score})`,
    ...(incident.status === 'open' || incident.phase === 'escalating' ? [incident.phase] : []),
    ...(incident.episode > 1 ? [`episode ${incident.episode}`] : []),
    ...(triage.acknowledgedBy === null ? [] : [`acknowledged by ${triage.acknowledgedBy}`]),
    ...(triage.assignee === null ? [] : [`of ${triage.assignee}`]),
    ...(mute === null ? [] : [`muted by ${mute.by}`]),
    ...(escalation === null ? [] : [`above ${escalation.limit.toFixed(2)} (${escalation.rule})`]),
    ...(resolution?.fix?.releases.map((release) => `fixed in ${release}`) ?? []),
  ];
  const unknown = unordered.map(
    ({ branch, crashes }) => `  ${crashes} on ${branch}: nobody knows of its fix`,
  );
  return [said.join(' · '), ...unknown];
}

/** One line: most crashes first, and hardware only where it may be to blame. */
function causes({ verdicts, hardware }: IncidentDetail): string[] {
  const suspected = hardware.filter(({ likelihood }) => likelihood !== 'unlikely');
  const said = [
    ...verdicts.map(({ verdict, crashes }) => `${verdict} ${crashes}`),
    ...suspected.map(({ likelihood, crashes }) => `hardware ${likelihood} ${crashes}`),
  ];
  return said.length === 0 ? [] : [said.join(' · ')];
}

function renderDetail(detail: IncidentDetail): string {
  const { incident, releases, hosts } = detail;
  return [
    `${pc.bold(incident.number)}  ${incident.title}`,
    `${incident.status} · ${incident.crashes} crashes (${incident.fatalCrashes} fatal) on ${incident.hosts} hosts · ${incident.firstSeenAt} to ${incident.lastSeenAt}`,
    ...life(detail),
    ...causes(detail),
    ...releases.map((one) => `  ${String(one.crashes).padStart(6)}  ${one.release ?? 'release unknown'}`),
    ...hosts.slice(0, 10).map((one) => `  ${String(one.crashes).padStart(6)}  ${one.name ?? one.hostId}`),
  ].join('\n');
}
