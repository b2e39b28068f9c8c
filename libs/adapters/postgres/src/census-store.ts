import type { CensusHost, CensusStore, LivingRow } from '@oopstream/ports';
import { crashCounts, exposure, reach } from './census-rates';
import { forgetEnds, insertEnds } from './host-ends';
import { timestamp } from './json-rows';
import type { PostgresPool } from './pool';
import { recordHeartbeats } from './record-heartbeats';

const LIVING = `
SELECT kernel_release AS release, flavour, model, count(*) AS hosts,
  count(*) FILTER (WHERE kdump_ready) AS "kdumpReady", count(*) FILTER (WHERE NOT kdump_ready) AS "kdumpNotReady",
  (sum(count(*)) OVER ())::bigint AS total,
  (sum(count(*) FILTER (WHERE kdump_ready)) OVER ())::bigint AS "allReady",
  (sum(count(*) FILTER (WHERE NOT kdump_ready)) OVER ())::bigint AS "allNotReady"
FROM oopstream.census_host AS host
WHERE NOT EXISTS (
    SELECT FROM oopstream.census_end AS died
    WHERE died.tenant = host.tenant AND died.host_id = host.host_id AND ended_at > $2 AND ended_at >= host.last_seen_at
  ) AND tenant = $1 AND last_seen_at > $2 AND ($3::text IS NULL OR kernel_release = $3) AND ($4::text IS NULL OR model = $4)
GROUP BY kernel_release, flavour, model
ORDER BY hosts DESC, kernel_release, model LIMIT $5`;

const HOST = `
SELECT host_id AS "hostId", name, last_seen_at AS "atMs",
  jsonb_build_object('release', kernel_release, 'flavour', flavour, 'model', model) AS build, bios, livepatches,
  modules, boot_id AS "bootId", uptime_seconds AS "uptimeSeconds", kdump_ready AS "kdumpReady", labels,
  (SELECT min(ended_at) FROM oopstream.census_end AS died
   WHERE died.tenant = $1 AND died.host_id = $2 AND died.ended_at >= host.last_seen_at) AS "downAtMs"
FROM oopstream.census_host AS host WHERE tenant = $1 AND host_id = $2`;

const UNSEEN = `
SELECT count(*) AS hosts FROM oopstream.host
WHERE tenant = $1 AND last_seen_at > $2 AND NOT EXISTS (
  SELECT FROM oopstream.census_host AS known WHERE known.tenant = host.tenant AND known.host_id = host.host_id)`;

export function createCensusStore(pool: PostgresPool): CensusStore {
  return {
    record: async (tenant, heartbeats, limits, nowMs) =>
      heartbeats.length === 0
        ? []
        : pool.transaction((sql) => recordHeartbeats(sql, tenant, heartbeats, limits, nowMs)),
    async findHost(tenant, hostId) {
      const { rows } = await pool.query<CensusHost>(HOST, [tenant, hostId], 'find_census_host');
      return rows[0] ?? null;
    },
    async living(tenant, { release, model, seenAfterMs, limit }) {
      const { rows } = await pool.query<LivingRow & { total: number; allReady: number; allNotReady: number }>(
        LIVING,
        [tenant, timestamp(seenAfterMs), release, model, limit],
        'living_hosts',
      );
      return {
        hosts: rows[0]?.total ?? 0,
        kdumpReady: rows[0]?.allReady ?? 0,
        kdumpNotReady: rows[0]?.allNotReady ?? 0,
        rows: rows.map(({ total: _, allReady: _ready, allNotReady: _notReady, ...row }) => row),
      };
    },
    exposure: (tenant, window, maxGapMs, releases) => exposure(pool, tenant, window, maxGapMs, releases),
    reach: (tenant, window, maxGapMs, incidentId) => reach(pool, tenant, window, maxGapMs, incidentId),
    crashes: (tenant, window, maxGapMs, of) => crashCounts(pool, tenant, window, maxGapMs, of),
    recordEnds: (ends) => pool.transaction((sql) => insertEnds(sql, ends)),
    forgetEnds: (beforeMs) => forgetEnds(pool, beforeMs),
    async countUnseen(tenant, sinceMs) {
      const { rows } = await pool.query<{ hosts: number }>(
        UNSEEN,
        [tenant, timestamp(sinceMs)],
        'unseen_hosts',
      );
      return rows[0]?.hosts ?? 0;
    },
  };
}
