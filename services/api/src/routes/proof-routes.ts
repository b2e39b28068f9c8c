import {
  historyPageSchema,
  historyQuerySchema,
  idParamsSchema,
  incidentNumberParamsSchema,
  membershipProofSchema,
} from '@oopstream/contracts';
import type { FastifyInstance } from 'fastify';
import { ok, refuse } from '../answer';
import { crashMoved } from '../crash-moved';
import { decodeCursor, encodeCursor } from '../cursor';
import { viewProof } from '../decision-views';
import type { ApiDeps } from '../deps';
import { addEndpoint } from '../endpoint';
import { movedTo } from '../incident-act';
import { timeText } from '../time-text';

/** Why things are where they are, and what was done to them. */
export function addProofRoutes(
  app: FastifyInstance,
  { decisions, queries }: Pick<ApiDeps, 'decisions' | 'queries'>,
): void {
  addEndpoint(app, {
    method: 'GET',
    path: '/v1/crashes/:id/proof',
    scope: 'read',
    tag: 'Crashes',
    summary: 'Why the crash is in its incident: rule, key, score, decision, and where it was before',
    params: idParamsSchema,
    result: membershipProofSchema,
    status: 200,
    mayMove: true,
    problems: ['crash-unknown'],
    answer: async ({ grant, params: { id }, url }) => {
      const proof = await decisions.proofOfCrash(grant.tenant, id);
      return proof === null
        ? crashMoved({ queries }, grant, { id, suffix: '/proof', url })
        : ok(viewProof(proof));
    },
  });
  addEndpoint(app, {
    method: 'GET',
    path: '/v1/incidents/:number/history',
    scope: 'read',
    tag: 'Incidents',
    summary: 'All that was done to an incident, by whom, when and why; newest first',
    params: incidentNumberParamsSchema,
    query: historyQuerySchema,
    result: historyPageSchema,
    status: 200,
    mayMove: true,
    problems: ['incident-unknown', 'cursor-invalid'],
    answer: async ({ grant, params, query, url }) => {
      const found = await queries.incidentByNumber(grant.tenant, params.number);
      if (found === null) return refuse('incident-unknown');
      if (found.kind === 'merged') return movedTo(found.into, '/history', url);
      const { id } = found.incident;
      const scope = `history of ${id}`;
      const after = query.cursor === undefined ? null : decodeCursor(query.cursor, scope, query);
      if (query.cursor !== undefined && after === null) return refuse('cursor-invalid');
      const page = { limit: query.limit, after };
      const { items, next } = await decisions.historyOfIncident(grant.tenant, id, page);
      return ok({
        items: items.map(({ atMs, ...same }) => ({ ...same, at: timeText(atMs) })),
        nextCursor: next === null ? null : encodeCursor(next, scope, query),
      });
    },
  });
}
