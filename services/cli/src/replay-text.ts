import type { ReplayDiffView, ReplayView } from '@oopstream/contracts';

type Place = ReplayDiffView['alerts']['opened']['examples'][number];

/** Examples of each list that a terminal shows. */
const SHOWN = 10;

/** One line: what it is, how far it is, and why it stands where it stands. */
export function replayLine({
  id,
  state,
  fromVersion,
  toVersion,
  progress,
  reason,
  detail,
}: ReplayView): string {
  const { crashesDone, crashesTotal, bodiesRead, bodiesMissing } = progress;
  const share = crashesTotal === 0 ? 100 : Math.min(100, Math.floor((100 * crashesDone) / crashesTotal));
  const bodies = [
    ...(bodiesRead > 0 ? [`${bodiesRead} bodies read`] : []),
    ...(bodiesMissing > 0 ? [`${bodiesMissing} bodies not kept`] : []),
  ];
  const why = reason === null ? [] : [detail === null ? reason : `${reason}: ${detail}`];
  const far = `${crashesDone} of ${crashesTotal} crashes (${share} %)`;
  return [`${id}  ${state}`, `version ${fromVersion} to ${toVersion}`, far, ...bodies, ...why].join(', ');
}

/** What a switch over would change, for people. */
export function diffText(diff: ReplayDiffView): string {
  const { split, merged, renamed, alerts } = diff;
  const lines = [
    `${diff.crashes} crashes, ${diff.signedAnew} signed otherwise, ${diff.moved} would move; ${diff.incidentsBefore} incidents become ${diff.incidentsAfter}`,
    ...section(
      'split',
      split.count,
      split.examples,
      ({ from, into }) => `${name(from)} into ${into.map(share).join('; ')}`,
    ),
    ...section(
      'merged',
      merged.count,
      merged.examples,
      ({ into, from }) => `${name(into)} from ${from.map(share).join('; ')}`,
    ),
    ...section(
      'renamed',
      renamed.count,
      renamed.examples,
      (one) => `${one.incident}: ${one.before} -> ${one.after}`,
    ),
    ...section('alerts that would have come: opened', alerts.opened.count, alerts.opened.examples, share),
    ...section('alerts that would not: opened', alerts.notOpened.count, alerts.notOpened.examples, share),
    ...section(
      'alerts that would have come: recurred',
      alerts.recurred.count,
      alerts.recurred.examples,
      share,
    ),
    ...section(
      'alerts that would not: recurred',
      alerts.notRecurred.count,
      alerts.notRecurred.examples,
      share,
    ),
  ];
  return lines.join('\n');
}

function section<Entry>(
  title: string,
  count: number,
  examples: readonly Entry[],
  line: (entry: Entry) => string,
): string[] {
  if (count === 0) return [];
  const shown = examples.slice(0, SHOWN);
  const rest = count - shown.length;
  return [
    `${title}: ${count}`,
    ...shown.map((one) => `  ${line(one)}`),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ];
}

function name({ incident, title }: Place): string {
  return `${incident ?? 'a new one'} ${title}`;
}

function share(place: Place): string {
  return `${name(place)} (${place.crashes})`;
}
