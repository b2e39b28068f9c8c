import { hardwareBand } from '../crash-cause';
import type { KnownCrash } from '../dedup-state';
import type { MemoryIncidents } from './memory-incidents';

/** What an incident counts: of itself, by host, and by cause as `[facet, value]`. */
export interface CountRows {
  crashes: number;
  fatalCrashes: number;
  readonly hosts: Map<string, number>;
  readonly causes: Map<string, { crashes: number; fatalCrashes: number }>;
}

export function noCounts(): CountRows {
  return { crashes: 0, fatalCrashes: 0, hosts: new Map(), causes: new Map() };
}

export function countCrash(counts: CountRows, { hostId, fatal, cause }: KnownCrash, by: 1 | -1): void {
  const fatalBy = fatal ? by : 0;
  counts.crashes += by;
  counts.fatalCrashes += fatalBy;
  counts.hosts.set(hostId, (counts.hosts.get(hostId) ?? 0) + by);
  if (cause === null) return;
  const values = { byVerdict: cause.verdict, byHardware: hardwareBand(cause.hardwareLikelihood) };
  for (const place of Object.entries(values)) addCause(counts.causes, JSON.stringify(place), by, fatalBy);
}

/** All that an incident counts, also of crashes that retention dropped. */
export function countsOf(rows: MemoryIncidents, incidentId: string): CountRows {
  const counts = noCounts();
  const incident = rows.incidents.get(incidentId);
  counts.crashes = incident?.crashes ?? 0;
  counts.fatalCrashes = incident?.fatalCrashes ?? 0;
  for (const row of rows.hosts.values())
    if (row.incidentId === incidentId && row.crashes !== 0) counts.hosts.set(row.hostId, row.crashes);
  for (const [key, row] of rows.causes) {
    const [id, ...place] = JSON.parse(key) as [string, string, string];
    if (id === incidentId) counts.causes.set(JSON.stringify(place), { ...row });
  }
  return counts;
}

export function addCounts(rows: MemoryIncidents, incidentId: string, counts: CountRows, by: 1 | -1): void {
  for (const [hostId, crashes] of counts.hosts) {
    const key = `${incidentId} ${hostId}`;
    rows.hosts.set(key, { incidentId, hostId, crashes: (rows.hosts.get(key)?.crashes ?? 0) + by * crashes });
  }
  for (const [place, { crashes, fatalCrashes }] of counts.causes) {
    const key = JSON.stringify([incidentId, ...(JSON.parse(place) as string[])]);
    const before = rows.causes.get(key) ?? { crashes: 0, fatalCrashes: 0 };
    const after = {
      crashes: before.crashes + by * crashes,
      fatalCrashes: before.fatalCrashes + by * fatalCrashes,
    };
    if (after.crashes === 0) rows.causes.delete(key);
    else rows.causes.set(key, after);
  }
  const incident = rows.incidents.get(incidentId);
  if (incident === undefined) throw new Error(`incident ${incidentId} is not there`);
  rows.incidents.set(incidentId, {
    ...incident,
    crashes: incident.crashes + by * counts.crashes,
    fatalCrashes: incident.fatalCrashes + by * counts.fatalCrashes,
    hosts: [...rows.hosts.values()].filter((row) => row.incidentId === incidentId && row.crashes > 0).length,
  });
}

/** `a` without `b`. */
export function withoutCounts(a: CountRows, b: CountRows): CountRows {
  const rest = noCounts();
  rest.crashes = a.crashes - b.crashes;
  rest.fatalCrashes = a.fatalCrashes - b.fatalCrashes;
  for (const [host, crashes] of a.hosts) {
    const left = crashes - (b.hosts.get(host) ?? 0);
    if (left !== 0) rest.hosts.set(host, left);
  }
  for (const [place, row] of a.causes) {
    const other = b.causes.get(place) ?? { crashes: 0, fatalCrashes: 0 };
    addCause(rest.causes, place, row.crashes - other.crashes, row.fatalCrashes - other.fatalCrashes);
  }
  return rest;
}

function addCause(causes: CountRows['causes'], place: string, crashes: number, fatalCrashes: number): void {
  const before = causes.get(place) ?? { crashes: 0, fatalCrashes: 0 };
  causes.set(place, { crashes: before.crashes + crashes, fatalCrashes: before.fatalCrashes + fatalCrashes });
}
