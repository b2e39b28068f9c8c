import { sampleReceipt } from '../../libs/core/incident/dist/fakes/index.js';
import { shapeOf, stackOf, termsOf } from '../../libs/core/similarity/dist/index.js';

/** 2026-01-01: crashes are spread evenly over the twelve months from here. */
export const START_MS = Date.UTC(2026, 0, 1);
export const YEAR_SECONDS = 365 * 86_400;
export const HOSTS = 100_000;

/** Tables that are filled without their indexes, which are made afterwards: many times faster. */
const BULK = [
  'crash',
  'crash_seen',
  'transcript',
  'transcript_body',
  'blob_ref',
  'receipt',
  'reading',
  'reading_crash',
  'incident_host',
  'incident_release',
  'incident_variant',
  'incident_daily',
  'incident_verdict',
  'incident_hardware',
  'key_stack',
  'key_stack_term',
];

/**
 * Fills a store with so many incidents and crashes, with every row that deduplication would have left of them (but the
 * bodies' analyses, and hardly anything in `reading`). One incident of a million has three percent of the crashes, most have a few.
 */
export async function loadScale(pool, { incidents, crashes, say }) {
  const timed = async (what, work) => {
    const startedAt = performance.now();
    await work();
    say(`${what}: ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
  };
  const run = (name, text) => timed(name, () => fill(pool, text));
  const months = Array.from({ length: 13 }, (_, month) => new Date(Date.UTC(2026, month, 2)).toISOString());
  for (const month of months)
    await pool.query('SELECT oopstream.ensure_crash_partition($1::timestamptz)', [month]);
  const indexes = await dropIndexes(pool);
  await run('hosts', HOST_SQL);
  const step = 1_000_000;
  for (let from = 1; from <= crashes; from += step) {
    const to = Math.min(crashes, from + step - 1);
    await run(`crashes to ${to}`, crashSql({ incidents, crashes, from, to }));
  }
  for (const [name, text] of derivedSql({ incidents, crashes })) await run(name, text);
  await timed('indexes', async () => {
    for (const text of indexes) await fill(pool, text);
  });
  await timed('analyze', () => pool.query('VACUUM (ANALYZE)'));
}

/** A statement that may take its time. */
async function fill(pool, text) {
  const sql = await pool.begin();
  try {
    await sql.query(
      "SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '512MB'; SET LOCAL maintenance_work_mem = '1GB'; SET LOCAL synchronous_commit = off",
    );
    await sql.query(text);
    await sql.commit();
  } finally {
    await sql.rollback();
  }
}

/** @returns the statements that make them again */
async function dropIndexes(pool) {
  const tables = BULK.map((name) => `'${name}'`).join(', ');
  const { rows: constraints } = await pool.query(
    `SELECT t.relname AS table, c.conname AS name, pg_get_constraintdef(c.oid) AS definition
     FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace
     WHERE n.nspname = 'oopstream' AND c.contype IN ('p', 'u') AND t.relname IN (${tables})`,
  );
  for (const { table, name } of constraints)
    await pool.query(`ALTER TABLE oopstream.${table} DROP CONSTRAINT ${name}`);
  const { rows: indexes } = await pool.query(
    `SELECT indexname AS name, indexdef AS definition FROM pg_indexes
     WHERE schemaname = 'oopstream' AND tablename IN (${tables})`,
  );
  for (const { name } of indexes) await pool.query(`DROP INDEX oopstream.${name}`);
  return [
    ...constraints.map(
      ({ table, name, definition }) => `ALTER TABLE oopstream.${table} ADD CONSTRAINT ${name} ${definition}`,
    ),
    // Of a partitioned table pg_indexes says ONLY, which would leave its partitions out.
    ...indexes.map(({ definition }) => definition.replace(' ON ONLY ', ' ON ')),
  ];
}

const share = (of) => `((hashint8(${of})::float8 + 2147483648) / 4294967296)`;
const incidentId = (n) => `('00000000-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;

const HOST_SQL = `
INSERT INTO oopstream.host (tenant, host_id, name, kernel_release, first_seen_at, last_seen_at)
SELECT 'default', 'host-' || n, 'host-' || n || '.example', '6.1.' || n % 50, to_timestamp(${START_MS / 1000}),
  to_timestamp(${START_MS / 1000 + YEAR_SECONDS}) FROM generate_series(0, ${HOSTS - 1}) AS n`;

function crashSql({ incidents, crashes, from, to }) {
  return `
WITH numbered AS (
  SELECT n, to_timestamp(${START_MS / 1000} + n * ${YEAR_SECONDS / crashes}::float8) AS at,
    CASE WHEN n <= ${incidents} THEN n ELSE 1 + floor(${incidents} * ${share('n')} ^ 4)::bigint END AS i,
    'host-' || floor(${HOSTS} * ${share('n * 7 + 1')})::int AS host, lpad(n::text, 32, '0') AS transcript
  FROM generate_series(${from}::bigint, ${to}::bigint) AS n
), row AS (
  SELECT *, (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid AS id,
    'bug_' || i || '+' || 16 + n % 3 || ' page_fault from entry_of_bug_' || i AS title FROM numbered
), crashes AS (
  INSERT INTO oopstream.crash (tenant, crash_id, received_at, incident_id, host_id, bundle_id, boot_id, crash_time,
    processed_at, kind, family, fatal, held, title, exact_key, group_key, loose_key, algorithm_version, blamed, entry,
    kernel_release, comm, taint, verdict, verdict_confidence, hardware_likelihood)
  SELECT 'default', id, at, ${incidentId('i')}, host, NULL, md5('boot' || n), at, at, 'page-fault', 'bad-access', n % 3 > 0, false,
    title, 'v1:exact:bug_' || i || '+' || n % 3, 'v1:bug_' || i, 'v1:loose:bug_' || i, 1, 'bug_' || i, 'entry_of_bug_' || i,
    '6.1.' || n % 50, 'bash', '', CASE n % 4 WHEN 0 THEN 'unknown' WHEN 1 THEN 'use-after-free' ELSE 'null-pointer' END,
    'likely', (n % 100) / 100.0 FROM row
), seen AS (
  INSERT INTO oopstream.crash_seen (crash_id, tenant, received_at) SELECT id, 'default', at FROM row
), transcripts AS (
  INSERT INTO oopstream.transcript (tenant, transcript_id, host_id, sha256, size_bytes, context, outcome, seen_count,
    first_received_at, last_received_at, processed_at)
  SELECT 'default', transcript, host, md5(n::text) || md5((-n)::text), 30000, '{}', 'read', 1, at, at, at FROM row
), receipts AS (
  INSERT INTO oopstream.receipt (receipt_id, tenant, transcript_id, source_partition, source_offset, outcome, received_at, processed_at)
  SELECT '01H' || lpad(n::text, 23, '0'), 'default', transcript, n % 6, n / 6, 'read', at, at FROM row
), readings AS (
  INSERT INTO oopstream.reading (tenant, transcript_id, byte_start, algorithm_version, outcome, kind, family, fatal, title,
    exact_key, group_key, group_text, loose_key, reading, received_at)
  SELECT 'default', transcript, 0, 1, 'grouped', 'page-fault', 'bad-access', n % 3 > 0, title, 'v1:exact:bug_' || i || '+' || n % 3,
    'v1:bug_' || i, 'bad-access bug_' || i, 'v1:loose:bug_' || i, '{}', at FROM row
)
INSERT INTO oopstream.reading_crash (tenant, transcript_id, byte_start, algorithm_version, crash_id, is_primary, valid_from, reason)
SELECT 'default', transcript, 0, 1, id, true, at, CASE WHEN n = i THEN 'first-sighting' ELSE 'group-key' END FROM row`;
}

function facetSql(table, column, value) {
  return [
    table,
    `INSERT INTO oopstream.${table} (tenant, incident_id, ${column}, crashes, fatal_crashes, first_seen_at, last_seen_at)
     SELECT 'default', incident_id, ${value}, count(*), count(*) FILTER (WHERE fatal), min(crash_time), max(crash_time)
     FROM oopstream.crash GROUP BY 2, 3`,
  ];
}

function derivedSql({ incidents }) {
  return [
    facetSql('incident_host', 'host_id', 'host_id'),
    facetSql('incident_release', 'kernel_release', 'kernel_release'),
    facetSql('incident_verdict', 'verdict', 'verdict'),
    facetSql(
      'incident_hardware',
      'hardware',
      "CASE WHEN hardware_likelihood >= .6 THEN 'likely' WHEN hardware_likelihood >= .25 THEN 'possible' ELSE 'unlikely' END",
    ),
    [
      'incident_variant',
      `INSERT INTO oopstream.incident_variant (tenant, incident_id, exact_key, title, crashes, fatal_crashes, first_seen_at, last_seen_at)
       SELECT 'default', incident_id, exact_key, min(title), count(*), count(*) FILTER (WHERE fatal), min(crash_time), max(crash_time)
       FROM oopstream.crash GROUP BY 2, 3`,
    ],
    [
      'incident_daily',
      `INSERT INTO oopstream.incident_daily (tenant, incident_id, day, crashes, fatal_crashes)
       SELECT 'default', incident_id, (crash_time AT TIME ZONE 'UTC')::date, count(*), count(*) FILTER (WHERE fatal)
       FROM oopstream.crash GROUP BY 2, 3`,
    ],
    ['incident', incidentSql()],
    [
      'incident_key',
      `INSERT INTO oopstream.incident_key (tenant, group_key, incident_id, group_text, algorithm_version, attached_at, reason)
       SELECT 'default', 'v1:bug_' || number, id, 'bad-access bug_' || number, 1, opened_at, 'first-sighting' FROM oopstream.incident`,
    ],
    [
      'incident_episode',
      `INSERT INTO oopstream.incident_episode (tenant, incident_id, number, opened_at, opened_why, opened_by_crash, crashes_before)
       SELECT 'default', id, 1, opened_at, 'first-crash', opened_by_crash, 0 FROM oopstream.incident`,
    ],
    [
      'transcript_body',
      `INSERT INTO oopstream.transcript_body (tenant, transcript_id, sha256, received_at)
       SELECT tenant, transcript_id, sha256, first_received_at FROM oopstream.transcript`,
    ],
    ...stackSql(),
    [
      'blob_ref',
      `INSERT INTO oopstream.blob_ref (tenant, sha256, refs) SELECT tenant, sha256, 1 FROM oopstream.transcript`,
    ],
    [
      'ledger',
      `INSERT INTO oopstream.ledger_count (tenant, shard, kind, outcome, count)
         SELECT tenant, source_partition, 'transcript', outcome, count(*) FROM oopstream.receipt GROUP BY 1, 2, 4;
       INSERT INTO oopstream.ledger_count (tenant, shard, kind, outcome, count)
         SELECT tenant, 0, 'reading', outcome, count(*) FROM oopstream.reading GROUP BY 1, 4;
       INSERT INTO oopstream.ledger_watermark (tenant, source_partition, receipts, max_offset)
         SELECT tenant, source_partition, count(*), max(source_offset) FROM oopstream.receipt GROUP BY 1, 2;
       UPDATE oopstream.tenant SET next_incident_number = ${incidents} + 1 WHERE tenant = 'default'`,
    ],
  ];
}

/** Functions that many bugs are called from, so that looking for what is alike finds something to compare. */
const CALLERS = 20_000;
const NAME = 'NAMED_HERE';
const CALLER = 'CALLED_HERE';

/** A receipt of one fatal crash of a bug, with callers that others share. */
export function scaleReceipt(serial, { bug, caller, ...receipt }) {
  const made = sampleReceipt(serial, {
    ...receipt,
    readings: [{ bug, fatal: true, verdict: 'null-pointer' }],
  });
  const [one] = made.content.readings;
  const [frame] = one.reading.frames;
  const frames = [frame, ...[`${caller}_inner`, caller].map((name) => ({ ...frame, function: name }))];
  return {
    ...made,
    content: { ...made.content, readings: [{ ...one, reading: { ...one.reading, frames } }] },
  };
}

/** @returns the caller of the incident with that number */
export const callerOf = (number) => `caller_${number % CALLERS}`;

/** One shape of each key, and the terms it is found by, as deduplication files them. */
function stackSql() {
  const { reading, signature } = scaleReceipt(1, { bug: NAME, caller: CALLER }).content.readings[0];
  const stack = stackOf(reading, signature);
  const named = (text) =>
    `replace(replace('${text.replaceAll("'", "''")}', '${NAME}', 'bug_' || n), '${CALLER}', 'caller_' || n % ${CALLERS})`;
  const terms = termsOf(stack).map((term) => `SELECT n, ${named(term)} AS term FROM row`);
  return [
    [
      'key_stack',
      `INSERT INTO oopstream.key_stack (tenant, group_key, version, shape, stack, added_at)
       SELECT 'default', 'v1:bug_' || n, ${stack.version}, md5(${named(shapeOf(stack))}), (${named(JSON.stringify(stack))})::jsonb, now()
       FROM (SELECT number AS n FROM oopstream.incident) AS row`,
    ],
    [
      'key_stack_term',
      `WITH row AS (SELECT number AS n FROM oopstream.incident)
       INSERT INTO oopstream.key_stack_term (tenant, term, group_key)
       SELECT 'default', term, 'v1:bug_' || n FROM (${terms.join(' UNION ALL ')}) AS terms`,
    ],
  ];
}

/** Three of four are open; severity, trend and whose they are spread evenly. */
function incidentSql() {
  return `
INSERT INTO oopstream.incident (id, tenant, number, status, holding, title, kind, family, blamed, entry, first_seen_at,
  last_seen_at, opened_at, opened_by_crash, crashes, fatal_crashes, hosts, updated_at, trend, severity, triage, due_at)
SELECT id, 'default', n, CASE WHEN n % 8 = 0 THEN 'obsolete' WHEN n % 8 = 1 THEN 'resolved' ELSE 'open' END, false,
  'bug_' || n || '+16 page_fault from entry_of_bug_' || n, CASE WHEN n % 5 = 0 THEN 'warning' ELSE 'page-fault' END,
  CASE WHEN n % 5 = 0 THEN 'warning' ELSE 'bad-access' END, 'bug_' || n, 'entry_of_bug_' || n, first_at, last_at, first_at, id,
  crashes, fatal, hosts, last_at, (ARRAY['new', 'ongoing', 'ongoing', 'escalating', 'regressed'])[1 + n % 5], n % 101,
  jsonb_build_object('acknowledgedAtMs', null, 'acknowledgedBy', null, 'assignee', CASE WHEN n % 20 = 0 THEN 'user-' || n % 97 END, 'mute', null),
  last_at + interval '400 days'
FROM (
  SELECT incident_id AS id, ('x' || right(incident_id::text, 12))::bit(48)::bigint AS n, sum(crashes)::bigint AS crashes,
    sum(fatal_crashes)::bigint AS fatal, count(*) AS hosts, min(first_seen_at) AS first_at, max(last_seen_at) AS last_at
  FROM oopstream.incident_host GROUP BY 1
) AS row`;
}
