import type { GroupDiff, GroupShare, PlacedCrash } from '@oopstream/core-signature';

/** Lines of one sort; `--json` has all of them. */
const MAX_LINES = 50;

/** A diff for people: most crashes first. */
export function renderDiff(diff: GroupDiff): string {
  const splits = byCrashes(diff.splits, ({ group }) => group).flatMap(({ group, into }) => [
    `split    ${shareText(group)}`,
    ...byCrashes(into, (share) => share).map((share) => `    into ${shareText(share)}`),
  ]);
  const merges = byCrashes(diff.merges, ({ group }) => group).flatMap(({ group, outOf }) => [
    `merged   ${shareText({ ...group, incidents: [] })}`,
    ...byCrashes(outOf, (share) => share).map((share) => `   out of ${shareText(share)}`),
  ]);
  const renames = byCrashes(diff.renames, ({ to }) => to).flatMap(({ from, to }) => [
    `renamed  ${shareText(from)}`,
    `      to ${nameOf(to)}${titleText(to.title)}`,
  ]);
  const lines = [
    ...splits,
    ...merges,
    ...renames,
    ...placed('lost', diff.lost),
    ...placed('found', diff.found),
    ...placed('damaged', diff.damaged),
    ...placed('mended', diff.mended),
    ...atMost(diff.unpaired.map((id) => `skipped  ${id}: only one side has it`)),
    summary(diff),
  ];
  return `${lines.join('\n')}\n`;
}

function summary(diff: GroupDiff): string {
  return [
    `${counted(diff.comparedCrashes, 'crash', 'crashes')} compared: ${counted(diff.unchangedGroups, 'group', 'groups')} unchanged`,
    `${diff.splits.length} split`,
    `${diff.merges.length} merged`,
    `${diff.renames.length} renamed`,
    `${counted(diff.lost.length, 'crash', 'crashes')} lost`,
    `${diff.found.length} found`,
    `${diff.damaged.length} damaged now`,
    `${diff.mended.length} no longer`,
  ].join(', ');
}

function byCrashes<T>(rows: readonly T[], shareOf: (row: T) => GroupShare): T[] {
  return [...rows].sort((a, b) => shareOf(b).crashes - shareOf(a).crashes);
}

function placed(word: string, crashes: readonly PlacedCrash[]): string[] {
  return atMost(
    crashes.map(
      ({ id, title, incident, ...crash }) =>
        `${word.padEnd(8)} ${incident === null ? '' : `${incident} `}${nameOf(crash)} in ${id}${titleText(title)}`,
    ),
  );
}

function atMost(lines: string[]): string[] {
  const more = lines.length - MAX_LINES;
  return more <= 0 ? lines : [...lines.slice(0, MAX_LINES), `         … and ${more} more; --json has them`];
}

const nameOf = ({ groupText }: { readonly groupText: string }) => groupText.replaceAll('\n', ' ');
const titleText = (title: string | null) => (title === null ? '' : `: ${title}`);

/** `OOPS-3 bad-access frob (9 crashes, 4 hosts): frob+47 page_fault from frob_ioctl` */
function shareText(share: GroupShare): string {
  const { incidents, crashes, hosts, title } = share;
  const where = hosts === 0 ? '' : `, ${counted(hosts, 'host', 'hosts')}`;
  const names = incidents.map((incident) => `${incident} `).join('');
  return `${names}${nameOf(share)} (${counted(crashes, 'crash', 'crashes')}${where})${titleText(title)}`;
}

function counted(count: number, one: string, several: string): string {
  return `${count} ${count === 1 ? one : several}`;
}
