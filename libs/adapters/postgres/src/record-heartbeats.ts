import { dayOf, recordSightings, sumAlive } from '@oopstream/core-fleet';
import type {
  KnownSightings,
  Sighting,
  SightingLimits,
  SightingOutcome,
  SightingPlan,
} from '@oopstream/core-fleet';
import { saidModules } from '@oopstream/ports';
import type { Heartbeat } from '@oopstream/ports';
import type { EndRow } from './host-ends';
import { loadCountedEnds, loadPendingEnds, settleEnds } from './host-ends';
import { jsonRows, timestamp } from './json-rows';
import type { Sql } from './pool';
import { insertReboots } from './reboot-rows';
import type { HostBefore } from './reboot-rows';

/** Host-days of one day and build are kept in so many rows. */
const SHARDS = 4;

/** What is known of a host, and what waits to be counted with what comes. */
interface KnownHost extends KnownSightings, HostBefore {
  readonly pendingEnds: readonly number[];
}

interface HostPlan extends SightingPlan {
  readonly hostId: string;
  readonly pendingEnds: readonly number[];
  /** The floor rose into another day: so often what lies before it is forgotten. */
  readonly forgets: boolean;
  /** What the host's state is from now on; `null` when something newer is known. */
  readonly newest: Heartbeat | null;
  /** What it said of its kernel modules; `null`: what was known stays. */
  readonly modules: readonly string[] | null;
}

/** In order of host ids everywhere, so that transactions which share hosts wait for each other and never in a circle. */
const CLAIM_HOSTS = `
INSERT INTO oopstream.census_host (tenant, host_id, kernel_release, flavour, model)
SELECT $1, host_id, '', '', '' FROM unnest($2::text[]) AS host_id ORDER BY host_id COLLATE "C"
ON CONFLICT (tenant, host_id) DO NOTHING`;

const LOCK_HOSTS = `
SELECT host_id AS "hostId", floor_at AS "floorMs", last_seen_at AS "newestMs", boot_id AS "bootId", kernel_release AS release
FROM oopstream.census_host
WHERE tenant = $1 AND host_id = ANY($2::text[]) ORDER BY host_id COLLATE "C" FOR UPDATE`;

const SIGHTING = 'seen.host_id, seen.seen_at, seen.kernel_release, seen.flavour, seen.model, seen.booted_at';

/** Those of the span that heartbeats and ends reach over, and one neighbour on each side. */
const LOAD_SIGHTINGS = `
SELECT near.host_id AS "hostId", seen_at AS "atMs", kernel_release AS release, flavour, model, booted_at AS "bootedMs"
FROM jsonb_to_recordset($2::jsonb) AS span(host_id text, from_at timestamptz, to_at timestamptz)
CROSS JOIN LATERAL (
  (SELECT ${SIGHTING} FROM oopstream.census_sighting AS seen
   WHERE tenant = $1 AND seen.host_id = span.host_id AND seen.seen_at < span.from_at ORDER BY seen.seen_at DESC LIMIT 1)
  UNION ALL
  (SELECT ${SIGHTING} FROM oopstream.census_sighting AS seen
   WHERE tenant = $1 AND seen.host_id = span.host_id AND seen.seen_at BETWEEN span.from_at AND span.to_at)
  UNION ALL
  (SELECT ${SIGHTING} FROM oopstream.census_sighting AS seen
   WHERE tenant = $1 AND seen.host_id = span.host_id AND seen.seen_at > span.to_at ORDER BY seen.seen_at LIMIT 1)
) AS near ORDER BY 1, 2`;

const WRITE_SIGHTINGS = `
INSERT INTO oopstream.census_sighting (tenant, host_id, seen_at, kernel_release, flavour, model, booted_at)
SELECT $1, host_id, seen_at, kernel_release, flavour, model, booted_at
FROM jsonb_to_recordset($2::jsonb) AS row(host_id text, seen_at timestamptz, kernel_release text, flavour text, model text,
  booted_at timestamptz)
ON CONFLICT (tenant, host_id, seen_at) DO UPDATE SET kernel_release = excluded.kernel_release,
  flavour = excluded.flavour, model = excluded.model, booted_at = excluded.booted_at`;

/**
 * The last one before the floor stays: it is the neighbour of what may still come behind the floor. By place, since the
 * planner would else read the whole table for what a few hosts left; whoever writes here holds the host's lock.
 */
const FORGET_SIGHTINGS = `
DELETE FROM oopstream.census_sighting WHERE ctid = ANY(ARRAY(
  SELECT old.place FROM jsonb_to_recordset($2::jsonb) AS row(host_id text, floor_at timestamptz)
  CROSS JOIN LATERAL (
    SELECT seen.ctid AS place FROM oopstream.census_sighting AS seen
    WHERE seen.tenant = $1 AND seen.host_id = row.host_id AND seen.seen_at < (
      SELECT max(kept.seen_at) FROM oopstream.census_sighting AS kept
      WHERE kept.tenant = $1 AND kept.host_id = row.host_id AND kept.seen_at < row.floor_at)
    OFFSET 0
  ) AS old))`;

/** The list of hosts is for the planner: of a record set it takes 100 rows for granted, and then reads the whole table. */
const WRITE_STATE = `
UPDATE oopstream.census_host AS host SET name = row.name, kernel_release = row.kernel_release, flavour = row.flavour,
  model = row.model, bios = row.bios, livepatches = row.livepatches,
  modules = coalesce(row.modules, host.modules), boot_id = row.boot_id,
  uptime_seconds = row.uptime_seconds, kdump_ready = row.kdump_ready, labels = row.labels,
  last_seen_at = row.last_seen_at, floor_at = row.floor_at
FROM jsonb_to_recordset($2::jsonb) AS row(host_id text, name text, kernel_release text, flavour text, model text,
  bios text, livepatches jsonb, modules jsonb, boot_id text, uptime_seconds double precision, kdump_ready boolean, labels jsonb,
  last_seen_at timestamptz, floor_at timestamptz)
WHERE host.tenant = $1 AND host.host_id = ANY($3::text[]) AND host.host_id = row.host_id`;

/** First seen now, and all that it sent was refused. */
const FORGET_HOSTS = `
DELETE FROM oopstream.census_host WHERE tenant = $1 AND host_id = ANY($2::text[]) AND last_seen_at IS NULL`;

const WRITE_RELEASES = `
INSERT INTO oopstream.census_host_release AS known (tenant, kernel_release, host_id, first_seen_at, last_seen_at)
SELECT $1, kernel_release, host_id, min(seen_at), max(seen_at)
FROM jsonb_to_recordset($2::jsonb) AS row(host_id text, seen_at timestamptz, kernel_release text)
GROUP BY kernel_release, host_id
ON CONFLICT (tenant, kernel_release, host_id) DO UPDATE SET
  first_seen_at = least(known.first_seen_at, excluded.first_seen_at),
  last_seen_at = greatest(known.last_seen_at, excluded.last_seen_at)`;

/** Rows that hosts share come last and in order. */
const ADD_ALIVE = `
INSERT INTO oopstream.census_day AS known (tenant, day, kernel_release, model, flavour, shard, alive_ms)
SELECT $1, day, kernel_release, model, flavour, shard, sum(alive_ms)
FROM jsonb_to_recordset($2::jsonb) AS row(day date, kernel_release text, model text, flavour text, shard integer, alive_ms bigint)
GROUP BY day, kernel_release, model, flavour, shard
ORDER BY day, kernel_release COLLATE "C", model COLLATE "C", flavour COLLATE "C", shard
ON CONFLICT (tenant, day, kernel_release, model, flavour, shard) DO UPDATE SET alive_ms = known.alive_ms + excluded.alive_ms`;

/** Within an open transaction: locks the hosts, decides, writes. */
export async function recordHeartbeats(
  sql: Sql,
  tenant: string,
  heartbeats: readonly Heartbeat[],
  limits: SightingLimits,
  nowMs: number,
): Promise<readonly SightingOutcome[]> {
  const byHost = Map.groupBy(heartbeats, ({ hostId }) => hostId);
  const known = await loadKnown(sql, tenant, byHost);
  const outcomes = new Map<string, SightingOutcome[]>();
  const plans = [...byHost].map(([hostId, own]): HostPlan => {
    const host = known.get(hostId)!;
    const plan = recordSightings(host, own, limits, nowMs, host.pendingEnds);
    outcomes.set(hostId, [...plan.outcomes]);
    const written = new Set<Sighting>(plan.sightings);
    const newest = own.find((one) => one.atMs === plan.newestMs && written.has(one)) ?? null;
    const forgets = dayOf(plan.floorMs ?? 0) !== dayOf(host.floorMs ?? 0);
    const said = own.filter((one) => written.has(one));
    const modules = saidModules(said, host.newestMs);
    return { ...plan, hostId, pendingEnds: host.pendingEnds, forgets, newest, modules };
  });
  await commitPlans(sql, tenant, plans);
  await insertReboots(sql, tenant, byHost, known, nowMs);
  return heartbeats.map(({ hostId }) => outcomes.get(hostId)!.shift()!);
}

async function loadKnown(
  sql: Sql,
  tenant: string,
  byHost: ReadonlyMap<string, readonly Heartbeat[]>,
): Promise<ReadonlyMap<string, KnownHost>> {
  const hostIds = [...byHost.keys()];
  await sql.query(CLAIM_HOSTS, [tenant, hostIds], 'claim_hosts');
  const { rows: hosts } = await sql.query<{
    hostId: string;
    floorMs: number | null;
    newestMs: number | null;
    bootId: string | null;
    release: string;
  }>(LOCK_HOSTS, [tenant, hostIds], 'lock_census_hosts');
  const pending = await loadPendingEnds(sql, tenant, hostIds);
  const spans = [...byHost].map(([hostId, own]) => {
    const times = [...own.map(({ atMs }) => atMs), ...(pending.get(hostId) ?? [])];
    return {
      hostId,
      fromMs: times.reduce((min, atMs) => Math.min(min, atMs), Infinity),
      toMs: times.reduce((max, atMs) => Math.max(max, atMs), -Infinity),
    };
  });
  const sightings = await loadSightings(sql, tenant, spans);
  const reached = spans.flatMap(({ hostId, fromMs, toMs }) => {
    const near = sightings.get(hostId) ?? [];
    return {
      hostId,
      fromMs: Math.min(fromMs, near[0]?.atMs ?? fromMs),
      toMs: Math.max(toMs, near.at(-1)?.atMs ?? toMs),
    };
  });
  const ends = await loadCountedEnds(sql, tenant, reached);
  return new Map(
    hosts.map(({ hostId, ...host }) => [
      hostId,
      {
        ...host,
        sightings: sightings.get(hostId) ?? [],
        ends: ends.get(hostId) ?? [],
        pendingEnds: pending.get(hostId) ?? [],
      },
    ]),
  );
}

async function loadSightings(
  sql: Sql,
  tenant: string,
  spans: readonly { readonly hostId: string; readonly fromMs: number; readonly toMs: number }[],
): Promise<ReadonlyMap<string, readonly Sighting[]>> {
  const { rows } = await sql.query<
    Sighting['build'] & { hostId: string; atMs: number; bootedMs: number | null }
  >(
    LOAD_SIGHTINGS,
    [
      tenant,
      jsonRows(
        spans.map(({ hostId, fromMs, toMs }) => ({
          host_id: hostId,
          from_at: timestamp(fromMs),
          to_at: timestamp(toMs),
        })),
      ),
    ],
    'load_sightings',
  );
  return new Map(
    [...Map.groupBy(rows, ({ hostId }) => hostId)].map(([hostId, own]) => [
      hostId,
      own.map(({ atMs, bootedMs, release, flavour, model }) => ({
        atMs,
        bootedMs,
        build: { release, flavour, model },
      })),
    ]),
  );
}

async function commitPlans(sql: Sql, tenant: string, plans: readonly HostPlan[]): Promise<void> {
  const write = async (text: string, rows: readonly object[], name: string): Promise<void> => {
    if (rows.length > 0) await sql.query(text, [tenant, jsonRows(rows)], name);
  };
  const unseen = plans.filter(({ newestMs }) => newestMs === null).map(({ hostId }) => hostId);
  if (unseen.length > 0) await sql.query(FORGET_HOSTS, [tenant, unseen], 'forget_hosts');
  const seen = plans.flatMap(({ hostId, sightings }) =>
    sightings.map(({ atMs, build, bootedMs = null }) => ({
      host_id: hostId,
      seen_at: timestamp(atMs),
      booted_at: bootedMs === null ? null : timestamp(bootedMs),
      ...buildColumns(build),
    })),
  );
  await write(WRITE_SIGHTINGS, seen, 'write_sightings');
  await write(WRITE_RELEASES, seen, 'write_host_releases');
  const moved = plans.filter(({ newest }) => newest !== null);
  if (moved.length > 0) {
    const hostIds = moved.map(({ hostId }) => hostId);
    await sql.query(WRITE_STATE, [tenant, jsonRows(moved.map(stateColumns)), hostIds], 'write_host_state');
  }
  const floors = moved
    .filter(({ forgets }) => forgets)
    .map(({ hostId, floorMs }) => ({ host_id: hostId, floor_at: timestamp(floorMs) }));
  await write(FORGET_SIGHTINGS, floors, 'forget_sightings');
  const [counted, dropped] = [true, false].map((counts) =>
    plans.flatMap(({ hostId, pendingEnds, ends, newestMs }) =>
      pendingEnds
        .filter((atMs) => newestMs !== null && ends.includes(atMs) === counts)
        .map((atMs) => ({ hostId, atMs })),
    ),
  ) as [EndRow[], EndRow[]];
  await settleEnds(sql, tenant, counted, dropped);
  const alive = plans.flatMap((plan) => plan.alive.map((one) => ({ ...one, shard: shardOf(plan.hostId) })));
  await write(ADD_ALIVE, dayColumns(alive), 'add_alive');
}

function stateColumns({ hostId, newest, modules, floorMs }: HostPlan): object {
  if (newest === null) return {};
  const { atMs, build, name, bios, livepatches, bootId, uptimeSeconds, kdumpReady, labels } = newest;
  return {
    host_id: hostId,
    ...buildColumns(build),
    name,
    bios,
    livepatches,
    modules,
    boot_id: bootId,
    uptime_seconds: uptimeSeconds,
    kdump_ready: kdumpReady,
    labels,
    last_seen_at: timestamp(atMs),
    floor_at: timestamp(floorMs),
  };
}

/** Summed here as well, so that what a rollout of many hosts writes is as many rows as there are builds. */
function dayColumns(
  alive: readonly (SightingPlan['alive'][number] & { readonly shard: number })[],
): object[] {
  return [...Map.groupBy(alive, ({ shard }) => shard)].flatMap(([shard, own]) =>
    sumAlive(own).map(({ dayMs, build, aliveMs }) => ({
      day: timestamp(dayMs).slice(0, 10),
      shard,
      alive_ms: aliveMs,
      ...buildColumns(build),
    })),
  );
}

function buildColumns({ release, flavour, model }: Sighting['build']): object {
  return { kernel_release: release, flavour, model };
}

function shardOf(hostId: string): number {
  let hash = 0;
  for (let i = 0; i < hostId.length; i++) hash = (hash * 31 + hostId.charCodeAt(i)) % 65_521;
  return hash % SHARDS;
}
