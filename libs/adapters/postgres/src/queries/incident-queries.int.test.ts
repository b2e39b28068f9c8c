import type { CrashReadingRow, CrashRow, IncidentFacets, IncidentRow, TranscriptRow } from '@oopstream/ports';
import { incidentQueriesConformance } from '@oopstream/ports/conformance';
import { FIXTURE_TIME_MS } from '@oopstream/ports/fakes';
import type { StoredIncident } from '@oopstream/ports/fakes';
import { createLogger } from '@oopstream/runtime';
import { freshDatabase } from '@oopstream/testkit';
import type { FreshDatabase } from '@oopstream/testkit';
import { createPool, migrate, postgresConfigSchema } from '../index';
import type { PostgresPool, Sql } from '../index';
import { createIncidentQueries } from './create-incident-queries';

const open: { readonly pool: PostgresPool; readonly database: FreshDatabase }[] = [];

afterEach(async () => {
  for (const { pool, database } of open.splice(0)) {
    await pool.close();
    await database.drop();
  }
});

incidentQueriesConformance('PostgreSQL', async () => {
  const database = await freshDatabase({ template: 'store', prepare: prepareStore });
  const pool = openPool(database.connectionString);
  open.push({ pool, database });
  return {
    queries: createIncidentQueries(pool),
    addTranscript: (tenant, transcript) => addTranscript(pool, tenant, transcript),
    addIncident: (incident) => addIncident(pool, incident),
    addAbsorbed: (tenant, crash_id, absorbed_into) =>
      insert(pool, 'crash_seen', { tenant, crash_id, absorbed_into, received_ms: FIXTURE_TIME_MS }),
  };
});

function openPool(url: string): PostgresPool {
  const logger = createLogger({ service: 'test', level: 'warn' });
  return createPool(postgresConfigSchema.parse({ url, maxConnections: '4' }), { logger });
}

async function prepareStore(url: string): Promise<void> {
  const pool = openPool(url);
  await migrate(pool);
  await pool.close();
}

/** Inserts a row of the table; `…Ms` fields become times. */
async function insert(sql: Sql, table: string, row: Readonly<Record<string, unknown>>): Promise<void> {
  const columns = Object.keys(row);
  const time = (column: string, index: number) =>
    column.endsWith('_ms') ? `to_timestamp($${index + 1}::double precision / 1000)` : `$${index + 1}`;
  await sql.query(
    `INSERT INTO oopstream.${table} (${columns.map((column) => column.replace(/_ms$/, '_at')).join(', ')})
     VALUES (${columns.map(time).join(', ')}) ON CONFLICT DO NOTHING`,
    Object.values(row),
  );
}

async function addIncident(
  sql: Sql,
  { incident, facets, mergedInto, crashes }: StoredIncident,
): Promise<void> {
  const survivor = await sql.query<{ id: string }>('SELECT id FROM oopstream.incident WHERE number = $1', [
    mergedInto === null ? 0 : Number(mergedInto.slice('OOPS-'.length)),
  ]);
  const { id, tenant } = incident;
  await insert(sql, 'incident', {
    id,
    tenant,
    number: Number(incident.number.slice('OOPS-'.length)),
    status: incident.status,
    holding: incident.holding,
    title: incident.title,
    kind: incident.kind,
    family: incident.family,
    blamed: incident.blamed,
    entry: incident.entry,
    module: incident.module,
    first_seen_ms: incident.firstSeenAtMs,
    last_seen_ms: incident.lastSeenAtMs,
    opened_ms: incident.firstSeenAtMs,
    opened_by_crash: id,
    resolved_ms: incident.resolvedAtMs,
    resolved_by: facets.resolution?.by,
    resolved_in: facets.resolution?.release,
    recurrences: facets.recurrences,
    trend: incident.living.trend,
    severity: incident.living.severity,
    triage: incident.living.triage,
    fix: incident.living.fix,
    life: incident.living.life,
    crashes: incident.crashes,
    fatal_crashes: incident.fatalCrashes,
    hosts: incident.hosts,
    merged_into: survivor.rows[0]?.id,
    updated_ms: incident.lastSeenAtMs,
  });
  await addFacets(sql, incident, facets);
  for (const { crash, readings } of crashes) {
    await addCrash(sql, incident, crash);
    for (const reading of readings) await addReading(sql, tenant, crash, reading);
  }
}

async function addEpisodes(
  sql: Sql,
  own: { readonly tenant: string; readonly incident_id: string },
  episodes: IncidentFacets['episodes'],
): Promise<void> {
  let crashesBefore = 0;
  for (const { number, opened, closed, crashes } of episodes) {
    await insert(sql, 'incident_episode', {
      ...{ ...own, number, opened_ms: opened.atMs, opened_why: opened.why, opened_by_crash: opened.crashId },
      ...{ crashes_before: crashesBefore, closed_ms: closed?.atMs ?? null, closed_why: closed?.why ?? null },
    });
    crashesBefore += crashes;
  }
}

async function addFacets(sql: Sql, incident: IncidentRow, facets: IncidentFacets): Promise<void> {
  const own = { tenant: incident.tenant, incident_id: incident.id };
  const seen = (row: { crashes: number; firstSeenAtMs: number; lastSeenAtMs: number }) => ({
    ...own,
    crashes: row.crashes,
    first_seen_ms: row.firstSeenAtMs,
    last_seen_ms: row.lastSeenAtMs,
  });
  for (const key of facets.keys)
    await insert(sql, 'incident_key', {
      ...own,
      group_key: key.groupKey,
      group_text: key.groupText,
      algorithm_version: key.algorithmVersion,
      attached_ms: key.attachedAtMs,
      reason: key.reason,
    });
  await addEpisodes(sql, own, facets.episodes);
  for (const host of facets.hosts) {
    await addHost(sql, incident.tenant, host.hostId, host.name, host.model);
    const counts = { host_id: host.hostId, fatal_crashes: host.fatalCrashes };
    await insert(sql, 'incident_host', { ...seen(host), ...counts });
  }
  for (const row of facets.releases) {
    const counts = { kernel_release: row.release, fatal_crashes: row.fatalCrashes };
    await insert(sql, 'incident_release', { ...seen(row), ...counts });
  }
  for (const variant of facets.variants) {
    const counts = { exact_key: variant.exactKey, title: variant.title, fatal_crashes: 0 };
    await insert(sql, 'incident_variant', { ...seen(variant), ...counts });
  }
  const at = { firstSeenAtMs: incident.firstSeenAtMs, lastSeenAtMs: incident.lastSeenAtMs };
  for (const { verdict, crashes } of facets.verdicts)
    await insert(sql, 'incident_verdict', { ...seen({ crashes, ...at }), verdict, fatal_crashes: 0 });
  for (const { likelihood, crashes } of facets.hardware) {
    const counts = { hardware: likelihood, fatal_crashes: 0 };
    await insert(sql, 'incident_hardware', { ...seen({ crashes, ...at }), ...counts });
  }
  for (const { atMs, fatal, survived } of facets.trend) {
    const day = new Date(atMs).toISOString().slice(0, 10);
    await insert(sql, 'incident_daily', { ...own, day, crashes: fatal + survived, fatal_crashes: fatal });
  }
  for (const { atMs, action, actor, detail } of facets.history) {
    const subject = { subject_kind: 'incident', subject_id: incident.id };
    const at = new Date(atMs).toISOString();
    await insert(sql, 'audit', { tenant: incident.tenant, at, action, actor, ...subject, detail });
  }
}

async function addHost(
  sql: Sql,
  tenant: string,
  hostId: string,
  name: string | null,
  model: string | null,
): Promise<void> {
  const row = { tenant, host_id: hostId, name, model, first_seen_ms: 0, last_seen_ms: 0 };
  await insert(sql, 'host', row);
}

async function addCrash(sql: Sql, incident: IncidentRow, crash: CrashRow): Promise<void> {
  await addHost(sql, incident.tenant, crash.hostId, crash.hostName, crash.model);
  const at = new Date(crash.receivedAtMs).toISOString();
  await sql.query('SELECT oopstream.ensure_crash_partition($1)', [at]);
  await insert(sql, 'crash_seen', {
    crash_id: crash.id,
    tenant: incident.tenant,
    received_ms: crash.receivedAtMs,
  });
  await insert(sql, 'crash', {
    tenant: incident.tenant,
    crash_id: crash.id,
    received_ms: crash.receivedAtMs,
    incident_id: incident.id,
    host_id: crash.hostId,
    boot_id: crash.bootId,
    verdict: crash.verdict?.class,
    verdict_confidence: crash.verdict?.confidence,
    hardware_likelihood: crash.hardwareLikelihood,
    occurred_ms: crash.occurredAtMs,
    crash_time: new Date(crash.occurredAtMs ?? crash.receivedAtMs).toISOString(),
    processed_ms: crash.processedAtMs,
    kind: crash.kind,
    family: crash.family,
    fatal: crash.fatal,
    held: crash.held,
    title: crash.title,
    exact_key: 'v1:e',
    group_key: 'v1:g',
    loose_key: 'v1:l',
    algorithm_version: 1,
    blamed: crash.blamed,
    entry: crash.entry,
    module: crash.module,
    kernel_release: crash.kernelRelease,
  });
}

async function addReading(
  sql: Sql,
  tenant: string,
  crash: CrashRow,
  { transcriptId, primary, linkedAtMs, link: why, outcome, signature, reading, analysis }: CrashReadingRow,
): Promise<void> {
  const { span, damage } = reading as { readonly span: { start: number }; readonly damage: string | null };
  const place = { byte_start: span.start, algorithm_version: signature.algorithmVersion };
  const own = { tenant, transcript_id: transcriptId, ...place };
  await insert(sql, 'reading', {
    ...own,
    outcome,
    kind: crash.kind,
    family: crash.family,
    fatal: crash.fatal,
    damage,
    title: crash.title,
    exact_key: signature.exactKey,
    group_key: signature.groupKey,
    group_text: signature.groupText,
    loose_key: signature.looseKey,
    reading: { reading, signature },
    analysis,
    received_ms: crash.receivedAtMs,
  });
  const linked = new Date(linkedAtMs).toISOString();
  const link = { crash_id: crash.id, is_primary: primary, ...why };
  await insert(sql, 'reading_crash', { ...own, ...link, valid_from: linked });
  // What was linked elsewhere before must not show.
  await insert(sql, 'reading_crash', { ...own, ...link, valid_from: linked, valid_to: linked });
}

async function addTranscript(sql: Sql, tenant: string, transcript: TranscriptRow): Promise<void> {
  await addHost(sql, tenant, transcript.hostId, transcript.hostName, 'R640');
  const [outcome, reason] = transcript.outcome.split(':');
  await insert(sql, 'transcript', {
    tenant,
    transcript_id: transcript.id,
    host_id: transcript.hostId,
    bundle_id: transcript.bundleId,
    sha256: transcript.sha256,
    size_bytes: transcript.sizeBytes,
    context: transcript.context,
    outcome,
    reason,
    seen_count: transcript.seenAgain + 1,
    omitted_readings: transcript.omittedReadings,
    first_received_ms: transcript.receivedAtMs,
    last_received_ms: transcript.receivedAtMs,
    processed_ms: transcript.processedAtMs,
  });
}
