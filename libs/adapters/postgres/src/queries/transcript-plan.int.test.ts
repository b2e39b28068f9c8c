import { createLogger } from '@oopstream/runtime';
import { freshDatabase } from '@oopstream/testkit';
import type { FreshDatabase } from '@oopstream/testkit';
import { createPool, migrate, postgresConfigSchema } from '../index';
import type { PostgresPool } from '../index';
import { createIncidentQueries } from './create-incident-queries';
import { countRowsTouched } from './plan-bench';
import { KEYS_OF_TRANSCRIPTS, transcriptPageSql } from './transcript-list';

const TRANSCRIPTS = 50_000;
const T0_MS = Date.UTC(2026, 0, 1);
const ANY_TIME = { processedFromMs: null, processedToMs: null };

/** One each second, each with a reading that shows a crash; every tenth crash fell to retention. */
const FILL = [
  `SELECT oopstream.ensure_crash_partition('2026-01-01T00:00:00Z')`,
  `INSERT INTO oopstream.incident (id, tenant, number, status, holding, title, kind, family, first_seen_at, last_seen_at,
     opened_at, opened_by_crash, crashes, fatal_crashes, hosts, updated_at)
   SELECT md5(n::text)::uuid, 'default', n, 'open', false, 't', 'k', 'f', now(), now(), now(), md5(n::text)::uuid, 1, 1, 1, now()
   FROM generate_series(0, 99) AS n`,
  `WITH row AS (
     SELECT n, md5(n::text) AS id, to_timestamp(${T0_MS / 1000} + n) AS at FROM generate_series(1, ${TRANSCRIPTS}) AS n
   ), transcripts AS (
     INSERT INTO oopstream.transcript (tenant, transcript_id, host_id, sha256, size_bytes, context, outcome, seen_count,
       first_received_at, last_received_at, processed_at)
     SELECT 'default', id, 'host-' || n % 500, id, 1, '{}', 'read', 1, at, at, at FROM row
   ), readings AS (
     INSERT INTO oopstream.reading (tenant, transcript_id, byte_start, algorithm_version, outcome, kind, family, fatal,
       title, exact_key, group_key, group_text, loose_key, reading, received_at)
     SELECT 'default', id, 0, 1, 'grouped', 'k', 'f', true, 't', 'e', 'g', 'gt', 'l', '{}', at FROM row
   ), links AS (
     INSERT INTO oopstream.reading_crash (tenant, transcript_id, byte_start, algorithm_version, crash_id, is_primary,
       valid_from, reason)
     SELECT 'default', id, 0, 1, id::uuid, true, at, 'first-sighting' FROM row
   ), seen AS (
     INSERT INTO oopstream.crash_seen (crash_id, tenant, received_at) SELECT id::uuid, 'default', at FROM row
   )
   INSERT INTO oopstream.crash (tenant, crash_id, received_at, incident_id, host_id, crash_time, processed_at, kind,
     family, fatal, held, title, exact_key, group_key, loose_key, algorithm_version)
   SELECT 'default', id::uuid, at, md5((n % 100)::text)::uuid, 'host-1', at, at, 'k', 'f', true, false, 't', 'e', 'g', 'l', 1
   FROM row WHERE n % 10 > 0`,
  'ANALYZE',
];

describe(`walking ${TRANSCRIPTS} stored transcripts`, () => {
  let database: FreshDatabase;
  let pool: PostgresPool;
  beforeAll(async () => {
    database = await freshDatabase();
    const config = postgresConfigSchema.parse({ url: database.connectionString });
    pool = createPool(config, { logger: createLogger({ service: 'test', level: 'warn' }) });
    await migrate(pool);
    for (const statement of FILL) await pool.query(statement);
  }, 60_000);
  afterAll(async () => {
    await pool.close();
    await database.drop();
  });

  it.each([
    ['the first page', null, ANY_TIME],
    ['a late page', { value: T0_MS + 5_000_000, id: '0'.repeat(32) }, ANY_TIME],
    [
      'a page of an hour long ago',
      null,
      { processedFromMs: T0_MS + 3_600_000, processedToMs: T0_MS + 7_200_000 },
    ],
  ])('reads %s along the index', async (_what, after, filter) => {
    const page = transcriptPageSql('default', filter, { limit: 200, after });
    await expect(countRowsTouched(pool, page)).resolves.toBeLessThanOrEqual(201);
  });

  it('reads keys and crashes of a page and of nothing else; a crash that retention let go of is none', async () => {
    const queries = createIncidentQueries(pool);
    const { items } = await queries.listTranscripts('default', ANY_TIME, { limit: 200, after: null });
    const ids = items.map(({ transcript }) => transcript.id);
    expect(ids).toHaveLength(200);
    const statement = { text: KEYS_OF_TRANSCRIPTS, values: ['default', ids] };
    await expect(countRowsTouched(pool, statement)).resolves.toBeLessThan(2_000);
    const readings = items.flatMap((item) => item.readings);
    expect(readings).toHaveLength(200);
    expect(readings.filter(({ crashId }) => crashId === null)).toHaveLength(20);
    expect(readings.filter(({ incidentNumber }) => incidentNumber === null)).toHaveLength(20);
  });
});
