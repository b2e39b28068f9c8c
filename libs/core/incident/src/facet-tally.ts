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
    const day = new Date(crash.crashTimeMs).toISOString().slice(0, 10);
    const add = (facet: keyof typeof this.rows, value: string, title = ''): void =>
      addRow(this.rows[facet], incidentId, value, title, crash, crashes, fatalCrashes);
    add('host', crash.hostId);
    if (crash.kernelRelease !== null) add('release', crash.kernelRelease);
    add('variant', crash.exactKey, crash.title);
    add('day', day);
  }

  list(facet: keyof typeof this.rows): FacetDelta[] {
    return [...this.rows[facet].values()].filter((row) => row.crashes !== 0 || row.fatalCrashes !== 0);
  }
}

function addRow(
  rows: Map<string, Row>,
  incidentId: string,
  value: string,
  title: string,
  crash: CountedCrash,
  crashes: number,
  fatalCrashes: number,
): void {
  const key = `${incidentId} ${value}`;
  const row = rows.get(key);
  if (row === undefined)
    rows.set(key, {
      tenant: crash.tenant,
      incidentId,
      value,
      title,
      crashes,
      fatalCrashes,
      firstSeenAtMs: crash.crashTimeMs,
      lastSeenAtMs: crash.crashTimeMs,
    });
  else {
    row.crashes += crashes;
    row.fatalCrashes += fatalCrashes;
    row.firstSeenAtMs = Math.min(row.firstSeenAtMs, crash.crashTimeMs);
    row.lastSeenAtMs = Math.max(row.lastSeenAtMs, crash.crashTimeMs);
  }
}
