import { COUNT_DRIFT } from '../count-drift';
import type { PostgresPool } from '../pool';
import { miscounted } from './replay-bench';

/** What nothing may ever be, besides counts. */
const WRONG = `
SELECT 'crash of a merged incident' AS what, c.crash_id::text AS of FROM oopstream.crash c
  JOIN oopstream.incident i ON i.id = c.incident_id WHERE i.merged_into IS NOT NULL
UNION ALL SELECT 'key of a merged incident', k.group_key FROM oopstream.incident_key k
  JOIN oopstream.incident i ON i.id = k.incident_id WHERE i.merged_into IS NOT NULL
UNION ALL SELECT 'chain of merged ones', i.number::text FROM oopstream.incident i
  JOIN oopstream.incident m ON m.id = i.merged_into WHERE m.merged_into IS NOT NULL
UNION ALL SELECT 'crash apart from its key', c.crash_id::text FROM oopstream.crash c
  LEFT JOIN oopstream.incident_key k USING (tenant, group_key)
  WHERE NOT c.held AND c.pinned_by IS NULL AND k.incident_id IS DISTINCT FROM c.incident_id
UNION ALL SELECT 'reading of another version than its link', l.transcript_id FROM oopstream.reading_crash l
  LEFT JOIN oopstream.reading r USING (tenant, transcript_id, byte_start, algorithm_version)
  WHERE l.valid_to IS NULL AND r.tenant IS NULL
UNION ALL SELECT 'episode', i.number::text FROM oopstream.incident i
  WHERE recurrences + 1 <> (SELECT max(number) FROM oopstream.incident_episode e WHERE e.incident_id = i.id)`;

/** @returns what is not as it has to be; `[]` where all is right */
export async function wrongOf(pool: PostgresPool): Promise<object[]> {
  const { rows: wrong } = await pool.query<object>(WRONG);
  const { rows: drift } = await pool.query<object>(COUNT_DRIFT);
  return [...wrong, ...drift, ...(await miscounted(pool))];
}

const MERGED = `SELECT 'merged ' || i.number AS what, i.merged_into::text AS place FROM oopstream.incident i
  WHERE i.merged_into IS NOT NULL`;
const REFUSED = `SELECT 'split ' || group_key || ' ' || incident_id AS what, 'refused' AS place FROM oopstream.refusal`;

async function recordOf(pool: PostgresPool, text: string): Promise<Record<string, string>> {
  const { rows } = await pool.query<{ what: string; place: string }>(text);
  return Object.fromEntries(rows.map(({ what, place }) => [what, place]));
}

/** What people said and no machine may change: where pins, decided keys and merged numbers lead, and what was split. */
export function decidedOf(pool: PostgresPool): Promise<Record<string, string>> {
  return recordOf(
    pool,
    `SELECT 'crash ' || c.crash_id AS what, c.incident_id::text AS place FROM oopstream.crash c
      LEFT JOIN oopstream.incident_key k USING (tenant, group_key)
      WHERE c.pinned_by IS NOT NULL OR (k.decided_by IS NOT NULL AND NOT c.held)
    UNION ALL SELECT 'key ' || k.group_key, k.incident_id::text FROM oopstream.incident_key k
      WHERE k.decided_by IS NOT NULL
    UNION ALL ${MERGED} UNION ALL ${REFUSED}`,
  );
}

/** All that people may have said something of, in the words of {@link decidedOf}. */
export function placesOf(pool: PostgresPool): Promise<Record<string, string>> {
  return recordOf(
    pool,
    `SELECT 'crash ' || c.crash_id AS what, c.incident_id::text AS place FROM oopstream.crash c
    UNION ALL SELECT 'key ' || k.group_key, k.incident_id::text FROM oopstream.incident_key k
    UNION ALL ${MERGED} UNION ALL ${REFUSED}`,
  );
}

/** Which crashes are together, by the readings that show them: the same whatever ids they got. */
export async function partitionOf(pool: PostgresPool): Promise<string[]> {
  const { rows } = await pool.query<{ together: string }>(`
    SELECT string_agg(DISTINCT l.transcript_id || ':' || l.byte_start, ' ') AS together
    FROM oopstream.crash c JOIN oopstream.reading_crash l ON l.crash_id = c.crash_id AND l.valid_to IS NULL
    WHERE NOT c.held GROUP BY c.incident_id ORDER BY 1`);
  return rows.map((row) => row.together);
}

const TABLES: Record<string, string> = {
  crash: `SELECT * FROM oopstream.crash ORDER BY crash_id`,
  seen: `SELECT * FROM oopstream.crash_seen ORDER BY crash_id`,
  reading: `SELECT * FROM oopstream.reading ORDER BY tenant, transcript_id, byte_start, algorithm_version`,
  link: `SELECT tenant, transcript_id, byte_start, algorithm_version, crash_id, is_primary, reason, detail
    FROM oopstream.reading_crash WHERE valid_to IS NULL ORDER BY 1, 2, 3, 4`,
  key: `SELECT * FROM oopstream.incident_key ORDER BY tenant, group_key`,
  refusal: `SELECT * FROM oopstream.refusal ORDER BY tenant, group_key, incident_id`,
  decision: `SELECT * FROM oopstream.decision ORDER BY seq`,
  algorithm: `SELECT tenant, version FROM oopstream.tenant_algorithm ORDER BY tenant`,
};

/** Of incidents that a switch opened nothing is left but the number: they are not compared. */
const BY_INCIDENT: Record<string, string> = {
  incident: `SELECT to_jsonb(t) - ARRAY['updated_at', 'due_at'] AS row FROM oopstream.incident t
    WHERE NOT (t.id = ANY($1::uuid[])) ORDER BY t.number`,
  episode: `SELECT to_jsonb(t) AS row FROM oopstream.incident_episode t
    WHERE NOT (t.incident_id = ANY($1::uuid[])) ORDER BY t.incident_id, t.number`,
  ...Object.fromEntries(
    ['host', 'release', 'variant', 'verdict', 'hardware', 'daily'].map((facet) => [
      facet,
      `SELECT to_jsonb(t) AS row FROM oopstream.incident_${facet} t ORDER BY t::text`,
    ]),
  ),
};

/** Every row that says which crash is where and how it counts. @param opened incidents that a switch opened */
export async function dumpOf(
  pool: PostgresPool,
  opened: readonly string[] = [],
): Promise<Record<string, object[]>> {
  const dump: Record<string, object[]> = {};
  for (const [name, text] of Object.entries(TABLES)) dump[name] = (await pool.query<object>(text)).rows;
  for (const [name, text] of Object.entries(BY_INCIDENT)) {
    const values = text.includes('$1') ? [opened] : [];
    dump[name] = (await pool.query<object>(text, values)).rows;
  }
  return dump;
}
