import type { DedupPlan, PlannedCrash, PlannedReading } from '@oopstream/core-incident';
import { commitAbsorbed } from './commit-absorbed';
import { jsonRows, timestamp } from './json-rows';
import type { Sql } from './pool';

/** What a crash shows of its primary reading. */
const FACE = {
  occurred_at: 'timestamptz',
  crash_time: 'timestamptz',
  processed_at: 'timestamptz',
  kind: 'text',
  family: 'text',
  title: 'text',
  exact_key: 'text',
  group_key: 'text',
  loose_key: 'text',
  algorithm_version: 'integer',
  blamed: 'text',
  entry: 'text',
  module: 'text',
  kernel_release: 'text',
  comm: 'text',
  taint: 'text',
  hardware: 'text',
  parent_key: 'text',
  traceparent: 'text',
} as const;
const CHANGEABLE = {
  incident_id: 'uuid',
  boot_id: 'text',
  bundle_id: 'text',
  fatal: 'boolean',
  held: 'boolean',
  verdict: 'text',
  verdict_confidence: 'text',
  hardware_likelihood: 'double precision',
  booted_ms: 'bigint',
  clock_ms: 'bigint',
  uptime_seconds: 'double precision',
  machine_states: 'text[]',
  timeless: 'boolean',
  quality: 'smallint',
};
const OWN = { crash_id: 'uuid', received_at: 'timestamptz', tenant: 'text', host_id: 'text', ...CHANGEABLE };
const ALL = { ...OWN, ...FACE };

const names = (columns: object): string => Object.keys(columns).join(', ');
const typed = (columns: object): string =>
  Object.entries(columns)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ');
const assigned = (columns: object): string =>
  Object.keys(columns)
    .map((name) => `${name} = row.${name}`)
    .join(', ');

const INSERT_CRASHES = `
WITH row AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS row(${typed(ALL)})),
seen AS (INSERT INTO oopstream.crash_seen (crash_id, tenant, received_at) SELECT crash_id, tenant, received_at FROM row)
INSERT INTO oopstream.crash (${names(ALL)}) SELECT ${names(ALL)} FROM row`;

const update = (columns: object): string => `
UPDATE oopstream.crash crash SET ${assigned(columns)} FROM jsonb_to_recordset($1::jsonb) AS row(${typed(ALL)})
WHERE crash.crash_id = row.crash_id AND crash.received_at = row.received_at`;
const UPDATE_CRASHES = update(CHANGEABLE);
const REPLACE_FACES = update({ ...CHANGEABLE, ...FACE });

// The link so far is closed and follows as an ordinary one: history stays.
const CLOSE_PRIMARY_LINKS = `
WITH closed AS (
  UPDATE oopstream.reading_crash SET valid_to = $2::timestamptz
  WHERE crash_id = ANY($1::uuid[]) AND is_primary AND valid_to IS NULL
  RETURNING tenant, transcript_id, byte_start, algorithm_version, crash_id, reason, detail
)
INSERT INTO oopstream.reading_crash (tenant, transcript_id, byte_start, algorithm_version, crash_id, is_primary,
  valid_from, reason, detail)
SELECT tenant, transcript_id, byte_start, algorithm_version, crash_id, false, $2::timestamptz, reason,
  detail || '{"replaced": true}' FROM closed`;

const READING = {
  tenant: 'text',
  transcript_id: 'text',
  byte_start: 'bigint',
  algorithm_version: 'integer',
  outcome: 'text',
  kind: 'text',
  family: 'text',
  fatal: 'boolean',
  damage: 'text',
  title: 'text',
  exact_key: 'text',
  group_key: 'text',
  group_text: 'text',
  loose_key: 'text',
  reading: 'jsonb',
  analysis: 'jsonb',
  received_at: 'timestamptz',
} as const;
const INSERT_READINGS = `
INSERT INTO oopstream.reading (${names(READING)})
SELECT ${names(READING)} FROM jsonb_to_recordset($1::jsonb) AS row(${typed(READING)})`;

const INSERT_LINKS = `
INSERT INTO oopstream.reading_crash (tenant, transcript_id, byte_start, algorithm_version, crash_id, is_primary,
  valid_from, reason, detail)
SELECT tenant, transcript_id, byte_start, algorithm_version, crash_id, is_primary, valid_from, reason, detail
FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, transcript_id text, byte_start bigint,
  algorithm_version integer, crash_id uuid, is_primary boolean, valid_from timestamptz, reason text, detail jsonb)`;

/** Writes crashes, readings and the links between them. */
export async function commitCrashes(sql: Sql, plan: DedupPlan): Promise<void> {
  const send = async (text: string, name: string, crashes: readonly PlannedCrash[]): Promise<void> => {
    if (crashes.length > 0) await sql.query(text, [jsonRows(crashes.map(crashRow))], name);
  };
  const known = plan.crashes.filter((crash) => !crash.isNew);
  await send(
    INSERT_CRASHES,
    'insert_crashes',
    plan.crashes.filter((crash) => crash.isNew),
  );
  await send(
    UPDATE_CRASHES,
    'update_crashes',
    known.filter((crash) => crash.primary === null),
  );
  await send(
    REPLACE_FACES,
    'replace_faces',
    known.filter((crash) => crash.primary !== null),
  );
  const replaced = plan.crashes.filter((crash) => crash.primaryReplaced);
  if (replaced.length > 0) {
    const nowMs = plan.links[0]?.validFromMs ?? 0;
    const ids = replaced.map((crash) => crash.id);
    await sql.query(CLOSE_PRIMARY_LINKS, [ids, timestamp(nowMs)], 'close_primary_links');
  }
  await commitReadings(sql, plan);
  await commitAbsorbed(sql, plan.absorbed);
}

async function commitReadings(sql: Sql, plan: DedupPlan): Promise<void> {
  if (plan.readings.length === 0) return;
  const readings = plan.readings.map(readingRow);
  await sql.query(INSERT_READINGS, [jsonRows(readings)], 'insert_readings');
  const links = plan.links.map((link) => ({
    tenant: link.tenant,
    transcript_id: link.transcriptId,
    byte_start: link.byteStart,
    algorithm_version: link.algorithmVersion,
    crash_id: link.crashId,
    is_primary: link.primary,
    valid_from: timestamp(link.validFromMs),
    reason: link.reason,
    detail: link.detail,
  }));
  await sql.query(INSERT_LINKS, [jsonRows(links)], 'insert_links');
}

/** The columns are for queries; `reading` and `analysis` hold all of it. */
function readingRow(planned: PlannedReading): object {
  const { reading, signature } = planned;
  return {
    tenant: planned.tenant,
    transcript_id: planned.transcriptId,
    byte_start: reading.span.start,
    algorithm_version: signature.algorithmVersion,
    outcome: planned.outcome,
    kind: reading.kind,
    family: signature.family,
    fatal: reading.fatal,
    damage: reading.damage,
    title: signature.title,
    exact_key: signature.exactKey,
    group_key: signature.groupKey,
    group_text: signature.groupText,
    loose_key: signature.looseKey,
    reading: { reading, signature, readerVersion: planned.readerVersion ?? 1 },
    analysis: planned.analysis,
    received_at: timestamp(planned.receivedAtMs),
  };
}

function crashRow(crash: PlannedCrash): object {
  const face = crash.primary;
  return {
    crash_id: crash.id,
    received_at: timestamp(crash.receivedAtMs),
    tenant: crash.tenant,
    host_id: crash.hostId,
    incident_id: crash.incidentId,
    boot_id: crash.bootId,
    bundle_id: crash.bundleId,
    fatal: crash.fatal,
    held: crash.held,
    verdict: crash.cause?.verdict,
    verdict_confidence: crash.cause?.confidence,
    hardware_likelihood: crash.cause?.hardwareLikelihood,
    booted_ms: crash.moment.bootedAtMs,
    clock_ms: crash.moment.clockMs,
    uptime_seconds: crash.moment.uptimeSeconds,
    machine_states: crash.moment.machineStates,
    timeless: crash.moment.timeless,
    quality: crash.quality,
    ...(face !== null && {
      occurred_at: timestamp(face.occurredAtMs),
      crash_time: timestamp(face.crashTimeMs),
      processed_at: timestamp(face.processedAtMs),
      kind: face.kind,
      family: face.family,
      title: face.title,
      exact_key: face.exactKey,
      group_key: face.groupKey,
      loose_key: face.looseKey,
      algorithm_version: face.algorithmVersion,
      blamed: face.blamed,
      entry: face.entry,
      module: face.module,
      kernel_release: face.kernelRelease,
      comm: face.comm,
      taint: face.taint,
      hardware: face.hardware,
      parent_key: face.parentKey,
      traceparent: face.traceparent,
    }),
  };
}
