import { hardwareBand } from './crash-cause';
import type { CrashCause } from './crash-cause';
import type { FacetDelta } from './dedup-plan';

/** One crash as an incident's counts see it. */
export interface CountedCrash {
  readonly tenant: string;
  readonly hostId: string;
  readonly kernelRelease: string | null;
  readonly exactKey: string;
  readonly title: string;
  readonly crashTimeMs: number;
  /** `null` counts to no verdict and no hardware. */
  readonly cause: CrashCause | null;
}

type Row = { -readonly [Key in keyof FacetDelta]: FacetDelta[Key] };

/** Sums up what a batch adds to an incident's counts by host, release, variant, day, verdict and hardware. */
export class FacetTally {
  private readonly rows = {
    host: new Map<string, Row>(),
    release: new Map<string, Row>(),
    variant: new Map<string, Row>(),
    day: new Map<string, Row>(),
    verdict: new Map<string, Row>(),
    hardware: new Map<string, Row>(),
  };

  add(incidentId: string, crash: CountedCrash, crashes: number, fatalCrashes: number): void {
    const delta = deltaOf(incidentId, crash, crashes, fatalCrashes);
    addRow(this.rows.host, { ...delta, value: crash.hostId });
    if (crash.kernelRelease !== null) addRow(this.rows.release, { ...delta, value: crash.kernelRelease });
    addRow(this.rows.variant, { ...delta, value: crash.exactKey, title: crash.title });
    addRow(this.rows.day, { ...delta, value: new Date(crash.crashTimeMs).toISOString().slice(0, 10) });
    this.addCause(incidentId, crash, crashes, fatalCrashes);
  }

  /** Only to the counts that a crash's cause moves it between. */
  addCause(incidentId: string, crash: CountedCrash, crashes: number, fatalCrashes: number): void {
    if (crash.cause === null) return;
    const delta = deltaOf(incidentId, crash, crashes, fatalCrashes);
    addRow(this.rows.verdict, { ...delta, value: crash.cause.verdict });
    addRow(this.rows.hardware, { ...delta, value: hardwareBand(crash.cause.hardwareLikelihood) });
  }

  list(facet: keyof typeof this.rows): FacetDelta[] {
    return [...this.rows[facet].values()].filter((row) => row.crashes !== 0 || row.fatalCrashes !== 0);
  }
}

function deltaOf(
  incidentId: string,
  { tenant, crashTimeMs }: CountedCrash,
  crashes: number,
  fatalCrashes: number,
): Omit<Row, 'value'> {
  const seen = { firstSeenAtMs: crashTimeMs, lastSeenAtMs: crashTimeMs };
  return { tenant, incidentId, title: '', crashes, fatalCrashes, ...seen };
}

function addRow(rows: Map<string, Row>, delta: FacetDelta): void {
  const key = `${delta.incidentId} ${delta.value}`;
  const row = rows.get(key);
  if (row === undefined) rows.set(key, { ...delta });
  else {
    row.crashes += delta.crashes;
    row.fatalCrashes += delta.fatalCrashes;
    row.firstSeenAtMs = Math.min(row.firstSeenAtMs, delta.firstSeenAtMs);
    row.lastSeenAtMs = Math.max(row.lastSeenAtMs, delta.lastSeenAtMs);
  }
}
