import {
  incidentNumberParamsSchema,
  incidentRatesQuerySchema,
  incidentRatesSchema,
} from '@oopstream/contracts';
import { spreadOf } from '@oopstream/core-fleet';
import type { FastifyInstance } from 'fastify';
import { ok, refuse } from '../answer';
import type { CensusSettings } from '../census-config';
import type { ApiDeps } from '../deps';
import { addEndpoint } from '../endpoint';
import { countReboots, countReleases, readWindow, turnsOf, viewReleaseRate } from '../release-rates';
import { timeText } from '../time-text';
import { movedTo } from '../incident-act';

type RateDeps = Pick<ApiDeps, 'census' | 'queries' | 'reboots' | 'clock'>;

export function addIncidentRateRoutes(
  app: FastifyInstance,
  { census, queries, reboots, clock }: RateDeps,
  { censusMaxGapMs: maxGapMs }: Pick<CensusSettings, 'censusMaxGapMs'>,
): void {
  addEndpoint(app, {
    method: 'GET',
    path: '/v1/incidents/:number/rates',
    scope: 'read',
    tag: 'Fleet',
    summary: 'How often a bug crashes on each release, where it came in, how it spreads',
    params: incidentNumberParamsSchema,
    query: incidentRatesQuerySchema,
    result: incidentRatesSchema,
    status: 200,
    mayMove: true,
    problems: ['incident-unknown'],
    answer: async ({ grant: { tenant }, params, query, url }) => {
      const nowMs = clock.nowMs();
      const window = readWindow(query, nowMs);
      if (window === null) return refuse('query-invalid', 'until is not after since');
      const found = await queries.incidentByNumber(tenant, params.number);
      if (found === null) return refuse('incident-unknown');
      if (found.kind === 'merged') return movedTo(found.into, '/rates', url);
      const { incident } = found;
      const [counted, reach, rebooted] = await Promise.all([
        countReleases(census, tenant, window, { maxGapMs, incident, releases: null }),
        census.reach(tenant, window, maxGapMs, incident.id),
        countReboots(reboots, tenant, window),
      ]);
      return ok({
        asOf: timeText(nowMs),
        since: timeText(window.sinceMs),
        until: timeText(window.untilMs),
        incident: incident.number,
        confidence: query.confidence,
        releases: counted.map((one) => viewReleaseRate(one, query.confidence, rebooted)),
        turns: turnsOf(counted),
        fleet: {
          hosts: reach.fleetHosts,
          hit: reach.fatalHosts,
          share: reach.fleetHosts === 0 ? null : reach.fatalHosts / reach.fleetHosts,
          affected: reach.crashedHosts,
        },
        spread: spreadOf(reach.firstHits, window).map(({ dayMs, newHosts, hosts }) => ({
          day: timeText(dayMs).slice(0, 10),
          newHosts,
          hosts,
        })),
      });
    },
  });
}
