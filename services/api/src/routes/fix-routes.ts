import { randomUUID } from 'node:crypto';
import {
  addFixesBodySchema,
  addedFixesSchema,
  fixPageSchema,
  idParamsSchema,
  listFixesQuerySchema,
} from '@oopstream/contracts';
import { parseRelease } from '@oopstream/core-release';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ok, refuse } from '../answer';
import { decodeCursor, encodeCursor } from '../cursor';
import type { ApiDeps } from '../deps';
import { addEndpoint } from '../endpoint';
import { viewFix } from '../life-views';
import { actorOf, recordAct } from '../record-act';

const tag = 'Fixes';
const path = '/v1/fixes';

type FixDeps = Pick<ApiDeps, 'fixes' | 'audit' | 'clock'>;

/** The fix table: in which release of each branch a commit came first, and which livepatches carry it. */
export function addFixRoutes(app: FastifyInstance, deps: FixDeps): void {
  addEndpoint(app, {
    method: 'GET',
    path,
    scope: 'read',
    tag,
    summary: 'The fix table, last added first',
    query: listFixesQuerySchema,
    result: fixPageSchema,
    status: 200,
    problems: ['cursor-invalid'],
    answer: async ({ grant, query }) => {
      const after = query.cursor === undefined ? null : decodeCursor(query.cursor, path, query);
      if (query.cursor !== undefined && after === null) return refuse('cursor-invalid');
      const filter = { commit: query.commit ?? null };
      const { items, next } = await deps.fixes.listFixes(grant.tenant, filter, { limit: query.limit, after });
      return ok({
        items: items.map(viewFix),
        nextCursor: next === null ? null : encodeCursor(next, path, query),
      });
    },
  });
  addAdd(app, deps);
  addRemove(app, deps);
}

function addAdd(app: FastifyInstance, deps: FixDeps): void {
  addEndpoint(app, {
    method: 'POST',
    path,
    scope: 'admin',
    tag,
    summary: 'Add lines to the fix table, all or none',
    description: 'Incidents that were resolved by these commits are judged again within a minute or so.',
    body: addFixesBodySchema,
    result: addedFixesSchema,
    status: 200,
    problems: ['release-unreadable'],
    answer: async ({ grant, body: { items } }) => {
      const unreadable = items.find(({ release }) => release !== undefined && parseRelease(release) === null);
      if (unreadable !== undefined) return refuse('release-unreadable', unreadable.release);
      const rows = items.map(({ commit, release = null, livepatch = null, note = null }) => ({
        ...{ id: randomUUID(), tenant: grant.tenant, commit, release, livepatch, note },
        ...{ addedAtMs: deps.clock.nowMs(), addedBy: actorOf(grant) },
      }));
      const added = await deps.fixes.addFixes(rows);
      const commits = [...new Set(items.map(({ commit }) => commit))].slice(0, 20);
      const subject = { subjectKind: 'fix', subjectId: commits[0] ?? '', detail: { commits, added } };
      if (added > 0) await recordAct(deps, grant, { action: 'fix.added', ...subject });
      return ok({ added, known: rows.length - added });
    },
  });
}

function addRemove(app: FastifyInstance, deps: FixDeps): void {
  addEndpoint(app, {
    method: 'DELETE',
    path: `${path}/:id`,
    scope: 'admin',
    tag,
    summary: 'Remove a line of the fix table; what was judged by it stays judged',
    params: idParamsSchema,
    result: z.undefined(),
    status: 204,
    problems: ['fix-unknown'],
    answer: async ({ grant, params: { id } }) => {
      if (!(await deps.fixes.removeFix(grant.tenant, id))) return refuse('fix-unknown');
      await recordAct(deps, grant, { action: 'fix.removed', subjectKind: 'fix', subjectId: id, detail: {} });
      return ok(undefined);
    },
  });
}
