import {
  crashDetailSchema,
  crashPageSchema,
  idParamsSchema,
  incidentNumberParamsSchema,
  listCrashesQuerySchema,
} from '@oopstream/contracts';
import type { FastifyInstance } from 'fastify';
import { ok, refuse } from '../answer';
import { decodeCursor, encodeCursor } from '../cursor';
import { crashMoved } from '../crash-moved';
import type { ApiDeps } from '../deps';
import { addEndpoint } from '../endpoint';
import { viewCrash, viewReading, viewRelease, viewTranscript } from '../views';
import { movedTo } from '../incident-act';

const tag = 'Crashes';

export function addCrashRoutes(app: FastifyInstance, { queries }: Pick<ApiDeps, 'queries'>): void {
  addEndpoint(app, {
    method: 'GET',
    path: '/v1/incidents/:number/crashes',
    scope: 'read',
    tag,
    summary: 'Crashes of an incident, newest receipt first',
    params: incidentNumberParamsSchema,
    query: listCrashesQuerySchema,
    result: crashPageSchema,
    status: 200,
    mayMove: true,
    problems: ['incident-unknown', 'cursor-invalid'],
    answer: async ({ grant, params, query, url }) => {
      const found = await queries.incidentByNumber(grant.tenant, params.number);
      if (found === null) return refuse('incident-unknown');
      if (found.kind === 'merged') return movedTo(found.into, '/crashes', url);
      const scope = `crashes of ${found.incident.id}`;
      const after = query.cursor === undefined ? null : decodeCursor(query.cursor, scope, query);
      if (query.cursor !== undefined && after === null) return refuse('cursor-invalid');
      const { items, next } = await queries.crashesOfIncident(
        grant.tenant,
        found.incident.id,
        { host: query.host ?? null, release: query.release ?? null, fatal: query.fatal ?? null },
        { limit: query.limit, after },
      );
      return ok({
        items: items.map(viewCrash),
        nextCursor: next === null ? null : encodeCursor(next, scope, query),
      });
    },
  });
  addEndpoint(app, {
    method: 'GET',
    path: '/v1/crashes/:id',
    scope: 'read',
    tag,
    summary: 'One crash with its readings and transcripts',
    params: idParamsSchema,
    result: crashDetailSchema,
    status: 200,
    mayMove: true,
    problems: ['crash-unknown'],
    answer: async ({ grant, params, url }) => {
      const found = await queries.crashById(grant.tenant, params.id);
      if (found === null) return crashMoved({ queries }, grant, { id: params.id, suffix: '', url });
      return ok({
        crash: viewCrash(found.crash),
        releaseParts: viewRelease(found.crash.kernelRelease),
        readings: found.readings.map(viewReading),
        transcripts: found.transcripts.map(viewTranscript),
      });
    },
  });
}
