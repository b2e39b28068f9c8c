import type {
  TriageFilter,
  HardwareBand,
  IncidentStatus,
  LivingPart,
  SeverityLevel,
  Trend,
  ProvenDecision,
} from '@oopstream/core-incident';
import type { EpisodeRow } from './life-store';
import type { Signature } from '@oopstream/core-signature';

/** Where a page ends: the sort value of its last row and that row's own id. */
export interface PageKey {
  readonly value: number;
  readonly id: string;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** `null` on the last page. */
  readonly next: PageKey | null;
}

export type IncidentOrder =
  '-lastSeen' | 'lastSeen' | '-firstSeen' | 'firstSeen' | '-crashes' | '-hosts' | '-severity' | 'severity';

/** Every filter given must hold; `null` does not filter. */
export interface IncidentFilter {
  readonly status: IncidentStatus | null;
  readonly trend: Trend | null;
  readonly triage: TriageFilter | null;
  readonly assignee: string | null;
  readonly severity: SeverityLevel | null;
  /** Part of the title, in any case. */
  readonly titlePart: string | null;
  readonly family: string | null;
  readonly kind: string | null;
  readonly release: string | null;
  /** Host id or name. */
  readonly host: string | null;
  /** Class of the verdict of any of its crashes. */
  readonly verdict: string | null;
  /** Any of its crashes is that likely of hardware. */
  readonly hardware: HardwareBand | null;
  readonly lastSeenFromMs: number | null;
}

export interface CrashFilter {
  readonly host: string | null;
  readonly release: string | null;
  readonly fatal: boolean | null;
}

/** What is stored of an incident's life. */
export interface IncidentLifeRow extends Omit<LivingPart, 'dueAtMs'> {
  readonly recurrences: number;
}

export interface IncidentRow {
  readonly id: string;
  /** `OOPS-42` */
  readonly number: string;
  readonly tenant: string;
  readonly title: string;
  readonly kind: string;
  readonly family: string;
  readonly blamed: string | null;
  readonly entry: string | null;
  readonly module: string | null;
  readonly status: IncidentStatus;
  readonly holding: boolean;
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
  readonly resolvedAtMs: number | null;
  readonly crashes: number;
  readonly fatalCrashes: number;
  readonly hosts: number;
  readonly releases: readonly string[];
  readonly groupKeys: readonly string[];
  readonly living: IncidentLifeRow;
}

export interface IncidentListRow extends IncidentRow {
  /** Times that it came back after a resolve. */
  readonly recurrences: number;
  /** The class of most of its crashes, `unknown` only where none has another; `null`: none was analysed. */
  readonly verdict: string | null;
  /** Oldest first; buckets without crashes are left out. */
  readonly trend: readonly TrendRow[];
}

interface Seen {
  readonly crashes: number;
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
}
export interface IncidentHostRow extends Seen {
  readonly hostId: string;
  readonly name: string | null;
  readonly model: string | null;
  readonly fatalCrashes: number;
}
export interface IncidentReleaseRow extends Seen {
  readonly release: string;
  readonly fatalCrashes: number;
}
export interface IncidentVariantRow extends Seen {
  readonly title: string;
  readonly exactKey: string;
}
export interface IncidentVerdictRow {
  readonly verdict: string;
  readonly crashes: number;
}
export interface IncidentHardwareRow {
  readonly likelihood: string;
  readonly crashes: number;
}
export interface IncidentKeyRow {
  readonly groupKey: string;
  readonly groupText: string | null;
  readonly algorithmVersion: number | null;
  readonly attachedAtMs: number;
  readonly reason: string;
  /** Of the similarity by which it was attached. */
  readonly score: number | null;
  /** The person's decision that put it there; `null`: a machine did. */
  readonly decision: ProvenDecision | null;
}
export interface HistoryRow {
  readonly atMs: number;
  readonly action: string;
  readonly actor: string;
  readonly detail: Readonly<Record<string, unknown>>;
}
/** Crashes of one UTC hour or day by their own times; buckets without crashes are left out. */
export interface TrendRow {
  readonly atMs: number;
  readonly fatal: number;
  readonly survived: number;
}

export interface IncidentFacets {
  readonly recurrences: number;
  /** `null` while open. */
  readonly resolution: {
    readonly atMs: number;
    readonly by: string;
    readonly release: string | null;
  } | null;
  /** By number. */
  readonly episodes: readonly EpisodeRow[];
  readonly keys: readonly IncidentKeyRow[];
  readonly hosts: readonly IncidentHostRow[];
  readonly releases: readonly IncidentReleaseRow[];
  readonly variants: readonly IncidentVariantRow[];
  readonly verdicts: readonly IncidentVerdictRow[];
  readonly hardware: readonly IncidentHardwareRow[];
  readonly trend: readonly TrendRow[];
  readonly history: readonly HistoryRow[];
}

export interface FacetOptions {
  /** Rows of each of hosts, releases, variants, verdicts. */
  readonly maxRows: number;
  readonly maxHistory: number;
  /** Buckets that begin in `[fromMs, toMs)`, by the crashes' own times. */
  readonly trend: { readonly bucket: 'hour' | 'day'; readonly fromMs: number; readonly toMs: number };
}

export interface CrashRow {
  readonly id: string;
  readonly incidentNumber: string;
  readonly held: boolean;
  readonly title: string;
  readonly kind: string;
  readonly family: string;
  readonly blamed: string | null;
  readonly entry: string | null;
  readonly module: string | null;
  readonly hostId: string;
  readonly hostName: string | null;
  readonly model: string | null;
  readonly kernelRelease: string | null;
  readonly bootId: string | null;
  /** `null` while no reading of it was analysed; so with the likelihood. */
  readonly verdict: { readonly class: string; readonly confidence: string } | null;
  /** Of hardware, 0 to 1. */
  readonly hardwareLikelihood: number | null;
  readonly fatal: boolean;
  readonly occurredAtMs: number | null;
  readonly receivedAtMs: number;
  readonly processedAtMs: number;
}

export interface CrashReadingRow {
  readonly transcriptId: string;
  readonly primary: boolean;
  readonly linkedAtMs: number;
  /** The rule that linked it, and what the rule looked at. */
  readonly link: { readonly reason: string; readonly detail: Readonly<Record<string, unknown>> };
  readonly outcome: string;
  readonly signature: Signature;
  /** As the wire carries it; so with the analysis. */
  readonly reading: unknown;
  /** `null`: not analysed. */
  readonly analysis: unknown;
}

export interface TranscriptRow {
  readonly id: string;
  readonly hostId: string;
  readonly hostName: string | null;
  readonly bundleId: string | null;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly receivedAtMs: number;
  readonly processedAtMs: number;
  readonly outcome: string;
  readonly seenAgain: number;
  readonly readings: number;
  readonly omittedReadings: number;
  /** Reason slug; absent: its bytes are kept, or never were. */
  readonly bodySampledAway?: string;
  /** What the sender said, as it said it (the wire's host context). */
  readonly context: Readonly<Record<string, unknown>>;
}

export interface CrashDetailRows {
  readonly crash: CrashRow;
  /** Primary first. */
  readonly readings: readonly CrashReadingRow[];
  readonly transcripts: readonly TranscriptRow[];
}

export interface TranscriptDetailRows {
  readonly transcript: TranscriptRow;
  /** In order of the text. */
  readonly crashes: readonly CrashRow[];
}

/** Transcripts by when they were counted; `null` does not filter. */
export interface TranscriptFilter {
  readonly processedFromMs: number | null;
  /** Exclusive. */
  readonly processedToMs: number | null;
}

/** A stored reading without what was read: where it is, the keys that it has, the crash that it shows now. */
export interface ReadingKeysRow {
  readonly byteStart: number;
  readonly algorithmVersion: number;
  readonly outcome: string;
  readonly damage: string | null;
  readonly title: string;
  readonly groupKey: string;
  readonly groupText: string;
  /** `null`: retention let go of the crash; so with the incident. */
  readonly crashId: string | null;
  /** The one that lives on, where its incident was merged. */
  readonly incidentNumber: string | null;
}

export interface TranscriptKeysRow {
  readonly transcript: TranscriptRow;
  /** In order of the text, then of the algorithm's versions. */
  readonly readings: readonly ReadingKeysRow[];
}

export type FoundIncident =
  | { readonly kind: 'found'; readonly incident: IncidentRow }
  /** The number lives on as an alias of the surviving incident. */
  | { readonly kind: 'merged'; readonly into: string };

/**
 * What people and tools ask about incidents. Every question is of one tenant: rows of another are unknown.
 * All throw RetryableError `store-unavailable`.
 */
export interface IncidentQueries {
  listIncidents(
    tenant: string,
    filter: IncidentFilter,
    page: {
      readonly order: IncidentOrder;
      readonly limit: number;
      readonly after: PageKey | null;
      /** Trend of each row; one query for the whole page. */
      readonly trend: { readonly bucket: 'day'; readonly fromMs: number; readonly toMs: number };
    },
  ): Promise<Page<IncidentListRow>>;
  /** `null`: unknown, also for malformed numbers. */
  incidentByNumber(tenant: string, number: string): Promise<FoundIncident | null>;
  facetsOfIncident(tenant: string, incidentId: string, options: FacetOptions): Promise<IncidentFacets>;
  /** Newest receipt first. */
  crashesOfIncident(
    tenant: string,
    incidentId: string,
    filter: CrashFilter,
    page: { readonly limit: number; readonly after: PageKey | null },
  ): Promise<Page<CrashRow>>;
  crashById(tenant: string, id: string): Promise<CrashDetailRows | null>;
  /** The crash that `id` turned out to be a copy of, over however many steps; `null`: it stands for itself, or is unknown. */
  crashAbsorbedInto(tenant: string, id: string): Promise<string | null>;
  transcriptById(tenant: string, id: string): Promise<TranscriptDetailRows | null>;
  /**
   * Last counted first. When a transcript was counted never changes: a walk meets each one of its beginning once, while
   * others come in.
   */
  listTranscripts(
    tenant: string,
    filter: TranscriptFilter,
    page: { readonly limit: number; readonly after: PageKey | null },
  ): Promise<Page<TranscriptKeysRow>>;
  /** In no order; without those that are unknown. */
  transcriptsByIds(tenant: string, ids: readonly string[]): Promise<readonly TranscriptRow[]>;
}
