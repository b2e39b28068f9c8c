import { listRebootsQuerySchema, rebootPageSchema } from '@oopstream/contracts';
import type { FastifyInstance } from 'fastify';
import { ok, refuse } from '../answer';
import { decodeCursor, encodeCursor } from '../cursor';
import type { ApiDeps } from '../deps';
import { addEndpoint } from '../endpoint';
import { viewReboot } from '../fleet-views';

const path = '/v1/reboots';

export function addRebootRoutes(app: FastifyInstance, { reboots }: Pick<ApiDeps, 'reboots'>): void {
  addEndpoint(app, {
    method: 'GET',
    path,
    scope: 'read',
    tag: 'Fleet',
    summary: 'Hosts that came back after a boot that broke off, the newest first',
    description: 'As their agents say; a reboot is open once no transcript of it came in time.',
    query: listRebootsQuerySchema,
    result: rebootPageSchema,
    status: 200,
    problems: ['cursor-invalid'],
    answer: async ({ grant, query }) => {
      const after = query.cursor === undefined ? null : decodeCursor(query.cursor, path, query);
      if (query.cursor !== undefined && after === null) return refuse('cursor-invalid');
      const filter = {
        state: query.state === 'all' ? null : query.state,
        hostId: query.host?.toLowerCase() ?? null,
        release: query.release ?? null,
        sinceMs: query.since === undefined ? null : Date.parse(query.since),
        untilMs: query.until === undefined ? null : Date.parse(query.until),
      };
      const { items, next } = await reboots.list(grant.tenant, filter, query.limit, after);
      return ok({
        items: items.map(viewReboot),
        nextCursor: next === null ? null : encodeCursor(next, path, query),
      });
    },
  });
}
