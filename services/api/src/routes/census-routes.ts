import {
  censusHostSchema,
  censusQuerySchema,
  censusSchema,
  heartbeatsSchema,
  idParamsSchema,
  recordedHeartbeatsSchema,
  resolveHost,
} from '@oopstream/contracts';
import type { HeartbeatBody, HostRefusal } from '@oopstream/contracts';
import { parseRelease } from '@oopstream/core-release';
import type { Heartbeat } from '@oopstream/ports';
import type { FastifyInstance } from 'fastify';
import { ok, refuse } from '../answer';
import type { CensusSettings } from '../census-config';
import type { ApiDeps } from '../deps';
import { addEndpoint } from '../endpoint';
import { takeHeartbeatBodies } from '../heartbeat-bodies';
import { viewCensusHost } from '../fleet-views';
import { timeText } from '../time-text';

const tag = 'Fleet';
/** Hosts of one transaction: many enough for speed, few enough that others do not wait for long. */
const BATCH_HEARTBEATS = 1_000;

type CensusDeps = Pick<ApiDeps, 'census' | 'limiter' | 'metrics' | 'clock'>;

export async function addCensusRoutes(
  app: FastifyInstance,
  deps: CensusDeps,
  settings: CensusSettings,
): Promise<void> {
  addReads(app, deps, settings);
  await app.register((scope, _options, done) => {
    takeHeartbeatBodies(scope);
    addHeartbeats(scope, deps, settings);
    done();
  });
}

function addHeartbeats(app: FastifyInstance, deps: CensusDeps, settings: CensusSettings): void {
  addEndpoint(app, {
    method: 'POST',
    path: '/v1/census',
    scope: 'ingest',
    tag,
    summary: 'Hosts are alive: what they run, one or many at once',
    description:
      'Idempotent, and right in any order. All or none: a malformed item refuses the request and names its place. A token bound to a host speaks for it alone.',
    body: heartbeatsSchema,
    prepareBody: (body): unknown[] => (Array.isArray(body) ? body : [body]),
    bodyTypes: ['application/json', 'application/x-ndjson', 'text/csv'],
    bodyLimitBytes: settings.censusMaxBodyBytes,
    result: recordedHeartbeatsSchema,
    status: 200,
    problems: ['host-missing', 'host-invalid', 'host-mismatch', 'heartbeats-too-many', 'rate-limited'],
    answer: async ({ grant, body }) => {
      if (body.length > settings.censusMaxHosts)
        return refuse('heartbeats-too-many', `${body.length}, at most ${settings.censusMaxHosts}`);
      const { censusRatePerSecond: perSecond, censusRateBurst: burst } = settings;
      const rate = await deps.limiter.take(`census:${grant.id}`, body.length, { perSecond, burst });
      if (!rate.allowed) return refuse('rate-limited', undefined, rate.retryAfterMs);
      const nowMs = deps.clock.nowMs();
      const heartbeats: Heartbeat[] = [];
      for (const [index, item] of body.entries()) {
        const heartbeat = readHeartbeat(item, grant.boundHost, nowMs);
        if ('slug' in heartbeat) return refuse(heartbeat.slug, `item ${index}: ${heartbeat.detail}`);
        heartbeats.push(heartbeat);
      }
      return ok(await recordAll(deps, settings, grant.tenant, heartbeats));
    },
  });
}

function readHeartbeat(
  body: HeartbeatBody,
  boundHost: string | null,
  nowMs: number,
): Heartbeat | HostRefusal {
  const host = resolveHost(boundHost, undefined, body);
  if ('slug' in host) return host;
  const atMs = body.at === undefined ? nowMs : Date.parse(body.at);
  return {
    hostId: host.hostId,
    name: host.name,
    atMs,
    bootedMs: body.uptimeSeconds === undefined ? null : bootTime(atMs, body.uptimeSeconds),
    build: {
      release: body.release,
      flavour: parseRelease(body.release)?.flavour ?? '',
      model: body.model ?? '',
    },
    bios: body.bios ?? null,
    livepatches: body.livepatches ?? [],
    modules: body.modules ?? null,
    bootId: body.bootId?.toLowerCase() ?? null,
    uptimeSeconds: body.uptimeSeconds ?? null,
    kdumpReady: body.kdumpReady ?? null,
    labels: body.labels ?? {},
    lastBoot:
      body.lastBootId === undefined || body.lastShutdown === undefined
        ? null
        : {
            bootId: body.lastBootId.toLowerCase(),
            release: body.lastRelease ?? null,
            shutdown: body.lastShutdown,
          },
  };
}

/** Uptimes that reach back before computers were networked are no uptimes. */
function bootTime(atMs: number, uptimeSeconds: number): number | null {
  const bootedMs = Math.round(atMs - uptimeSeconds * 1000);
  return bootedMs >= Date.UTC(1990) ? bootedMs : null;
}

/** Batch by batch: what was recorded before a failure is repeated when the request is sent again. */
async function recordAll(
  { census, metrics, clock }: CensusDeps,
  settings: CensusSettings,
  tenant: string,
  heartbeats: readonly Heartbeat[],
) {
  const limits = {
    maxGapMs: settings.censusMaxGapMs,
    lateMs: settings.censusLateMs,
    maxAgeMs: settings.censusMaxAgeMs,
    maxAheadMs: settings.censusMaxAheadMs,
  };
  const counts = { recorded: 0, repeated: 0, 'too-late': 0, 'in-future': 0 };
  // A host's history is taken in order, so that its own newest makes nothing of it too late.
  const sorted = heartbeats.toSorted((a, b) => a.atMs - b.atMs);
  for (let from = 0; from < sorted.length; from += BATCH_HEARTBEATS) {
    const batch = sorted.slice(from, from + BATCH_HEARTBEATS);
    for (const outcome of await census.record(tenant, batch, limits, clock.nowMs())) counts[outcome]++;
  }
  for (const [outcome, count] of Object.entries(counts))
    if (count > 0) metrics.count('oopstream_census_heartbeats', count, { outcome });
  return {
    recorded: counts.recorded,
    repeated: counts.repeated,
    tooLate: counts['too-late'],
    inFuture: counts['in-future'],
  };
}

function addReads(app: FastifyInstance, { census, clock }: CensusDeps, settings: CensusSettings): void {
  addEndpoint(app, {
    method: 'GET',
    path: '/v1/census',
    scope: 'read',
    tag,
    summary: 'Hosts that are alive, by release and model',
    query: censusQuerySchema,
    result: censusSchema,
    status: 200,
    problems: [],
    answer: async ({ grant, query: { release = null, model = null, limit } }) => {
      const nowMs = clock.nowMs();
      const seenAfterMs = nowMs - settings.censusMaxGapMs;
      const [living, withoutHeartbeat] = await Promise.all([
        census.living(grant.tenant, { release, model, limit, seenAfterMs }),
        census.countUnseen(grant.tenant, seenAfterMs),
      ]);
      const { hosts, kdumpReady: ready, kdumpNotReady: notReady } = living;
      return ok({
        asOf: timeText(nowMs),
        seenAfter: timeText(seenAfterMs),
        hosts,
        kdump: { ready, notReady, unknown: hosts - ready - notReady },
        withoutHeartbeat,
        builds: living.rows.map((row) => ({
          ...row,
          flavour: row.flavour === '' ? null : row.flavour,
          model: row.model === '' ? null : row.model,
        })),
      });
    },
  });
  addEndpoint(app, {
    method: 'GET',
    path: '/v1/census/hosts/:id',
    scope: 'read',
    tag,
    summary: 'What the newest heartbeat of a host said',
    params: idParamsSchema,
    result: censusHostSchema,
    status: 200,
    problems: ['host-unknown'],
    answer: async ({ grant, params }) => {
      const found = await census.findHost(grant.tenant, params.id.toLowerCase());
      if (found === null) return refuse('host-unknown');
      return ok(viewCensusHost(found, clock.nowMs(), settings.censusMaxGapMs));
    },
  });
}
