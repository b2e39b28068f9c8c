import { gateQuerySchema, gateSchema, ratesQuerySchema, ratesSchema } from '@oopstream/contracts';
import { gate } from '@oopstream/core-fleet';
import type { CensusWindow, IncidentRow } from '@oopstream/ports';
import type { FastifyInstance } from 'fastify';
import { ok, refuse } from '../answer';
import type { Answer } from '../answer';
import type { CensusSettings } from '../census-config';
import type { ApiDeps } from '../deps';
import { addEndpoint } from '../endpoint';
import { explainGate } from '../gate-text';
import { findLiving } from '../living-incident';
import {
  countReboots,
  countReleases,
  notExposed,
  readWindow,
  turnsOf,
  viewReleaseRate,
} from '../release-rates';
import type { CountedRelease } from '../release-rates';
import { timeText } from '../time-text';

const tag = 'Fleet';

type RateDeps = Pick<ApiDeps, 'census' | 'queries' | 'reboots' | 'clock'>;
type Settings = Pick<CensusSettings, 'censusMaxGapMs'>;

/** What a question of rates names, once it is known to make sense. */
interface Asked {
  readonly kind: 'asked';
  readonly window: CensusWindow;
  readonly incident: IncidentRow | null;
  readonly nowMs: number;
}

export function addRateRoutes(app: FastifyInstance, deps: RateDeps, settings: Settings): void {
  addEndpoint(app, {
    method: 'GET',
    path: '/v1/rates',
    scope: 'read',
    tag,
    summary: 'Crashes for each 1,000 host-days, release by release',
    description:
      'Of all crashes or of one incident, by the times of the crashes; of hosts that the census knows on the release.',
    query: ratesQuerySchema,
    result: ratesSchema,
    status: 200,
    problems: ['incident-unknown'],
    answer: async ({ grant, query }) => {
      const asked = await readQuestion(deps, grant.tenant, query);
      if (asked.kind !== 'asked') return asked;
      const counted = await countReleases(deps.census, grant.tenant, asked.window, {
        maxGapMs: settings.censusMaxGapMs,
        incident: asked.incident,
        releases: query.release === undefined ? null : [query.release],
      });
      const rebooted = await countReboots(deps.reboots, grant.tenant, asked.window);
      return ok({
        ...viewSpan(asked, query.confidence),
        releases: counted.map((one) => viewReleaseRate(one, query.confidence, rebooted)),
        turns: asked.incident === null ? [] : turnsOf(counted),
      });
    },
  });
  addGate(app, deps, settings);
}

function addGate(app: FastifyInstance, deps: RateDeps, settings: Settings): void {
  addEndpoint(app, {
    method: 'GET',
    path: '/v1/gate',
    scope: 'read',
    tag,
    summary: 'Whether one release crashes more often than another',
    description:
      'The exact conditional test of two Poisson rates. `not-worse` needs data, not just no proof.',
    query: gateQuerySchema,
    result: gateSchema,
    status: 200,
    problems: ['incident-unknown'],
    answer: async ({ grant, query }) => {
      if (query.from === query.to) return refuse('query-invalid', 'from and to are the same release');
      const asked = await readQuestion(deps, grant.tenant, query);
      if (asked.kind !== 'asked') return asked;
      const counted = await countReleases(deps.census, grant.tenant, asked.window, {
        maxGapMs: settings.censusMaxGapMs,
        incident: asked.incident,
        releases: [query.from, query.to],
      });
      const [from, to] = [query.from, query.to].map(
        (release) => counted.find((one) => one.release === release) ?? notExposed(release),
      ) as [CountedRelease, CountedRelease];
      const rebooted = await countReboots(deps.reboots, grant.tenant, asked.window);
      return ok({ ...viewSpan(asked, query.confidence), ...judge(from, to, query, rebooted) });
    },
  });
}

function judge(
  from: CountedRelease,
  to: CountedRelease,
  query: {
    readonly tolerance: number;
    readonly confidence: number;
    readonly acceptableRate?: number | undefined;
    readonly count: 'crashes' | 'hosts';
  },
  rebooted: ReadonlyMap<string | null, number>,
) {
  const { tolerance, confidence, acceptableRate, count } = query;
  const expose = ({ hostDays, crashes }: CountedRelease) => ({
    hostDays,
    crashes: count === 'hosts' ? crashes.fatalHosts : crashes.fatal,
  });
  const options = { tolerance, confidence, ...(acceptableRate !== undefined && { acceptableRate }) };
  const result = gate(expose(from), expose(to), options);
  const { verdict, why, ratio, interval, pValue, detectableRatio } = result;
  return {
    verdict,
    why,
    explanation: explainGate(result, from, to, {
      tolerance,
      confidence,
      acceptableRate: acceptableRate ?? null,
    }),
    ratio: finiteOrNull(ratio),
    interval: { lower: interval.lower, upper: finiteOrNull(interval.upper) },
    pValue,
    detectableRatio: finiteOrNull(detectableRatio),
    tolerance,
    acceptableRate: acceptableRate ?? null,
    count,
    from: viewReleaseRate(from, confidence, rebooted),
    to: viewReleaseRate(to, confidence, rebooted),
  };
}

/** JSON has no infinity. */
function finiteOrNull(value: number | null): number | null {
  return value === Infinity ? null : value;
}

async function readQuestion(
  { queries, clock }: RateDeps,
  tenant: string,
  query: {
    readonly incident?: string | undefined;
    readonly since?: string | undefined;
    readonly until?: string | undefined;
  },
): Promise<Asked | Answer<never>> {
  const nowMs = clock.nowMs();
  const window = readWindow(query, nowMs);
  if (window === null) return refuse('query-invalid', 'until is not after since');
  const incident = query.incident === undefined ? null : await findLiving(queries, tenant, query.incident);
  if (query.incident !== undefined && incident === null) return refuse('incident-unknown');
  return { kind: 'asked', window, incident, nowMs };
}

function viewSpan({ window, incident, nowMs }: Asked, confidence: number) {
  return {
    asOf: timeText(nowMs),
    since: timeText(window.sinceMs),
    until: timeText(window.untilMs),
    incident: incident?.number ?? null,
    confidence,
  };
}
