import type { CensusStore, Heartbeat, LivingRow } from '@oopstream/ports';
import { crashCounts, exposure } from './census-rates';
import { timestamp } from './json-rows';
import type { PostgresPool } from './pool';
import { recordHeartbeats } from './record-heartbeats';

const LIVING = `
SELECT kernel_release AS release, flavour, model, count(*) AS hosts,
  count(*) FILTER (WHERE kdump_ready) AS "kdumpReady", count(*) FILTER (WHERE NOT kdump_ready) AS "kdumpNotReady",
  (sum(count(*)) OVER ())::bigint AS total
FROM oopstream.census_host
WHERE tenant = $1 AND last_seen_at > $2 AND ($3::text IS NULL OR kernel_release = $3) AND ($4::text IS NULL OR model = $4)
GROUP BY kernel_release, flavour, model
ORDER BY hosts DESC, kernel_release, model LIMIT $5`;

const HOST = `
SELECT host_id AS "hostId", name, last_seen_at AS "atMs",
  jsonb_build_object('release', kernel_release, 'flavour', flavour, 'model', model) AS build, bios, livepatches,
  boot_id AS "bootId", uptime_seconds AS "uptimeSeconds", kdump_ready AS "kdumpReady", labels
FROM oopstream.census_host WHERE tenant = $1 AND host_id = $2`;

export function createCensusStore(pool: PostgresPool): CensusStore {
  return {
    record: async (tenant, heartbeats, limits, nowMs) =>
      heartbeats.length === 0
        ? []
        : pool.transaction((sql) => recordHeartbeats(sql, tenant, heartbeats, limits, nowMs)),
    async findHost(tenant, hostId) {
      const { rows } = await pool.query<Heartbeat>(HOST, [tenant, hostId], 'find_census_host');
      return rows[0] ?? null;
    },
    async living(tenant, { release, model, seenAfterMs, limit }) {
      const { rows } = await pool.query<LivingRow & { total: number }>(
        LIVING,
        [tenant, timestamp(seenAfterMs), release, model, limit],
        'living_hosts',
      );
      return { hosts: rows[0]?.total ?? 0, rows: rows.map(({ total: _, ...row }) => row) };
    },
    exposure: (tenant, window, maxGapMs, releases) => exposure(pool, tenant, window, maxGapMs, releases),
    crashes: (tenant, window, of) => crashCounts(pool, tenant, window, of),
  };
}
