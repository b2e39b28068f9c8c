import { randomUUID } from 'node:crypto';
import {
  idParamsSchema,
  listReplaysQuerySchema,
  replayDiffSchema,
  replayListSchema,
  replaySchema,
  startReplayBodySchema,
} from '@oopstream/contracts';
import type { ReplayDiffView, ReplayView } from '@oopstream/contracts';
import { formatIncidentNumber } from '@oopstream/core-incident';
import type { DiffPlace, ReplayAct, ReplayDiff, ReplayRange } from '@oopstream/core-incident';
import { ALGORITHMS } from '@oopstream/core-signature';
import { READER_VERSION } from '@oopstream/core-transcript';
import type { ReplayRun } from '@oopstream/ports';
import type { FastifyInstance } from 'fastify';
import { ok, refuse } from '../answer';
import type { Answer } from '../answer';
import type { ApiDeps } from '../deps';
import { addEndpoint } from '../endpoint';
import { actorOf } from '../record-act';
import { timeText } from '../time-text';

const tag = 'Replays';

type ReplayDeps = Pick<ApiDeps, 'replays' | 'queries' | 'clock'>;

/** Replays of stored readings: planned, looked at, approved, switched over, taken back. */
export function addReplayRoutes(app: FastifyInstance, deps: ReplayDeps): void {
  addStart(app, deps);
  addReads(app, deps);
  const acts: readonly (readonly [ReplayAct, string])[] = [
    ['approve', 'Say that its diff is right'],
    ['switch', 'Put the shadow in the place of what is stored'],
    ['roll-back', 'Take a switch over back'],
    ['cancel', 'Let go of a replay that was not switched over'],
  ];
  for (const [act, summary] of acts)
    addEndpoint(app, {
      method: 'POST',
      path: `/v1/replays/:id/${act}`,
      scope: 'admin',
      tag,
      summary,
      params: idParamsSchema,
      result: replaySchema,
      status: 200,
      problems: ['replay-unknown', 'replay-state', 'replay-partial'],
      answer: async ({ grant, params }) => {
        const by = { actor: actorOf(grant), atMs: deps.clock.nowMs() };
        const result = await deps.replays.act(grant.tenant, params.id, act, by);
        if (result.kind === 'unknown') return refuse('replay-unknown');
        if (result.kind === 'illegal') return refuse('replay-state', `it is ${result.state}`);
        if (result.kind === 'partial') return refuse('replay-partial');
        return ok(viewReplay(result.run));
      },
    });
}

function addStart(app: FastifyInstance, deps: ReplayDeps): void {
  addEndpoint(app, {
    method: 'POST',
    path: '/v1/replays',
    scope: 'admin',
    tag,
    summary: 'Replay stored readings into a shadow',
    description:
      'Changes nothing of what is stored before it is approved and switched over. One of a tenant at a time.',
    body: startReplayBodySchema,
    result: replaySchema,
    status: 201,
    problems: ['incident-unknown', 'replay-busy', 'algorithm-unknown'],
    answer: async ({ grant, body }): Promise<Answer<ReplayView>> => {
      const { range, algorithmVersion: toVersion = ALGORITHMS.newest } = body;
      if (ALGORITHMS.find(toVersion) === undefined) return refuse('algorithm-unknown', `${toVersion}`);
      const incidentId =
        range.incident === undefined ? null : await findIncident(deps, grant.tenant, range.incident);
      if (incidentId === null && range.incident !== undefined) return refuse('incident-unknown');
      const planned = await deps.replays.plan({
        id: randomUUID(),
        tenant: grant.tenant,
        range: rangeOf(range, incidentId),
        toVersion,
        readerVersion: READER_VERSION,
        createdAtMs: deps.clock.nowMs(),
        createdBy: actorOf(grant),
      });
      return planned.kind === 'busy' ? refuse('replay-busy', planned.id) : ok(viewReplay(planned.run));
    },
  });
}

function rangeOf(
  range: {
    readonly since?: string | undefined;
    readonly until?: string | undefined;
    readonly release?: string | undefined;
  },
  incidentId: string | null,
): ReplayRange {
  return {
    sinceMs: range.since === undefined ? null : Date.parse(range.since),
    untilMs: range.until === undefined ? null : Date.parse(range.until),
    incidentId,
    release: range.release ?? null,
  };
}

async function findIncident({ queries }: ReplayDeps, tenant: string, number: string): Promise<string | null> {
  const found = await queries.incidentByNumber(tenant, number);
  return found?.kind === 'found' ? found.incident.id : null;
}

function addReads(app: FastifyInstance, { replays }: ReplayDeps): void {
  addEndpoint(app, {
    method: 'GET',
    path: '/v1/replays',
    scope: 'read',
    tag,
    summary: 'Replays, newest first',
    query: listReplaysQuerySchema,
    result: replayListSchema,
    status: 200,
    problems: [],
    answer: async ({ grant, query }) =>
      ok({ items: (await replays.list(grant.tenant, query.limit)).map(viewReplay) }),
  });
  const one = { method: 'GET', scope: 'read', tag, params: idParamsSchema, status: 200 } as const;
  addEndpoint(app, {
    ...one,
    path: '/v1/replays/:id',
    summary: 'One replay, and how far it is',
    result: replaySchema,
    problems: ['replay-unknown'],
    answer: async ({ grant, params }) => {
      const run = await replays.find(grant.tenant, params.id);
      return run === null ? refuse('replay-unknown') : ok(viewReplay(run));
    },
  });
  addEndpoint(app, {
    ...one,
    path: '/v1/replays/:id/diff',
    summary: 'What switching over would change',
    result: replayDiffSchema,
    problems: ['replay-unknown', 'replay-state'],
    answer: async ({ grant, params }) => {
      const run = await replays.find(grant.tenant, params.id);
      if (run === null) return refuse('replay-unknown');
      const diff = await replays.diff(grant.tenant, params.id);
      return diff === null
        ? refuse('replay-state', `it is ${run.state}: there is no diff`)
        : ok(viewDiff(diff));
    },
  });
}

function viewReplay(run: ReplayRun): ReplayView {
  const {
    range,
    crashesTotal,
    crashesDone,
    bodiesRead,
    bodiesMissing,
    createdAtMs,
    updatedAtMs,
    switchedAtMs,
  } = run;
  const { id, state, fromVersion, toVersion, readerVersion, createdBy, reason, detail } = run;
  const orNull = (timeMs: number | null): string | null => (timeMs === null ? null : timeText(timeMs));
  return {
    ...{ id, state, fromVersion, toVersion, readerVersion, createdBy, reason, detail },
    range: {
      since: orNull(range.sinceMs),
      until: orNull(range.untilMs),
      incidentId: range.incidentId,
      release: range.release,
    },
    progress: { crashesTotal, crashesDone, bodiesRead, bodiesMissing },
    createdAt: timeText(createdAtMs),
    updatedAt: timeText(updatedAtMs),
    switchedAt: orNull(switchedAtMs),
  };
}

type PlaceView = ReplayDiffView['alerts']['opened']['examples'][number];

function viewPlace({ number, title, crashes }: DiffPlace): PlaceView {
  return { incident: number === null ? null : formatIncidentNumber(number), title, crashes };
}

function viewDiff(diff: ReplayDiff): ReplayDiffView {
  const { crashes, signedAnew, moved, incidentsBefore, incidentsAfter, split, merged, renamed, alerts } =
    diff;
  const places = ({ count, examples }: ReplayDiff['alerts']['opened']) => ({
    count,
    examples: examples.map(viewPlace),
  });
  return {
    ...{ crashes, signedAnew, moved, incidentsBefore, incidentsAfter },
    split: {
      count: split.count,
      examples: split.examples.map(({ from, into }) => ({
        from: viewPlace(from),
        into: into.map(viewPlace),
      })),
    },
    merged: {
      count: merged.count,
      examples: merged.examples.map(({ into, from }) => ({
        into: viewPlace(into),
        from: from.map(viewPlace),
      })),
    },
    renamed: {
      count: renamed.count,
      examples: renamed.examples.map(({ number, before, after }) => ({
        ...{ incident: formatIncidentNumber(number), before, after },
      })),
    },
    alerts: {
      opened: places(alerts.opened),
      notOpened: places(alerts.notOpened),
      recurred: places(alerts.recurred),
      notRecurred: places(alerts.notRecurred),
    },
  };
}
