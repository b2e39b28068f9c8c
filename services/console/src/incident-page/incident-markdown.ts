import type { IncidentDetail } from '../api/models';
import { counted, shareText } from '../count/count-text';
import { wallClock } from '../time/relative-time';

const MAX_RELEASES = 10;
const MAX_VERDICTS = 5;

/** The incident for a chat or a ticket: Markdown, exact times in UTC, and the permalink. */
export function incidentMarkdown(detail: IncidentDetail, permalink: string): string {
  const { incident } = detail;
  const utc = (at: string): string => `${wallClock(new Date(at), 'UTC')} UTC`;
  const places = [
    incident.blamed === null ? null : `blamed ${code(incident.blamed)}`,
    incident.entry === null ? null : `entry ${code(incident.entry)}`,
    incident.module === null ? null : `module ${code(incident.module)}`,
  ].filter((part) => part !== null);
  return [
    `**[${incident.number}](${permalink})** ${incident.status} · ${code(incident.title)}`,
    '',
    `- ${counted(incident.crashes, 'crash', 'crashes')} on ${counted(incident.hosts, 'host', 'hosts')}, fatal: ` +
      `${incident.fatalCrashes} (${shareText(incident.fatalCrashes, incident.crashes)})`,
    `- first seen ${utc(incident.firstSeenAt)}, last seen ${utc(incident.lastSeenAt)}`,
    ...(places.length === 0 ? [] : [`- ${places.join(', ')}`]),
    ...(detail.verdicts.length === 0 ? [] : [`- verdicts ${verdictCounts(detail)}`]),
    ...(incident.groupKeys.length === 0 ? [] : [`- keys ${incident.groupKeys.map(code).join(', ')}`]),
    ...releaseTable(detail, utc),
    '',
  ].join('\n');
}

const verdictCounts = ({ verdicts }: IncidentDetail): string =>
  verdicts
    .slice(0, MAX_VERDICTS)
    .map(({ verdict, crashes }) => `${code(verdict)} ${crashes}`)
    .join(', ');

function releaseTable(detail: IncidentDetail, utc: (at: string) => string): string[] {
  if (detail.releases.length === 0) return [];
  const left = detail.releases.length - MAX_RELEASES;
  return [
    '',
    '| release | crashes | fatal | first seen | last seen |',
    '|---|--:|--:|---|---|',
    ...detail.releases
      .slice(0, MAX_RELEASES)
      .map(
        (row) =>
          `| ${code(row.release)} | ${row.crashes} | ${row.fatalCrashes} | ` +
          `${utc(row.firstSeenAt)} | ${utc(row.lastSeenAt)} |`,
      ),
    ...(left > 0 ? ['', `and ${left} more releases`] : []),
  ];
}

/** Inline code that no back tick inside can end; pipes would end a table's cell. */
export function code(text: string): string {
  const fence = text.includes('`') ? '``' : '`';
  return `${fence}${text.replaceAll('|', '\\|')}${fence}`;
}
