import type { DedupPlan, FacetDelta } from '@oopstream/core-incident';
import { jsonRows, timestamp } from './json-rows';
import type { Sql } from './pool';

const RECORDSET = `jsonb_to_recordset($1::jsonb) AS row(tenant text, incident_id uuid, value text, title text,
  crashes bigint, fatal_crashes bigint, first_seen_at timestamptz, last_seen_at timestamptz)`;

/** The incident's lock guards these rows. What comes to 0 is deleted below. */
const addTo = (table: string, column: string, more: string): string => `
INSERT INTO oopstream.${table} AS facet (tenant, incident_id, ${column}, crashes, fatal_crashes, first_seen_at,
  last_seen_at${more})
SELECT tenant, incident_id, value, crashes, fatal_crashes, first_seen_at, last_seen_at${more} FROM ${RECORDSET}
ON CONFLICT (incident_id, ${column}) DO UPDATE SET crashes = facet.crashes + excluded.crashes,
  fatal_crashes = facet.fatal_crashes + excluded.fatal_crashes,
  first_seen_at = least(facet.first_seen_at, excluded.first_seen_at),
  last_seen_at = greatest(facet.last_seen_at, excluded.last_seen_at)`;

const ADD_TO_DAYS = `
INSERT INTO oopstream.incident_daily AS facet (tenant, incident_id, day, crashes, fatal_crashes)
SELECT tenant, incident_id, value::date, crashes, fatal_crashes FROM ${RECORDSET}
ON CONFLICT (incident_id, day) DO UPDATE SET crashes = facet.crashes + excluded.crashes,
  fatal_crashes = facet.fatal_crashes + excluded.fatal_crashes`;

const FACETS = [
  { facet: 'byHost', table: 'incident_host', add: addTo('incident_host', 'host_id', '') },
  { facet: 'byRelease', table: 'incident_release', add: addTo('incident_release', 'kernel_release', '') },
  { facet: 'byVariant', table: 'incident_variant', add: addTo('incident_variant', 'exact_key', ', title') },
  { facet: 'byVerdict', table: 'incident_verdict', add: addTo('incident_verdict', 'verdict', '') },
  { facet: 'byHardware', table: 'incident_hardware', add: addTo('incident_hardware', 'hardware', '') },
  { facet: 'byDay', table: 'incident_daily', add: ADD_TO_DAYS },
] as const;

const ADD_TO_LEDGER = `
INSERT INTO oopstream.ledger_count AS ledger (tenant, shard, kind, outcome, count)
SELECT tenant, shard, kind, outcome, sum(count)
FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, shard integer, kind text, outcome text, count bigint)
GROUP BY tenant, shard, kind, outcome ORDER BY tenant COLLATE "C", shard, kind COLLATE "C", outcome COLLATE "C"
ON CONFLICT (tenant, shard, kind, outcome) DO UPDATE SET count = ledger.count + excluded.count`;

const ADD_TO_HOURS = `
INSERT INTO oopstream.ledger_hour AS ledger (tenant, hour, shard, kind, outcome, count)
SELECT tenant, hour, shard, kind, outcome, count
FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, hour timestamptz, shard integer, kind text, outcome text,
  count bigint)
ORDER BY hour, tenant COLLATE "C", shard, kind COLLATE "C", outcome COLLATE "C"
ON CONFLICT (hour, tenant, shard, kind, outcome) DO UPDATE SET count = ledger.count + excluded.count`;

const ADD_TO_WATERMARK = `
INSERT INTO oopstream.ledger_watermark AS mark (tenant, source_partition, receipts, max_offset)
SELECT tenant, partition, receipts, "maxOffset"
FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, partition integer, receipts bigint, "maxOffset" bigint)
ORDER BY tenant COLLATE "C", partition
ON CONFLICT (tenant, source_partition) DO UPDATE SET receipts = mark.receipts + excluded.receipts,
  max_offset = greatest(mark.max_offset, excluded.max_offset)`;

/** The part of a plan that is added to counts. */
export type CountDeltas = Pick<DedupPlan, (typeof FACETS)[number]['facet'] | 'ledger' | 'watermark'>;

/** Adds what a plan counts; the ledger last, since its rows are shared by all workers. */
export async function commitCounts(sql: Sql, plan: CountDeltas): Promise<void> {
  for (const { facet, table, add } of FACETS) {
    const deltas = plan[facet];
    if (deltas.length === 0) continue;
    await sql.query(add, [jsonRows(deltas.map(facetRow))], `add_${table}`);
    const shrunk = deltas.filter((delta) => delta.crashes < 0).map((delta) => delta.incidentId);
    if (shrunk.length > 0)
      await sql.query(`DELETE FROM oopstream.${table} WHERE incident_id = ANY($1::uuid[]) AND crashes = 0`, [
        shrunk,
      ]);
  }
  if (plan.ledger.length > 0) {
    const rows = jsonRows(plan.ledger.map((row) => ({ ...row, hour: timestamp(row.hourMs) })));
    await sql.query(ADD_TO_LEDGER, [rows], 'add_ledger');
    await sql.query(ADD_TO_HOURS, [rows], 'add_ledger_hours');
  }
  if (plan.watermark.length > 0)
    await sql.query(ADD_TO_WATERMARK, [jsonRows(plan.watermark)], 'add_watermark');
}

function facetRow(delta: FacetDelta): object {
  return {
    tenant: delta.tenant,
    incident_id: delta.incidentId,
    value: delta.value,
    title: delta.title,
    crashes: delta.crashes,
    fatal_crashes: delta.fatalCrashes,
    first_seen_at: timestamp(delta.firstSeenAtMs),
    last_seen_at: timestamp(delta.lastSeenAtMs),
  };
}
