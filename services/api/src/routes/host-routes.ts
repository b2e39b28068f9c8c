import { hostSchema, idParamsSchema } from '@oopstream/contracts';
import type { FastifyInstance } from 'fastify';
import { ok, refuse } from '../answer';
import type { CensusSettings } from '../census-config';
import type { ApiDeps } from '../deps';
import { addEndpoint } from '../endpoint';
import { viewCensusHost, viewReboot } from '../fleet-views';
import { timeText } from '../time-text';

const MAX_INCIDENTS = 100;
const MAX_REBOOTS = 20;
const EVERY_REBOOT = { state: null, release: null, sinceMs: null, untilMs: null };

export function addHostRoutes(
  app: FastifyInstance,
  { census, hosts, reboots, clock }: Pick<ApiDeps, 'census' | 'hosts' | 'reboots' | 'clock'>,
  { censusMaxGapMs }: Pick<CensusSettings, 'censusMaxGapMs'>,
): void {
  addEndpoint(app, {
    method: 'GET',
    path: '/v1/hosts/:id',
    scope: 'read',
    tag: 'Fleet',
    summary: 'One host: what it is, what crashed on it, how it rebooted',
    params: idParamsSchema,
    result: hostSchema,
    status: 200,
    problems: ['host-unknown'],
    answer: async ({ grant: { tenant }, params }) => {
      const hostId = params.id.toLowerCase();
      const [living, sent, incidents, rebooted] = await Promise.all([
        census.findHost(tenant, hostId),
        hosts.find(tenant, hostId),
        hosts.incidentsOf(tenant, hostId, MAX_INCIDENTS),
        reboots.list(tenant, { ...EVERY_REBOOT, hostId }, MAX_REBOOTS, null),
      ]);
      if (living === null && sent === null) return refuse('host-unknown');
      return ok({
        hostId,
        name: living?.name ?? sent?.name ?? null,
        census: living === null ? null : viewCensusHost(living, clock.nowMs(), censusMaxGapMs),
        transcripts:
          sent === null
            ? null
            : {
                ...{ model: sent.model, kernelRelease: sent.kernelRelease, labels: sent.labels },
                firstSeenAt: timeText(sent.firstSeenAtMs),
                lastSeenAt: timeText(sent.lastSeenAtMs),
              },
        incidents: incidents.map(({ firstSeenAtMs, lastSeenAtMs, ...row }) => ({
          ...row,
          firstSeenAt: timeText(firstSeenAtMs),
          lastSeenAt: timeText(lastSeenAtMs),
        })),
        dirtyReboots: rebooted.items.map(viewReboot),
      });
    },
  });
}
