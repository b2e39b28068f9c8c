import { randomUUID } from 'node:crypto';
import type {
  ActResult,
  AuditEntry,
  IncidentActions,
  HourCount,
  LedgerCounts,
  LedgerMismatch,
  LifeActions,
  NewToken,
  PartitionPosition,
  ResolveAct,
  TokenGrant,
  TokenScope,
  TokenStore,
} from '@oopstream/ports';
import {
  MemoryBlobStore,
  MemoryCensusStore,
  MemoryDecisionStore,
  MemoryDeliveryStore,
  MemoryFixStore,
  MemoryHostStore,
  MemoryIncidentQueries,
  MemoryReplayStore,
  MemoryIncidentStore,
  MemoryPatternStore,
  MemoryRebootStore,
} from '@oopstream/ports/fakes';
import { createMemoryRateLimiter } from '@oopstream/ports';
import { createAuthenticator, createLogger, mintToken } from '@oopstream/runtime';
import type { Metrics } from '@oopstream/runtime';
import type { FastifyInstance } from 'fastify';
import { apiConfigSchema } from './config';
import type { ApiDeps } from './deps';
import { createApiServer } from './start-api';

const NO_COUNTS: LedgerCounts = {
  transcripts: {},
  readings: {},
  crashes: {},
  bodies: {},
  redelivered: 0,
  watermark: [],
};

export const NOW_MS = Date.UTC(2026, 10, 22);

/** The API over stores in memory, asked without a port. */
export interface ApiBench {
  readonly app: FastifyInstance;
  readonly census: MemoryCensusStore;
  readonly reboots: MemoryRebootStore;
  readonly hosts: MemoryHostStore;
  readonly queries: MemoryIncidentQueries;
  /** Incidents that decisions are made of; not those of `queries`. */
  readonly incidents: MemoryIncidentStore;
  readonly decisions: MemoryDecisionStore;
  readonly patterns: MemoryPatternStore;
  readonly deliveries: MemoryDeliveryStore;
  readonly blobs: MemoryBlobStore;
  readonly audit: AuditEntry[];
  readonly acts: { readonly verb: string; readonly number: string; readonly act: object }[];
  readonly counted: { readonly name: string; readonly labels: object }[];
  readonly fixes: MemoryFixStore;
  readonly replays: MemoryReplayStore;
  /** What the actions answer next. */
  result: ActResult;
  /** Thrown by the audit while set. */
  auditFailure: Error | null;
  refusedUrl: string | null;
  counts: LedgerCounts;
  /** Of another tenant than `other`; `other` has nothing. */
  readonly hours: HourCount[];
  readonly mismatches: LedgerMismatch[];
  readonly positions: Map<string, readonly PartitionPosition[]>;
  /** @returns an `Authorization` header of a new token. */
  token(scopes: readonly TokenScope[], tenant?: string, boundHost?: string): Promise<string>;
  get(url: string, authorization?: string): ReturnType<FastifyInstance['inject']>;
  post(url: string, body: object, authorization?: string): ReturnType<FastifyInstance['inject']>;
}

export async function openApiBench(
  more: { readonly consoleDir?: string; readonly maxBodyBytes?: number } = {},
): Promise<ApiBench> {
  const tokens = createMemoryTokens();
  const reboots = new MemoryRebootStore();
  const incidents = new MemoryIncidentStore();
  const state = {
    incidents,
    decisions: new MemoryDecisionStore(incidents, () => randomUUID()),
    census: new MemoryCensusStore(reboots),
    reboots,
    hosts: new MemoryHostStore(),
    queries: new MemoryIncidentQueries(),
    patterns: new MemoryPatternStore(),
    deliveries: new MemoryDeliveryStore(),
    blobs: new MemoryBlobStore(),
    fixes: new MemoryFixStore(),
    replays: new MemoryReplayStore(),
    audit: [] as AuditEntry[],
    acts: [] as { verb: string; number: string; act: object }[],
    counted: [] as { name: string; labels: object }[],
    result: { kind: 'changed' } as ActResult,
    auditFailure: null as Error | null,
    refusedUrl: null as string | null,
    counts: NO_COUNTS,
    hours: [] as HourCount[],
    mismatches: [] as LedgerMismatch[],
    positions: new Map<string, readonly PartitionPosition[]>(),
  };
  const bench = state as ApiBench;
  const deps = depsOf(bench, tokens);
  const app = createApiServer(deps, {
    ...apiConfigSchema.parse({}),
    censusMaxHosts: 5,
    censusRateBurst: 40,
    maxBodyBytes: more.maxBodyBytes ?? 4096,
    maxRawBytes: 1024,
    requestTimeoutMs: 10_000,
    consoleDir: more.consoleDir ?? '/nonexistent',
  });
  await app.ready();
  const withToken = (authorization: string | undefined) =>
    authorization === undefined ? {} : { authorization };
  return Object.assign(bench, {
    app,
    async token(scopes: readonly TokenScope[], tenant = 'default', boundHost?: string) {
      const { id, token, secretHash } = mintToken();
      const row = { tenant, label: scopes.join('+'), scopes, boundHost: boundHost ?? null, secretHash };
      await tokens.create(row, id, NOW_MS);
      return `Bearer ${token}`;
    },
    get: (url: string, authorization?: string) =>
      app.inject({ method: 'GET', url, headers: withToken(authorization) }),
    post: (url: string, body: object, authorization?: string) =>
      app.inject({ method: 'POST', url, headers: withToken(authorization), payload: body }),
  });
}

function depsOf(bench: ApiBench, tokens: TokenStore): ApiDeps {
  return {
    authenticator: createAuthenticator({ tokens, clock: { nowMs: () => NOW_MS } }),
    census: bench.census,
    reboots: bench.reboots,
    hosts: bench.hosts,
    limiter: createMemoryRateLimiter({ clock: { nowMs: () => NOW_MS } }),
    queries: bench.queries,
    patterns: bench.patterns,
    actions: recordActs(bench),
    decisions: bench.decisions,
    life: recordLifeActs(bench),
    fixes: bench.fixes,
    replays: bench.replays,
    deliveries: bench.deliveries,
    tokens,
    audit: {
      record: (entry) => {
        if (bench.auditFailure !== null) return Promise.reject(bench.auditFailure);
        bench.audit.push(entry);
        return Promise.resolve();
      },
    },
    ledger: {
      counts: (tenant) => Promise.resolve(tenant === 'other' ? NO_COUNTS : bench.counts),
      recount: () => Promise.resolve({ fromMs: 0, counts: bench.counts }),
      hours: () => Promise.resolve(bench.hours),
      check: () => Promise.resolve({ hours: 1, counts: 2, mismatches: bench.mismatches }),
      checkPositions: (below) => Promise.resolve({ hours: 0, counts: below.length, mismatches: [] }),
      checkIncidents: () => Promise.resolve({ hours: 0, counts: 0, mismatches: [] }),
    },
    logAdmin: {
      migrate: () => Promise.resolve({ created: [] }),
      positions: (topic, group) => Promise.resolve(bench.positions.get(`${topic} ${group}`) ?? []),
      seek: () => Promise.resolve(),
      close: () => Promise.resolve(),
    },
    blobs: bench.blobs,
    refuseWebhookUrl: () => Promise.resolve(bench.refusedUrl),
    logger: createLogger({ service: 'api', level: 'silent' }),
    metrics: recordMetrics(bench.counted),
    clock: { nowMs: () => NOW_MS },
  };
}

function recordLifeActs(bench: ApiBench): LifeActions {
  const record =
    (verb: string) =>
    (_tenant: string, number: string, act: object, more?: unknown): Promise<ActResult> => {
      bench.acts.push({ verb, number, act, ...(more !== undefined && { more }) });
      return Promise.resolve(bench.result);
    };
  return {
    obsolete: record('obsolete'),
    acknowledge: record('acknowledge'),
    assign: record('assign'),
    mute: record('mute'),
    unmute: record('unmute'),
  };
}

function recordActs(bench: ApiBench): IncidentActions {
  const record = (verb: string, number: string, act: object): Promise<ActResult> => {
    bench.acts.push({ verb, number, act });
    return Promise.resolve(bench.result);
  };
  return {
    resolve: (_tenant, number, act: ResolveAct) => record('resolve', number, act),
    reopen: (_tenant, number, act) => record('reopen', number, act),
  };
}

function recordMetrics(counted: { name: string; labels: object }[]): Metrics {
  return {
    count: (name, _value, labels) => void counted.push({ name, labels }),
    record: () => undefined,
    gauge: () => () => undefined,
  };
}

function createMemoryTokens(): TokenStore {
  const rows = new Map<string, { grant: TokenGrant; secretHash: Uint8Array }>();
  return {
    find: (id) => Promise.resolve(rows.get(id) ?? null),
    create: ({ secretHash, ...token }: NewToken, id, nowMs) => {
      const grant = { ...token, id, createdAtMs: nowMs };
      rows.set(id, { grant, secretHash });
      return Promise.resolve(grant);
    },
    list: (tenant) =>
      Promise.resolve([...rows.values()].map((row) => row.grant).filter((grant) => grant.tenant === tenant)),
    revoke: (tenant, id) => Promise.resolve(rows.get(id)?.grant.tenant === tenant && rows.delete(id)),
  };
}
