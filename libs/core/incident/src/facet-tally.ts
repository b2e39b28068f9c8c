import type { FacetDelta } from './dedup-plan';

/** One crash as counts by host, release, variant and day see it. */
export interface CountedCrash {
  readonly tenant: string;
  readonly hostId: string;
  readonly kernelRelease: string | null;
  readonly exactKey: string;
  readonly title: string;
  readonly crashTimeMs: number;
}

type Row = { -readonly [Key in keyof FacetDelta]: FacetDelta[Key] };

/** Sums up what a batch adds to an incident's counts by host, release, variant and day. */
export class FacetTally {
  private readonly rows = {
    host: new Map<string, Row>(),
    release: new Map<string, Row>(),
    variant: new Map<string, Row>(),
    day: new Map<string, Row>(),
  };

  add(incidentId: string, crash: CountedCrash, crashes: number, fatalCrashes: number): void {
    const { tenant, crashTimeMs } = crash;
    const seen = { firstSeenAtMs: crashTimeMs, lastSeenAtMs: crashTimeMs };
    const delta = { tenant, incidentId, title: '', crashes, fatalCrashes, ...seen };
    addRow(this.rows.host, { ...delta, value: crash.hostId });
    if (crash.kernelRelease !== null) addRow(this.rows.release, { ...delta, value: crash.kernelRelease });
    addRow(this.rows.variant, { ...delta, value: crash.exactKey, title: crash.title });
    addRow(this.rows.day, { ...delta, value: new Date(crashTimeMs).toISOString().slice(0, 10) });
  }

  list(facet: keyof typeof this.rows): FacetDelta[] {
    return [...this.rows[facet].values()].filter((row) => row.crashes !== 0 || row.fatalCrashes !== 0);
  }
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
