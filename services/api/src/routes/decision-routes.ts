import {
  decisionPageSchema,
  decisionSchema,
  groupKeyParamsSchema,
  idParamsSchema,
  incidentNumberParamsSchema,
  listDecisionsQuerySchema,
  mergeIncidentBodySchema,
  pinBodySchema,
  reasonBodySchema,
  splitIncidentBodySchema,
} from '@oopstream/contracts';
import type { DecisionView, ProblemSlug } from '@oopstream/contracts';
import type { DecisionResult, TokenGrant } from '@oopstream/ports';
import type { FastifyInstance } from 'fastify';
import { ok, refuse } from '../answer';
import type { Answer } from '../answer';
import { refuseCrash } from '../crash-moved';
import { decodeCursor, encodeCursor } from '../cursor';
import { viewDecision } from '../decision-views';
import type { ApiDeps } from '../deps';
import { addEndpoint } from '../endpoint';
import { incidentAct, refuseMerged } from '../incident-act';

type DecisionDeps = Pick<ApiDeps, 'decisions' | 'queries' | 'clock'>;

const tag = 'Decisions';
const acted = { method: 'POST', scope: 'admin', tag, result: decisionSchema, status: 200 } as const;
const ofIncidents = ['incident-unknown', 'incident-merged', 'incident-holding'] as const;
const ofPins = ['pin-same', ...ofIncidents] as const satisfies readonly ProblemSlug[];

/** What people decide of groupings. */
export function addDecisionRoutes(app: FastifyInstance, deps: DecisionDeps): void {
  addMergeAndSplit(app, deps);
  addCrashPins(app, deps);
  addKeyPins(app, deps);
  addEndpoint(app, {
    ...acted,
    path: '/v1/decisions/:id/undo',
    summary: 'Take a decision back: the grouping is as if it had never been',
    params: idParamsSchema,
    body: reasonBodySchema,
    problems: ['decision-unknown', 'decision-undone', 'decision-final', 'decision-later'],
    answer: async ({ grant, params, body }) =>
      answerDecision(await deps.decisions.undo(grant.tenant, params.id, incidentAct(deps, grant, body.note))),
  });
  addList(app, deps);
}

function addMergeAndSplit(app: FastifyInstance, deps: DecisionDeps): void {
  addEndpoint(app, {
    ...acted,
    path: '/v1/incidents/:number/merge',
    summary: 'Merge into another: crashes move, later ones follow, the number leads there',
    params: incidentNumberParamsSchema,
    body: mergeIncidentBodySchema,
    problems: ['incident-same', ...ofIncidents],
    answer: async ({ grant, params: { number }, body }) => {
      const act = incidentAct(deps, grant, body.note);
      const result = await deps.decisions.merge(grant.tenant, number, body.into, act);
      return answerNaming(deps, grant, { numbers: [number, body.into] }, result);
    },
  });
  addEndpoint(app, {
    ...acted,
    path: '/v1/incidents/:number/split',
    summary: 'Split group keys or crashes off: they never join it again by themselves',
    params: incidentNumberParamsSchema,
    body: splitIncidentBodySchema,
    problems: [
      ...ofIncidents,
      ...(['incident-same', 'key-unknown', 'key-elsewhere'] as const),
      ...(['crash-unknown', 'crash-absorbed', 'crash-elsewhere', 'nothing-left'] as const),
    ],
    answer: async ({ grant, params: { number }, body }) => {
      const { groupKeys = [], crashIds = [], into = null, note } = body;
      const names = { groupKeys: [...new Set(groupKeys)], crashIds: [...new Set(crashIds)], into };
      const act = incidentAct(deps, grant, note);
      const result = await deps.decisions.split(grant.tenant, number, names, act);
      return answerNaming(deps, grant, { numbers: [number, into] }, result);
    },
  });
}

function addCrashPins(app: FastifyInstance, deps: DecisionDeps): void {
  addEndpoint(app, {
    ...acted,
    path: '/v1/crashes/:id/pin',
    summary: 'Pin a crash to an incident: no key and no better copy moves it',
    params: idParamsSchema,
    body: pinBodySchema,
    problems: ['crash-unknown', 'crash-absorbed', ...ofPins],
    answer: async ({ grant, params: { id }, body }) => {
      const act = incidentAct(deps, grant, body.note);
      const result = await deps.decisions.pinCrash(grant.tenant, id, body.incident, act);
      return answerNaming(deps, grant, { numbers: [body.incident], crashId: id }, result);
    },
  });
  addEndpoint(app, {
    ...acted,
    path: '/v1/crashes/:id/unpin',
    summary: 'Leave a crash to its group key again',
    params: idParamsSchema,
    body: reasonBodySchema,
    problems: ['crash-unknown', 'crash-absorbed', 'pin-missing'],
    answer: async ({ grant, params: { id }, body }) => {
      const act = incidentAct(deps, grant, body.note);
      const result = await deps.decisions.unpinCrash(grant.tenant, id, act);
      return answerNaming(deps, grant, { numbers: [], crashId: id }, result);
    },
  });
}

function addKeyPins(app: FastifyInstance, deps: DecisionDeps): void {
  addEndpoint(app, {
    ...acted,
    path: '/v1/keys/:groupKey/pin',
    summary: 'Pin a group key to an incident: its crashes move there, later ones follow',
    params: groupKeyParamsSchema,
    body: pinBodySchema,
    problems: ['key-unknown', ...ofPins],
    answer: async ({ grant, params: { groupKey }, body }) => {
      const act = incidentAct(deps, grant, body.note);
      const result = await deps.decisions.pinKey(grant.tenant, groupKey, body.incident, act);
      return answerNaming(deps, grant, { numbers: [body.incident] }, result);
    },
  });
  addEndpoint(app, {
    ...acted,
    path: '/v1/keys/:groupKey/unpin',
    summary: 'Leave a group key to the machine again; it stays until a replay says otherwise',
    params: groupKeyParamsSchema,
    body: reasonBodySchema,
    problems: ['key-unknown', 'pin-missing'],
    answer: async ({ grant, params: { groupKey }, body }) => {
      const act = incidentAct(deps, grant, body.note);
      return answerDecision(await deps.decisions.unpinKey(grant.tenant, groupKey, act));
    },
  });
}

function addList(app: FastifyInstance, { decisions, queries }: DecisionDeps): void {
  const path = '/v1/decisions';
  addEndpoint(app, {
    method: 'GET',
    path,
    scope: 'read',
    tag,
    summary: 'What people decided of groupings, newest first',
    query: listDecisionsQuerySchema,
    result: decisionPageSchema,
    status: 200,
    problems: ['incident-unknown', 'incident-merged', 'cursor-invalid'],
    answer: async ({ grant, query }) => {
      const after = query.cursor === undefined ? null : decodeCursor(query.cursor, path, query);
      if (query.cursor !== undefined && after === null) return refuse('cursor-invalid');
      let incidentId: string | null = null;
      if (query.incident !== undefined) {
        const found = await queries.incidentByNumber(grant.tenant, query.incident);
        if (found === null) return refuse('incident-unknown');
        if (found.kind === 'merged') return refuseMerged(query.incident, found.into);
        incidentId = found.incident.id;
      }
      const page = { limit: query.limit, after };
      const { items, next } = await decisions.listDecisions(grant.tenant, incidentId, page);
      const nextCursor = next === null ? null : encodeCursor(next, path, query);
      return ok({ items: items.map(viewDecision), nextCursor });
    },
  });
}

interface Named {
  readonly numbers: readonly (string | null)[];
  /** The only crash named; of several the refusal says which. */
  readonly crashId?: string;
}

/** Says as well which of the incidents and crashes that were named live on in others. */
async function answerNaming(
  deps: DecisionDeps,
  grant: TokenGrant,
  { numbers, crashId }: Named,
  result: DecisionResult,
): Promise<Answer<DecisionView>> {
  if (result.kind === 'decided') return answerDecision(result);
  if (result.reason === 'crash-unknown') return refuseCrash(deps, grant, crashId ?? result.about ?? '');
  if (result.reason === 'incident-merged')
    for (const number of numbers) {
      const found = number === null ? null : await deps.queries.incidentByNumber(grant.tenant, number);
      if (number !== null && found?.kind === 'merged') return refuseMerged(number, found.into);
    }
  return answerDecision(result);
}

/** Reasons of refusals are those of problems, word for word. */
function answerDecision(result: DecisionResult): Answer<DecisionView> {
  if (result.kind === 'decided') return ok(viewDecision(result.decision));
  return refuse(result.reason, result.about ?? undefined);
}
