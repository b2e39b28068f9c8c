import type { Overlap } from './match-shadow';

/** Entries shown of each list of a diff; counts are of all. */
export const MAX_DIFF_EXAMPLES = 50;

/** A stored incident that a replay meets. */
export interface MetIncident {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  /** All that it counts, of the range or not. */
  readonly crashes: number;
}

export interface DiffInput {
  readonly overlaps: readonly Overlap[];
  /** Stored incident that each shadow incident goes on; the others are new. */
  readonly matched: ReadonlyMap<string, string>;
  readonly incidents: readonly MetIncident[];
  /** Titles that shadow incidents give: of new ones, and of those whose crash is called otherwise now. */
  readonly titles: ReadonlyMap<string, string>;
  readonly crashes: number;
  /** Crashes whose title or keys come out otherwise. */
  readonly signedAnew: number;
  /** Resolved incidents to which crashes go that happened after that. */
  readonly recurring: readonly { readonly incidentId: string; readonly crashes: number }[];
  /** Recurrences that were told, and whose crash goes elsewhere. */
  readonly unrecurring: readonly { readonly incidentId: string; readonly crashes: number }[];
}

/** `number` is `null` for an incident that is yet to be opened. */
export interface DiffPlace {
  readonly number: number | null;
  readonly title: string;
  readonly crashes: number;
}

export interface DiffList<Entry> {
  readonly count: number;
  /** The largest {@link MAX_DIFF_EXAMPLES}. */
  readonly examples: readonly Entry[];
}

/** What switching over to a shadow would change. */
export interface ReplayDiff {
  readonly crashes: number;
  readonly signedAnew: number;
  readonly moved: number;
  readonly incidentsBefore: number;
  readonly incidentsAfter: number;
  readonly split: DiffList<{ readonly from: DiffPlace; readonly into: readonly DiffPlace[] }>;
  readonly merged: DiffList<{ readonly into: DiffPlace; readonly from: readonly DiffPlace[] }>;
  readonly renamed: DiffList<{ readonly number: number; readonly before: string; readonly after: string }>;
  /** Alerts that would have been sent and were not, and the other way; switching over sends none. */
  readonly alerts: {
    readonly opened: DiffList<DiffPlace>;
    readonly notOpened: DiffList<DiffPlace>;
    readonly recurred: DiffList<DiffPlace>;
    readonly notRecurred: DiffList<DiffPlace>;
  };
}

/** Compares a shadow with what is stored. Pure, and the same for the same input in any order. */
export function diffReplay(input: DiffInput): ReplayDiff {
  const flows = flowsOf(input);
  const moving = flows.filter((flow) => flow.to !== flow.from);
  const met = new Map(input.incidents.map((one) => [one.id, one]));
  const bySource = [...Map.groupBy(flows, (flow) => flow.from)];
  const byTarget = [...Map.groupBy(flows, (flow) => flow.to)];
  const movedFrom = new Map<string, number>();
  for (const flow of moving) movedFrom.set(flow.from, (movedFrom.get(flow.from) ?? 0) + flow.crashes);
  const gone = [...movedFrom].filter(([id, left]) => left > 0 && left >= (met.get(id)?.crashes ?? 0));
  const opened = byTarget.filter(([id]) => !met.has(id));
  const place = (id: string, crashes: number): DiffPlace => {
    const number = met.get(id)?.number ?? null;
    return { number, title: (number === null ? input.titles.get(id) : met.get(id)?.title) ?? '', crashes };
  };
  const placesOf = (found: DiffInput['recurring']) =>
    listOf(
      found.map(({ incidentId, crashes }) => place(incidentId, crashes)),
      weightOf,
    );
  return {
    crashes: input.crashes,
    signedAnew: input.signedAnew,
    moved: sumCrashes(moving),
    incidentsBefore: bySource.length,
    incidentsAfter: byTarget.length,
    split: listOf(
      bySource
        .filter(([, parts]) => parts.length > 1)
        .map(([id, parts]) => ({
          from: place(id, sumCrashes(parts)),
          into: sortPlaces(parts.map((part) => place(part.to, part.crashes))),
        })),
      (one) => one.from.crashes,
    ),
    merged: listOf(
      byTarget
        .filter(([, parts]) => parts.length > 1)
        .map(([id, parts]) => ({
          into: place(id, sumCrashes(parts)),
          from: sortPlaces(parts.map((part) => place(part.from, part.crashes))),
        })),
      (one) => one.into.crashes,
    ),
    renamed: renamedOf(input, met),
    alerts: {
      opened: listOf(
        opened.map(([id, parts]) => place(id, sumCrashes(parts))),
        weightOf,
      ),
      notOpened: listOf(
        gone.map(([id, left]) => place(id, left)),
        weightOf,
      ),
      recurred: placesOf(input.recurring),
      notRecurred: placesOf(input.unrecurring),
    },
  };
}

interface Flow {
  readonly from: string;
  readonly to: string;
  readonly crashes: number;
}

/** Where crashes go, by where they are. A new incident goes by the name of its shadow. */
function flowsOf({ overlaps, matched }: DiffInput): Flow[] {
  const flows = overlaps.map(({ incidentId, shadowId, crashes }) => ({
    ...{ from: incidentId, crashes },
    to: matched.get(shadowId) ?? shadowId,
  }));
  return flows.toSorted((a, b) => compare(a.from, b.from) || compare(a.to, b.to));
}

function renamedOf(
  { matched, titles }: DiffInput,
  met: ReadonlyMap<string, MetIncident>,
): ReplayDiff['renamed'] {
  const renamed = [...matched].flatMap(([shadowId, incidentId]) => {
    const incident = met.get(incidentId);
    const after = titles.get(shadowId);
    if (incident === undefined || after === undefined || after === incident.title) return [];
    return [{ number: incident.number, before: incident.title, after, crashes: incident.crashes }];
  });
  const { count, examples } = listOf(renamed, (one) => one.crashes);
  return { count, examples: examples.map(({ number, before, after }) => ({ number, before, after })) };
}

function listOf<Entry extends object>(
  entries: readonly Entry[],
  weight: (entry: Entry) => number,
): DiffList<Entry> {
  const sorted = entries.toSorted(
    (a, b) => weight(b) - weight(a) || compare(JSON.stringify(a), JSON.stringify(b)),
  );
  return { count: entries.length, examples: sorted.slice(0, MAX_DIFF_EXAMPLES) };
}

function sortPlaces(places: readonly DiffPlace[]): DiffPlace[] {
  return places
    .toSorted((a, b) => b.crashes - a.crashes || compare(a.title, b.title))
    .slice(0, MAX_DIFF_EXAMPLES);
}

const weightOf = (place: DiffPlace): number => place.crashes;
const sumCrashes = (flows: readonly { readonly crashes: number }[]): number =>
  flows.reduce((sum, flow) => sum + flow.crashes, 0);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Whether a switch over would change nothing. */
export function isEmptyDiff(diff: ReplayDiff): boolean {
  return diff.moved === 0 && diff.signedAnew === 0 && diff.renamed.count === 0;
}
