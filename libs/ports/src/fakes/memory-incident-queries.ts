import { severityLevel } from '@oopstream/core-incident';
import type {
  CrashDetailRows,
  CrashFilter,
  CrashReadingRow,
  CrashRow,
  FacetOptions,
  FoundIncident,
  IncidentFacets,
  IncidentFilter,
  IncidentListRow,
  IncidentOrder,
  IncidentQueries,
  IncidentRow,
  Page,
  PageKey,
  ReadingKeysRow,
  TranscriptDetailRows,
  TranscriptFilter,
  TranscriptKeysRow,
  TranscriptRow,
  TrendRow,
} from '../incident-queries';

/** An incident as tests put it in, with all that belongs to it. */
export interface StoredIncident {
  readonly incident: IncidentRow;
  /** Number of the incident that it was merged into. */
  readonly mergedInto: string | null;
  /** `trend` by UTC days. */
  readonly facets: IncidentFacets;
  readonly crashes: readonly StoredCrash[];
}

export interface StoredCrash {
  readonly crash: CrashRow;
  readonly readings: readonly CrashReadingRow[];
}

interface StoredTranscript {
  readonly tenant: string;
  readonly transcript: TranscriptRow;
}

const HOUR_MS = 3_600_000;
const NO_FACETS: IncidentFacets = {
  recurrences: 0,
  resolution: null,
  episodes: [],
  keys: [],
  hosts: [],
  releases: [],
  variants: [],
  verdicts: [],
  hardware: [],
  trend: [],
  history: [],
};

/** {@link IncidentQueries} over rows that tests put in. */
export class MemoryIncidentQueries implements IncidentQueries {
  private readonly incidents: StoredIncident[] = [];
  private readonly transcripts: StoredTranscript[] = [];
  private readonly absorbed = new Map<string, string>();

  addIncident(incident: StoredIncident): void {
    this.incidents.push(incident);
  }

  addTranscript(tenant: string, transcript: TranscriptRow): void {
    this.transcripts.push({ tenant, transcript });
  }

  /** The crash turned out to be a copy of another. */
  addAbsorbed(tenant: string, id: string, into: string): void {
    this.absorbed.set(`${tenant} ${id}`, into);
  }

  listIncidents(
    tenant: string,
    filter: IncidentFilter,
    page: Parameters<IncidentQueries['listIncidents']>[2],
  ): Promise<Page<IncidentListRow>> {
    const found = this.of(tenant).filter((one) => one.mergedInto === null && matches(one, filter));
    const descending = page.order.startsWith('-');
    const keyed = found.map((one) => ({
      key: { value: sortValue(page.order, one.incident), id: one.incident.id },
      item: {
        ...one.incident,
        recurrences: one.facets.recurrences,
        verdict: mainVerdict(one.facets.verdicts),
        trend: within(one.facets.trend, page.trend),
      },
    }));
    return Promise.resolve(cut(keyed, descending, page));
  }

  incidentByNumber(tenant: string, number: string): Promise<FoundIncident | null> {
    const found = this.of(tenant).find(({ incident }) => incident.number === number.toUpperCase());
    if (found === undefined) return Promise.resolve(null);
    return Promise.resolve(
      found.mergedInto === null
        ? { kind: 'found', incident: found.incident }
        : { kind: 'merged', into: found.mergedInto },
    );
  }

  facetsOfIncident(
    tenant: string,
    incidentId: string,
    { maxRows, maxHistory, trend }: FacetOptions,
  ): Promise<IncidentFacets> {
    const stored = this.of(tenant).find(({ incident }) => incident.id === incidentId);
    if (stored === undefined) return Promise.resolve(NO_FACETS);
    const { facets } = stored;
    return Promise.resolve({
      ...facets,
      hosts: facets.hosts.slice(0, maxRows),
      releases: facets.releases.slice(0, maxRows),
      variants: facets.variants.slice(0, maxRows),
      verdicts: facets.verdicts.slice(0, maxRows),
      history: facets.history.slice(0, maxHistory),
      trend: within(trend.bucket === 'day' ? facets.trend : hourly(stored.crashes), trend),
    });
  }

  crashesOfIncident(
    tenant: string,
    incidentId: string,
    filter: CrashFilter,
    page: { readonly limit: number; readonly after: PageKey | null },
  ): Promise<Page<CrashRow>> {
    const stored = this.of(tenant).find(({ incident }) => incident.id === incidentId);
    const keyed = (stored?.crashes ?? [])
      .filter(
        ({ crash }) =>
          (filter.host === null || crash.hostId === filter.host || crash.hostName === filter.host) &&
          (filter.release === null || crash.kernelRelease === filter.release) &&
          (filter.fatal === null || crash.fatal === filter.fatal),
      )
      .map(({ crash }) => ({ key: { value: crash.receivedAtMs, id: crash.id }, item: crash }));
    return Promise.resolve(cut(keyed, true, page));
  }

  crashById(tenant: string, id: string): Promise<CrashDetailRows | null> {
    const found = this.crashesOf(tenant).find(({ crash }) => crash.id === id);
    if (found === undefined) return Promise.resolve(null);
    const shown = new Set(found.readings.map((reading) => reading.transcriptId));
    return Promise.resolve({
      ...found,
      transcripts: this.transcripts
        .filter((one) => one.tenant === tenant && shown.has(one.transcript.id))
        .map((one) => one.transcript),
    });
  }

  crashAbsorbedInto(tenant: string, id: string): Promise<string | null> {
    let into = this.absorbed.get(`${tenant} ${id}`) ?? null;
    for (let next = into; next !== null; next = this.absorbed.get(`${tenant} ${next}`) ?? null) into = next;
    return Promise.resolve(into);
  }

  transcriptById(tenant: string, id: string): Promise<TranscriptDetailRows | null> {
    const found = this.transcripts.find((one) => one.tenant === tenant && one.transcript.id === id);
    if (found === undefined) return Promise.resolve(null);
    const crashes = this.crashesOf(tenant).filter(({ readings }) =>
      readings.some((reading) => reading.transcriptId === id),
    );
    return Promise.resolve({ transcript: found.transcript, crashes: crashes.map(({ crash }) => crash) });
  }

  listTranscripts(
    tenant: string,
    { processedFromMs, processedToMs }: TranscriptFilter,
    page: { readonly limit: number; readonly after: PageKey | null },
  ): Promise<Page<TranscriptKeysRow>> {
    const found = this.transcripts.filter(
      ({ tenant: owner, transcript: { processedAtMs } }) =>
        owner === tenant &&
        processedAtMs >= (processedFromMs ?? -Infinity) &&
        processedAtMs < (processedToMs ?? Infinity),
    );
    const keyed = found.map(({ transcript }) => ({
      key: { value: transcript.processedAtMs, id: transcript.id },
      item: { transcript, readings: this.readingsOf(tenant, transcript.id) },
    }));
    return Promise.resolve(cut(keyed, true, page));
  }

  transcriptsByIds(tenant: string, ids: readonly string[]): Promise<readonly TranscriptRow[]> {
    const found = this.transcripts.filter((one) => one.tenant === tenant && ids.includes(one.transcript.id));
    return Promise.resolve(found.map(({ transcript }) => transcript));
  }

  private readingsOf(tenant: string, transcriptId: string): readonly ReadingKeysRow[] {
    return this.of(tenant)
      .flatMap(({ mergedInto, crashes }) =>
        crashes.flatMap(({ crash, readings }) =>
          readings
            .filter((reading) => reading.transcriptId === transcriptId)
            .map((reading) => keysOf(reading, crash, mergedInto)),
        ),
      )
      .sort((a, b) => a.byteStart - b.byteStart || a.algorithmVersion - b.algorithmVersion);
  }

  private of(tenant: string): readonly StoredIncident[] {
    return this.incidents.filter(({ incident }) => incident.tenant === tenant);
  }

  private crashesOf(tenant: string): readonly StoredCrash[] {
    return this.of(tenant).flatMap(({ crashes }) => crashes);
  }
}

function keysOf(
  { reading, signature, outcome }: CrashReadingRow,
  crash: CrashRow,
  mergedInto: string | null,
): ReadingKeysRow {
  const { span, damage } = reading as { readonly span: { start: number }; readonly damage: string | null };
  const { algorithmVersion, title, groupKey, groupText } = signature;
  return {
    byteStart: span.start,
    algorithmVersion,
    outcome,
    damage,
    title,
    groupKey,
    groupText,
    crashId: crash.id,
    incidentNumber: mergedInto ?? crash.incidentNumber,
  };
}

function matches({ incident, facets }: StoredIncident, filter: IncidentFilter): boolean {
  const { status, titlePart, family, kind, release, host, verdict, hardware, lastSeenFromMs } = filter;
  return (
    (status === null || incident.status === status) &&
    (titlePart === null || incident.title.toLowerCase().includes(titlePart.toLowerCase())) &&
    (family === null || incident.family === family) &&
    (kind === null || incident.kind === kind) &&
    (release === null || facets.releases.some((one) => one.release === release)) &&
    (host === null || facets.hosts.some((one) => one.hostId === host || one.name === host)) &&
    (verdict === null || facets.verdicts.some((one) => one.verdict === verdict)) &&
    (hardware === null || facets.hardware.some((one) => one.likelihood === hardware)) &&
    (lastSeenFromMs === null || incident.lastSeenAtMs >= lastSeenFromMs) &&
    matchesLife(incident.living, filter)
  );
}

function matchesLife(
  { trend, triage, severity, life }: IncidentRow['living'],
  filter: IncidentFilter,
): boolean {
  const isTriaged = {
    acknowledged: triage.acknowledgedAtMs !== null,
    unacknowledged: triage.acknowledgedAtMs === null,
    assigned: triage.assignee !== null,
    unassigned: triage.assignee === null,
    muted: triage.mute !== null,
    unmuted: triage.mute === null,
    unordered: life.unordered.length > 0,
  };
  return (
    (filter.trend === null || filter.trend === trend) &&
    (filter.triage === null || isTriaged[filter.triage]) &&
    (filter.assignee === null || filter.assignee === triage.assignee) &&
    (filter.severity === null || filter.severity === severityLevel(severity))
  );
}

/** `verdicts` are sorted: most crashes first. */
function mainVerdict(verdicts: IncidentFacets['verdicts']): string | null {
  return (verdicts.find(({ verdict }) => verdict !== 'unknown') ?? verdicts[0])?.verdict ?? null;
}

function sortValue(order: IncidentOrder, incident: IncidentRow): number {
  if (order === '-crashes') return incident.crashes;
  if (order === '-hosts') return incident.hosts;
  // Of those that are as bad the latest first.
  if (order.endsWith('severity'))
    return incident.living.severity * 100_000_000_000 + Math.floor(incident.lastSeenAtMs / 1000);
  return order.endsWith('lastSeen') || order.endsWith('LastSeen')
    ? incident.lastSeenAtMs
    : incident.firstSeenAtMs;
}

/** Largest first with ids rising, or smallest first with ids falling: one index serves both ways. */
function cut<Item>(
  rows: readonly { readonly key: PageKey; readonly item: Item }[],
  descending: boolean,
  page: { readonly limit: number; readonly after: PageKey | null },
): Page<Item> {
  const direction = descending ? -1 : 1;
  const compare = (a: PageKey, b: PageKey) =>
    direction * (a.value - b.value) || (a.id === b.id ? 0 : a.id < b.id ? direction : -direction);
  const sorted = [...rows].sort((a, b) => compare(a.key, b.key));
  const { after } = page;
  const rest = after === null ? sorted : sorted.filter(({ key }) => compare(key, after) > 0);
  const shown = rest.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ item }) => item),
    next: rest.length > shown.length && last !== undefined ? last.key : null,
  };
}

function within(
  rows: readonly TrendRow[],
  range: { readonly fromMs: number; readonly toMs: number },
): readonly TrendRow[] {
  return rows.filter(({ atMs }) => atMs >= range.fromMs && atMs < range.toMs);
}

function hourly(crashes: readonly StoredCrash[]): readonly TrendRow[] {
  const byHour = new Map<number, TrendRow>();
  for (const { crash } of crashes) {
    const atMs = Math.floor((crash.occurredAtMs ?? crash.receivedAtMs) / HOUR_MS) * HOUR_MS;
    const { fatal = 0, survived = 0 } = byHour.get(atMs) ?? {};
    byHour.set(atMs, {
      atMs,
      fatal: fatal + (crash.fatal ? 1 : 0),
      survived: survived + (crash.fatal ? 0 : 1),
    });
  }
  return [...byHour.values()].sort((a, b) => a.atMs - b.atMs);
}
