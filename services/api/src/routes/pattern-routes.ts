import {
  incidentNumberParamsSchema,
  listParentsQuerySchema,
  parentListSchema,
  patternsQuerySchema,
  patternsSchema,
} from '@oopstream/contracts';
import type { Patterns } from '@oopstream/contracts';
import { SUSPECT_INCIDENTS, attribute, unusual } from '@oopstream/core-fleet';
import type { ParentQuery } from '@oopstream/ports';
import type { FastifyInstance } from 'fastify';
import { ok, refuse } from '../answer';
import type { PatternSettings } from '../pattern-config';
import type { ApiDeps } from '../deps';
import { addEndpoint } from '../endpoint';
import { findLiving } from '../living-incident';
import { viewHostParent, viewVictims } from '../parent-views';
import { timeText } from '../time-text';

const tag = 'Fleet';
const DAY_MS = 86_400_000;

type PatternDeps = Pick<ApiDeps, 'patterns' | 'queries' | 'clock'>;

/** Groups of incidents, and what the hosts of one incident have in common. */
export function addPatternRoutes(app: FastifyInstance, deps: PatternDeps, settings: PatternSettings): void {
  addEndpoint(app, {
    method: 'GET',
    path: '/v1/parents',
    scope: 'read',
    tag,
    summary: 'Incidents that may be symptoms of one cause',
    description:
      'Damage met by allocator and lists, by release and slab cache; and hosts that crash in unlike ways, which are suspect themselves.',
    query: listParentsQuerySchema,
    result: parentListSchema,
    status: 200,
    problems: [],
    answer: async ({ grant, query }) => {
      const nowMs = deps.clock.nowMs();
      const ask = { limit: query.limit, incidentId: null, sinceMs: nowMs - query.days * DAY_MS };
      const [victims, hosts] = await Promise.all([
        query.kind === 'host' ? [] : deps.patterns.victims(grant.tenant, { ...ask, minIncidents: 2 }),
        query.kind === 'victims'
          ? []
          : deps.patterns.suspectHosts(grant.tenant, suspects(ask, nowMs, settings)),
      ]);
      return ok({
        asOf: timeText(nowMs),
        items: [...victims.map(viewVictims), ...hosts.map((row) => viewHostParent(row, settings))],
      });
    },
  });
  addEndpoint(app, {
    method: 'GET',
    path: '/v1/incidents/:number/patterns',
    scope: 'read',
    tag,
    summary: 'What an incident’s hosts have in common',
    description:
      'Whether machine, model or software is to blame; facets that its hosts have more often than the living fleet; groups that it belongs to.',
    params: incidentNumberParamsSchema,
    query: patternsQuerySchema,
    result: patternsSchema,
    status: 200,
    problems: ['incident-unknown'],
    answer: async ({ grant, params, query }) => {
      const incident = await findLiving(deps.queries, grant.tenant, params.number);
      if (incident === null) return refuse('incident-unknown');
      return ok(await describe(deps, settings, grant.tenant, incident.id, query));
    },
  });
}

async function describe(
  { patterns, clock }: PatternDeps,
  settings: PatternSettings,
  tenant: string,
  incidentId: string,
  { days, falseShare }: { readonly days: number; readonly falseShare: number },
): Promise<Patterns> {
  const nowMs = clock.nowMs();
  const sinceMs = nowMs - days * DAY_MS;
  const ask = { limit: settings.patternMaxParents, incidentId, sinceMs };
  const [{ counts, ...compared }, hosts, victims, suspectHosts] = await Promise.all([
    patterns.facets(tenant, incidentId, sinceMs, settings.patternMaxHosts),
    patterns.hostPattern(tenant, incidentId, sinceMs, SUSPECT_INCIDENTS),
    patterns.victims(tenant, { ...ask, minIncidents: 2 }),
    patterns.suspectHosts(tenant, suspects(ask, nowMs, settings)),
  ]);
  const { crashedHosts, fleetHosts, looked } = compared;
  const facets = unusual(counts, crashedHosts, fleetHosts, falseShare, looked);
  const { verdict, parts } = attribute({ ...hosts, unusual: facets });
  return {
    asOf: timeText(nowMs),
    since: timeText(sinceMs),
    attribution: { verdict, parts: [...parts] },
    unusual: { ...compared, facets: [...facets] },
    parents: [...victims.map(viewVictims), ...suspectHosts.map((row) => viewHostParent(row, settings))],
  };
}

/** A host is suspect of what it does within few days, however far back is asked. */
function suspects(
  ask: Omit<ParentQuery, 'minIncidents'>,
  nowMs: number,
  { suspectHostDays }: PatternSettings,
): ParentQuery {
  const sinceMs = Math.max(ask.sinceMs, nowMs - suspectHostDays * DAY_MS);
  return { ...ask, sinceMs, minIncidents: SUSPECT_INCIDENTS };
}
