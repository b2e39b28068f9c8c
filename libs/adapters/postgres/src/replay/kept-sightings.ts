import type { ReplayRun } from '@oopstream/ports';
import type { Sql } from '../pool';

/** Counts of an incident that know when it was seen first and last; their tables are named after them. */
const FACETS = [
  ['host', 'host_id'],
  ['release', 'kernel_release'],
  ['variant', 'exact_key'],
  ['verdict', 'verdict'],
  ['hardware', 'hardware'],
] as const;

const ofFacet = ([facet, column]: (typeof FACETS)[number]): string => `
SELECT '${facet}' AS facet, f.${column} AS value, f.crashes, f.first_seen_at AS first, f.last_seen_at AS last
FROM oopstream.incident_${facet} f WHERE f.incident_id = i.id`;

/**
 * First and last sightings of an incident `i`, as JSON. They are more than its crashes tell: of copies that were replaced,
 * and of crashes that retention dropped.
 */
export const SIGHTINGS = `(SELECT jsonb_agg(to_jsonb(seen)) FROM (
  SELECT 'total' AS facet, '' AS value, i.crashes, i.first_seen_at AS first, i.last_seen_at AS last
  UNION ALL ${FACETS.map(ofFacet).join(' UNION ALL ')}) seen)`;

const KEPT = `oopstream.replay_incident r CROSS JOIN LATERAL jsonb_to_recordset(r.face->'sightings')
  AS kept(facet text, value text, crashes bigint, first timestamptz, last timestamptz)`;

const restore = (table: string, facet: string, is: string): string => `
UPDATE oopstream.${table} f SET first_seen_at = kept.first, last_seen_at = kept.last FROM ${KEPT}
WHERE r.run_id = $1 AND NOT r.is_new AND kept.facet = '${facet}' AND ${is} AND f.crashes = kept.crashes`;

const RESTORE = [
  restore('incident', 'total', 'f.id = r.incident_id'),
  ...FACETS.map(([facet, column]) =>
    restore(`incident_${facet}`, facet, `f.incident_id = r.incident_id AND f.${column} = kept.value`),
  ),
];

/** Where as many crashes count as before the switch, none came since: they were seen first and last when they were then. */
export async function restoreSightings(sql: Sql, run: ReplayRun): Promise<void> {
  for (const statement of RESTORE) await sql.query(statement, [run.id]);
}
