import {
  actBodySchema,
  assignBodySchema,
  incidentNumberParamsSchema,
  incidentSchema,
  muteBodySchema,
} from '@oopstream/contracts';
import type { FastifyInstance } from 'fastify';
import type { ApiDeps } from '../deps';
import { addEndpoint } from '../endpoint';
import { answerAct, incidentAct } from '../incident-act';

type LifeDeps = Pick<ApiDeps, 'queries' | 'life' | 'clock'>;

const common = {
  method: 'POST',
  scope: 'admin',
  tag: 'Incidents',
  params: incidentNumberParamsSchema,
  result: incidentSchema,
  status: 200,
  problems: ['incident-unknown', 'incident-merged', 'transition-illegal'],
} as const;

const SIMPLE_ACTS = {
  obsolete: 'Give up: nothing came for long, or never will',
  acknowledge: 'Say that somebody looks at this episode',
  unmute: 'Call people again',
} as const;

/** Acts on the life of an incident besides resolving and reopening. */
export function addLifeRoutes(app: FastifyInstance, deps: LifeDeps): void {
  for (const verb of ['obsolete', 'acknowledge', 'unmute'] as const)
    addEndpoint(app, {
      ...common,
      path: `/v1/incidents/:number/${verb}`,
      summary: SIMPLE_ACTS[verb],
      body: actBodySchema,
      answer: async ({ grant, params: { number }, body }) => {
        const act = incidentAct(deps, grant, body.note);
        const result = await deps.life[verb](grant.tenant, number, act);
        return answerAct(deps, grant, { number, result });
      },
    });
  addEndpoint(app, {
    ...common,
    path: '/v1/incidents/:number/assign',
    summary: 'Say whose it is',
    body: assignBodySchema,
    answer: async ({ grant, params: { number }, body: { note, assignee } }) => {
      const act = incidentAct(deps, grant, note);
      const result = await deps.life.assign(grant.tenant, number, act, assignee);
      return answerAct(deps, grant, { number, result });
    },
  });
  addEndpoint(app, {
    ...common,
    path: '/v1/incidents/:number/mute',
    summary: 'Call nobody until a condition comes true',
    body: muteBodySchema,
    answer: async ({ grant, params: { number }, body }) => {
      const result = await deps.life.mute(grant.tenant, number, incidentAct(deps, grant, body.note), {
        untilMs: body.until === undefined ? null : Date.parse(body.until),
        crashes: body.crashes ?? null,
        hosts: body.hosts ?? null,
        release: body.release ?? null,
      });
      return answerAct(deps, grant, { number, result });
    },
  });
}
