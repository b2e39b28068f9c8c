import { SAMPLE_START_MS, sampleReceipt } from '@oopstream/core-incident/fakes';
import type { Sql } from './pool';

/** For tests: a store as release 10 of the schema left it, filled, with counts that add up. */
export const FILLED = {
  incidents: 40,
  crashes: 600,
  hosts: 30,
  rejected: 7,
  duplicates: 25,
  held: 6,
} as const;

type Row = Readonly<Record<string, unknown>>;
const at = (ms: number): string => new Date(ms).toISOString();
const HOUR_MS = 3_600_000;
const uuid = (kind: number, n: number): string =>
  `0000000${kind}-0000-7000-8000-${String(n).padStart(12, '0')}`;
const partitionOf = (n: number): number => n % 3;

/** One crash every four hours, so over four months. @param n from 0 */
export function crashTimeMs(n: number): number {
  return SAMPLE_START_MS + n * 4 * HOUR_MS;
}

/** @returns the incident's number, from 1 */
export function incidentOf(n: number): number {
  return 1 + ((n * n + 3 * n) % FILLED.incidents);
}

function isHeld(n: number): boolean {
  return n >= FILLED.crashes - FILLED.held;
}

/** Fills a database that has the first ten migrations and nothing else. */
export async function fillRelease10(sql: Sql): Promise<void> {
  for (let month = 0; month < 5; month += 1)
    await sql.query('SELECT oopstream.ensure_crash_partition($1::timestamptz)', [
      at(Date.UTC(2026, month, 2)),
    ]);
  const crashes = Array.from({ length: FILLED.crashes }, (_, n) => crashRow(n));
  await insert(
    sql,
    'host',
    Array.from({ length: FILLED.hosts }, (_, n) => hostRow(n)),
  );
  await insert(sql, 'incident', incidentRows(crashes));
  await insert(sql, 'incident_key', keyRows());
  await insert(sql, 'crash', crashes);
  await insert(
    sql,
    'crash_seen',
    crashes.map(({ crash_id, tenant, received_at }) => ({ crash_id, tenant, received_at })),
  );
  await insert(sql, 'transcript', crashes.map((_, n) => transcriptRow(n)).concat(rejectedTranscripts()));
  await insert(sql, 'receipt', receiptRows());
  await insert(
    sql,
    'reading',
    crashes.map((_, n) => readingRow(n)),
  );
  await insert(
    sql,
    'reading_crash',
    crashes.map((_, n) => linkRow(n)),
  );
  for (const statement of COUNTED) await sql.query(statement);
  await sql.query('UPDATE oopstream.tenant SET next_incident_number = $1', [
    FILLED.incidents + FILLED.held + 1,
  ]);
}

function hostRow(n: number): Row {
  const seen = { first_seen_at: at(SAMPLE_START_MS), last_seen_at: at(crashTimeMs(FILLED.crashes)) };
  return {
    tenant: 'default',
    host_id: `host-${n}`,
    name: `host-${n}.example`,
    kernel_release: '6.1.0-18-amd64',
    labels: {},
    ...seen,
  };
}

function sampleOf(n: number) {
  const damage = isHeld(n) ? ('torn' as const) : null;
  const bug = `bug_${incidentOf(n)}`;
  const { content } = sampleReceipt(n, {
    readings: [{ bug, fatal: n % 3 > 0, damage, offset: 16 + (n % 2) }],
  });
  const [one] = content.kind === 'read' ? content.readings : [];
  if (one === undefined) throw new Error('a sample has its reading');
  return one;
}

function keysOf(n: number): Row {
  const { family, title, exactKey, groupKey, looseKey } = sampleOf(n).signature;
  return { family, title, exact_key: exactKey, group_key: groupKey, loose_key: looseKey };
}

function crashRow(n: number): Row {
  const { reading, signature } = sampleOf(n);
  const time = at(crashTimeMs(n));
  return {
    tenant: 'default',
    crash_id: uuid(2, n),
    received_at: time,
    incident_id: isHeld(n) ? uuid(1, 1000 + n) : uuid(1, incidentOf(n)),
    host_id: `host-${n % FILLED.hosts}`,
    bundle_id: null,
    boot_id: `boot-${n}`,
    occurred_at: n % 2 === 0 ? time : null,
    crash_time: time,
    processed_at: time,
    kind: reading.kind,
    fatal: reading.fatal,
    held: isHeld(n),
    ...keysOf(n),
    algorithm_version: 1,
    blamed: signature.blamed,
    entry: signature.entry,
    kernel_release: n % 5 === 0 ? '6.1.0-20-amd64' : '6.1.0-18-amd64',
    taint: '',
    ...(n % 4 > 0 && {
      verdict: n % 8 > 3 ? 'lockup' : 'unknown',
      verdict_confidence: 'likely',
      hardware_likelihood: (n % 10) / 10,
    }),
  };
}

function incidentRows(crashes: readonly Row[]): Row[] {
  return [...Map.groupBy(crashes, (crash) => crash['incident_id'])].map(([id, own]) => {
    const [first] = own;
    if (first === undefined) throw new Error('a group has a row');
    const times = own.map((crash) => String(crash['crash_time'])).sort();
    const holding = first['held'] === true;
    const number =
      Number(String(id).slice(-12)) -
      (holding ? 1000 - FILLED.incidents - FILLED.held + FILLED.crashes - 1 : 0);
    const resolved = !holding && number % 4 === 0;
    return {
      id,
      tenant: 'default',
      number,
      status: resolved ? 'resolved' : 'open',
      holding,
      title: holding ? `damaged reports from ${String(first['host_id'])}` : first['title'],
      kind: holding ? 'damaged' : first['kind'],
      family: holding ? 'damaged' : first['family'],
      first_seen_at: times[0],
      last_seen_at: times.at(-1),
      opened_at: times[0],
      opened_by_crash: first['crash_id'],
      resolved_at: resolved ? at(crashTimeMs(FILLED.crashes)) : null,
      resolved_by: resolved ? 'token:ann' : null,
      resolved_in: resolved ? '6.1.0-20-amd64' : null,
      recurrences: number % 8 === 0 ? 2 : 0,
      crashes: own.length,
      fatal_crashes: own.filter((crash) => crash['fatal'] === true).length,
      hosts: new Set(own.map((crash) => crash['host_id'])).size,
      updated_at: times.at(-1),
    };
  });
}

function keyRows(): Row[] {
  const attached = { tenant: 'default', algorithm_version: 1, attached_at: at(SAMPLE_START_MS) };
  const led = new Map<string, Row>();
  for (let n = 0; n < FILLED.crashes; n += 1) {
    const key = isHeld(n) ? `hold:host-${n % FILLED.hosts}` : sampleOf(n).signature.groupKey;
    const incident_id = isHeld(n) ? uuid(1, 1000 + n) : uuid(1, incidentOf(n));
    const reason = isHeld(n) ? 'damaged' : 'first-sighting';
    led.set(key, {
      ...attached,
      group_key: key,
      incident_id,
      group_text: sampleOf(n).signature.groupText,
      reason,
    });
  }
  return [...led.values()];
}

const transcriptId = (n: number): string => String(n).padStart(32, '0');

function transcriptRow(n: number): Row {
  const time = at(crashTimeMs(n));
  return {
    tenant: 'default',
    transcript_id: transcriptId(n),
    host_id: `host-${n % FILLED.hosts}`,
    sha256: String(n).padStart(64, '0'),
    size_bytes: 1000,
    context: {},
    outcome: 'read',
    seen_count: n < FILLED.duplicates ? 2 : 1,
    omitted_readings: n % 50 === 0 ? 3 : 0,
    first_received_at: time,
    last_received_at: time,
    processed_at: time,
  };
}

function rejectedTranscripts(): Row[] {
  return Array.from({ length: FILLED.rejected }, (_, n) => ({
    ...transcriptRow(FILLED.crashes + n),
    outcome: 'rejected',
    reason: 'blob-missing',
    omitted_readings: 0,
  }));
}

function receiptRows(): Row[] {
  const total = FILLED.crashes + FILLED.rejected;
  return Array.from({ length: total + FILLED.duplicates }, (_, n) => {
    const of = n < total ? n : n - total;
    const time = at(crashTimeMs(n));
    return {
      receipt_id: `01J${String(n).padStart(23, '0')}`,
      tenant: 'default',
      transcript_id: transcriptId(of),
      source_partition: partitionOf(n),
      source_offset: n,
      outcome: n >= total ? 'duplicate' : n >= FILLED.crashes ? 'rejected' : 'read',
      reason: n < total && n >= FILLED.crashes ? 'blob-missing' : null,
      received_at: time,
      processed_at: time,
      redelivered_from: n % 100 === 0 ? [{ partition: 0, offset: 100_000 + n }] : [],
    };
  });
}

function readingRow(n: number): Row {
  const { reading, signature } = sampleOf(n);
  const { kind, fatal, damage, span } = reading;
  const outcome = isHeld(n) ? 'held' : 'grouped';
  const columns = {
    tenant: 'default',
    transcript_id: transcriptId(n),
    byte_start: span.start,
    algorithm_version: 1,
    outcome,
  };
  return {
    ...columns,
    kind,
    fatal,
    damage,
    ...keysOf(n),
    group_text: signature.groupText,
    reading: { reading, signature },
    received_at: at(crashTimeMs(n)),
  };
}

function linkRow(n: number): Row {
  const reason = isHeld(n) ? 'damaged' : n < FILLED.incidents ? 'first-sighting' : 'group-key';
  const place = { tenant: 'default', transcript_id: transcriptId(n), byte_start: 0, algorithm_version: 1 };
  return {
    ...place,
    crash_id: uuid(2, n),
    is_primary: true,
    valid_from: at(crashTimeMs(n)),
    reason,
    detail: {},
  };
}

async function insert(sql: Sql, table: string, rows: readonly Row[]): Promise<void> {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].join(', ');
  await sql.query(
    `INSERT INTO oopstream.${table} (${columns})
     SELECT ${columns} FROM jsonb_populate_recordset(NULL::oopstream.${table}, $1::jsonb)`,
    [JSON.stringify(rows)],
  );
}

const facet = (table: string, column: string, value: string, only = 'true'): string =>
  `INSERT INTO oopstream.${table} (tenant, incident_id, ${column}, crashes, fatal_crashes, first_seen_at, last_seen_at)
   SELECT tenant, incident_id, ${value}, count(*), count(*) FILTER (WHERE fatal), min(crash_time), max(crash_time)
   FROM oopstream.crash WHERE ${only} GROUP BY 1, 2, 3`;

/** What that release counted as it went. */
const COUNTED: readonly string[] = [
  facet('incident_host', 'host_id', 'host_id'),
  facet('incident_release', 'kernel_release', 'kernel_release'),
  facet('incident_verdict', 'verdict', 'verdict', 'verdict IS NOT NULL'),
  facet(
    'incident_hardware',
    'hardware',
    `CASE WHEN hardware_likelihood >= .6 THEN 'likely' WHEN hardware_likelihood >= .25 THEN 'possible' ELSE 'unlikely' END`,
    'hardware_likelihood IS NOT NULL',
  ),
  `INSERT INTO oopstream.incident_variant SELECT tenant, incident_id, exact_key, min(title), count(*),
     count(*) FILTER (WHERE fatal), min(crash_time), max(crash_time) FROM oopstream.crash GROUP BY 1, 2, 3`,
  `INSERT INTO oopstream.incident_daily SELECT tenant, incident_id, (crash_time AT TIME ZONE 'UTC')::date, count(*),
     count(*) FILTER (WHERE fatal) FROM oopstream.crash GROUP BY 1, 2, 3`,
  `INSERT INTO oopstream.ledger_count SELECT tenant, source_partition, 'transcript', outcome || coalesce(':' || reason, ''), count(*)
   FROM oopstream.receipt GROUP BY 1, 2, 4`,
  `INSERT INTO oopstream.ledger_count SELECT tenant, 0, 'reading', outcome, count(*) FROM oopstream.reading GROUP BY 1, 4`,
  `INSERT INTO oopstream.ledger_count SELECT tenant, 0, 'reading', 'sampled-away', sum(omitted_readings) FROM oopstream.transcript GROUP BY 1`,
  `INSERT INTO oopstream.ledger_count SELECT tenant, 0, 'redelivered', 'redelivered', sum(jsonb_array_length(redelivered_from)) FROM oopstream.receipt GROUP BY 1`,
  `INSERT INTO oopstream.ledger_watermark SELECT tenant, source_partition, count(*), max(source_offset) FROM oopstream.receipt GROUP BY 1, 2`,
];
