import {
  incidentDetailSchema,
  incidentNumberParamsSchema,
  incidentPageSchema,
  incidentSchema,
  listIncidentsQuerySchema,
  reopenIncidentBodySchema,
  resolveIncidentBodySchema,
} from '@oopstream/contracts';
import type { IncidentDetail, ListIncidentsQuery } from '@oopstream/contracts';
import type { IncidentFilter, IncidentRow } from '@oopstream/ports';
import type { FastifyInstance } from 'fastify';
import { ok, refuse } from '../answer';
import { decodeCursor, encodeCursor } from '../cursor';
import { viewProven } from '../decision-views';
import type { ApiDeps } from '../deps';
import { addEndpoint } from '../endpoint';
import { answerAct, incidentAct, movedTo } from '../incident-act';
import { viewLifeDetail, viewResolution } from '../life-views';
import { chooseTrend, listTrend, viewTrend } from '../trend';
import { timeText } from '../time-text';
import { viewCrash, viewDelivery, viewIncident, viewListItem } from '../views';

const MAX_FACET_ROWS = 50;
const MAX_RECENT_CRASHES = 20;
const MAX_DELIVERIES = 20;
const MAX_HISTORY = 100;
const tag = 'Incidents';

type IncidentDeps = Pick<ApiDeps, 'queries' | 'actions' | 'deliveries' | 'clock'>;

export function addIncidentRoutes(app: FastifyInstance, deps: IncidentDeps): void {
  addList(app, deps);
  addEndpoint(app, {
    method: 'GET',
    path: '/v1/incidents/:number',
    scope: 'read',
    tag,
    summary: 'One incident with everything that its page shows',
    params: incidentNumberParamsSchema,
    result: incidentDetailSchema,
    status: 200,
    mayMove: true,
    problems: ['incident-unknown'],
    answer: async ({ grant, params, url }) => {
      const found = await deps.queries.incidentByNumber(grant.tenant, params.number);
      if (found === null) return refuse('incident-unknown');
      if (found.kind === 'merged') return movedTo(found.into, '', url);
      return ok(await loadDetail(deps, found.incident));
    },
  });
  addActs(app, deps);
}

function addList(app: FastifyInstance, { queries, clock }: IncidentDeps): void {
  const path = '/v1/incidents';
  addEndpoint(app, {
    method: 'GET',
    path,
    scope: 'read',
    tag,
    summary: 'Incidents, filtered and sorted, page by page',
    query: listIncidentsQuerySchema,
    result: incidentPageSchema,
    status: 200,
    problems: ['cursor-invalid'],
    answer: async ({ grant, query }) => {
      const after = query.cursor === undefined ? null : decodeCursor(query.cursor, path, query);
      if (query.cursor !== undefined && after === null) return refuse('cursor-invalid');
      const trend = listTrend(clock.nowMs());
      const page = { order: query.sort, limit: query.limit, after, trend };
      const { items, next } = await queries.listIncidents(grant.tenant, filterOf(query), page);
      return ok({
        items: items.map((row) => viewListItem(row, trend)),
        nextCursor: next === null ? null : encodeCursor(next, path, query),
      });
    },
  });
}

function filterOf(query: ListIncidentsQuery): IncidentFilter {
  return {
    status: query.status === 'all' ? null : query.status,
    titlePart: query.q ?? null,
    family: query.family ?? null,
    kind: query.kind ?? null,
    release: query.release ?? null,
    host: query.host ?? null,
    verdict: query.verdict ?? null,
    hardware: query.hardware ?? null,
    lastSeenFromMs: query.since === undefined ? null : Date.parse(query.since),
    trend: query.trend ?? null,
    triage: query.triage ?? null,
    assignee: query.assignee ?? null,
    severity: query.severity ?? null,
  };
}

async function loadDetail(deps: IncidentDeps, incident: IncidentRow): Promise<IncidentDetail> {
  const { tenant, id } = incident;
  const trend = chooseTrend(incident, deps.clock.nowMs());
  const everyCrash = { host: null, release: null, fatal: null };
  const [facets, crashes, deliveries] = await Promise.all([
    deps.queries.facetsOfIncident(tenant, id, { maxRows: MAX_FACET_ROWS, maxHistory: MAX_HISTORY, trend }),
    deps.queries.crashesOfIncident(tenant, id, everyCrash, { limit: MAX_RECENT_CRASHES, after: null }),
    deps.deliveries.listDeliveries(tenant, { incidentId: id, limit: MAX_DELIVERIES }),
  ]);
  const versions = facets.keys.flatMap((key) => key.algorithmVersion ?? []);
  return {
    incident: viewIncident(incident),
    algorithmVersion: versions.length === 0 ? null : Math.max(...versions),
    keys: facets.keys.map(({ attachedAtMs, decision, ...same }) => ({
      ...same,
      attachedAt: timeText(attachedAtMs),
      decision: viewProven(decision),
    })),
    resolution: viewResolution(incident, facets.resolution),
    ...viewLifeDetail(incident, facets.episodes),
    recurrences: facets.recurrences,
    hosts: facets.hosts.map(viewSeen),
    releases: facets.releases.map((row) => ({
      ...viewSeen(row),
      survivedCrashes: row.crashes - row.fatalCrashes,
    })),
    variants: facets.variants.map(viewSeen),
    verdicts: [...facets.verdicts],
    hardware: [...facets.hardware],
    trend: viewTrend(trend, facets.trend),
    recentCrashes: crashes.items.map(viewCrash),
    deliveries: deliveries.map(viewDelivery),
    history: facets.history.map(({ atMs, ...same }) => ({ ...same, at: timeText(atMs) })),
  };
}

function viewSeen<Row extends { readonly firstSeenAtMs: number; readonly lastSeenAtMs: number }>(row: Row) {
  const { firstSeenAtMs, lastSeenAtMs, ...same } = row;
  return { ...same, firstSeenAt: timeText(firstSeenAtMs), lastSeenAt: timeText(lastSeenAtMs) };
}

function addActs(app: FastifyInstance, deps: IncidentDeps): void {
  const common = {
    method: 'POST',
    scope: 'admin',
    tag,
    params: incidentNumberParamsSchema,
    result: incidentSchema,
    status: 200,
    problems: ['incident-unknown', 'incident-merged', 'transition-illegal'],
  } as const;
  addEndpoint(app, {
    ...common,
    path: '/v1/incidents/:number/resolve',
    summary: 'Resolve in a release, by a commit or by a livepatch; what contradicts that makes it recur',
    body: resolveIncidentBodySchema,
    answer: async ({ grant, params: { number }, body }) => {
      const { note, release = null, commit = null, livepatch = null } = body;
      const act = { ...incidentAct(deps, grant, note), release, commit, livepatch };
      const result = await deps.actions.resolve(grant.tenant, number, act);
      return answerAct(deps, grant, { number, result });
    },
  });
  addEndpoint(app, {
    ...common,
    path: '/v1/incidents/:number/reopen',
    summary: 'Reopen a closed incident',
    body: reopenIncidentBodySchema,
    answer: async ({ grant, params: { number }, body }) => {
      const result = await deps.actions.reopen(grant.tenant, number, incidentAct(deps, grant, body.note));
      return answerAct(deps, grant, { number, result });
    },
  });
}
