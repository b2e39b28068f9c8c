import {
  ledgerCheckQuerySchema,
  ledgerCheckSchema,
  ledgerHoursQuerySchema,
  ledgerHoursSchema,
  ledgerQuerySchema,
  ledgerSchema,
} from '@oopstream/contracts';
import type { HourRange, LedgerMismatch, TokenGrant } from '@oopstream/ports';
import type { FastifyInstance } from 'fastify';
import { ok, refuse } from '../answer';
import type { ApiDeps } from '../deps';
import { addEndpoint } from '../endpoint';
import { viewWatermark } from '../ledger-reader';
import type { LedgerReader } from '../ledger-reader';
import { timeText } from '../time-text';

type LedgerDeps = Pick<ApiDeps, 'ledger' | 'clock'> & { readonly ledgerReader: LedgerReader };

const HOUR_MS = 3_600_000;
const tag = 'Pipeline';

export function addLedgerRoutes(
  app: FastifyInstance,
  deps: LedgerDeps,
  limits: { readonly ledgerMaxHours: number },
): void {
  addEndpoint(app, {
    method: 'GET',
    path: '/v1/ledger',
    scope: 'read',
    tag,
    summary: 'What became of every receipt and reading',
    description: 'Of the token’s tenant; an admin may ask for all. Counts only.',
    query: ledgerQuerySchema,
    result: ledgerSchema,
    status: 200,
    problems: ['log-unavailable'],
    answer: async ({ grant, query }) => {
      const whose = tenantOf(grant, query.tenants);
      return whose.kind === 'refused'
        ? refuse('scope-missing')
        : ok(await deps.ledgerReader.read(whose.tenant));
    },
  });
  addHours(app, deps, limits);
  addCheck(app, deps);
}

function addHours(app: FastifyInstance, deps: LedgerDeps, limits: { readonly ledgerMaxHours: number }): void {
  addEndpoint(app, {
    method: 'GET',
    path: '/v1/ledger/hours',
    scope: 'read',
    tag,
    summary: 'The ledger by hour of receipt, stage and outcome',
    description: `At most ${limits.ledgerMaxHours} hours; the last day when no time is given.`,
    query: ledgerHoursQuerySchema,
    result: ledgerHoursSchema,
    status: 200,
    problems: ['log-unavailable'],
    answer: async ({ grant, query }) => {
      const whose = tenantOf(grant, query.tenants);
      if (whose.kind === 'refused') return refuse('scope-missing');
      const { toMs } = rangeOf(query, deps.clock.nowMs());
      const fromMs = query.since === undefined ? toMs - 24 * HOUR_MS : Date.parse(query.since);
      if (toMs - fromMs > limits.ledgerMaxHours * HOUR_MS)
        return refuse('query-invalid', `more than ${limits.ledgerMaxHours} hours`);
      const items = await deps.ledger.hours(whose.tenant, { fromMs: hourFloor(fromMs), toMs });
      return ok({
        asOf: timeText(deps.clock.nowMs()),
        watermark: viewWatermark(await deps.ledgerReader.watermark()),
        items: items.map(({ hourMs, ...row }) => ({ ...row, hour: hourText(hourMs) })),
      });
    },
  });
}

function addCheck(app: FastifyInstance, deps: LedgerDeps): void {
  addEndpoint(app, {
    method: 'GET',
    path: '/v1/ledger/check',
    scope: 'read',
    tag,
    summary: 'The ledger counted again from what is stored',
    description:
      'Names what does not agree. It reads every row of the time asked for; without a time also incidents, and for all tenants the places of all receipts.',
    query: ledgerCheckQuerySchema,
    result: ledgerCheckSchema,
    status: 200,
    problems: ['log-unavailable'],
    answer: async ({ grant, query }) => {
      const whose = tenantOf(grant, query.tenants);
      if (whose.kind === 'refused') return refuse('scope-missing');
      // Before the rows are read: what it promises must be in them.
      const watermark = await deps.ledgerReader.watermark();
      const range = rangeOf(query, deps.clock.nowMs());
      const checks = [await deps.ledger.check(whose.tenant, range)];
      if (query.since === undefined && query.until === undefined) {
        checks.push(await deps.ledger.checkIncidents(whose.tenant));
        if (whose.tenant === null && watermark !== null)
          checks.push(await deps.ledger.checkPositions(watermark.offsets));
      }
      return ok({
        asOf: timeText(deps.clock.nowMs()),
        watermark: viewWatermark(watermark),
        hours: checks.reduce((sum, one) => sum + one.hours, 0),
        counts: checks.reduce((sum, one) => sum + one.counts, 0),
        mismatches: checks.flatMap((one) => one.mismatches.map(viewMismatch)),
      });
    },
  });
}

type Whose = { readonly kind: 'own'; readonly tenant: string | null } | { readonly kind: 'refused' };

function tenantOf(grant: TokenGrant, tenants: 'all' | undefined): Whose {
  if (tenants === undefined) return { kind: 'own', tenant: grant.tenant };
  return grant.scopes.includes('admin') ? { kind: 'own', tenant: null } : { kind: 'refused' };
}

/** Whole hours, so that each is compared as a whole. */
function rangeOf(
  query: { readonly since?: string | undefined; readonly until?: string | undefined },
  nowMs: number,
): HourRange {
  const toMs = query.until === undefined ? nowMs + HOUR_MS : Date.parse(query.until);
  return {
    fromMs: query.since === undefined ? null : hourFloor(Date.parse(query.since)),
    toMs: hourFloor(toMs + HOUR_MS - 1),
  };
}

function hourFloor(timeMs: number): number {
  return Math.floor(timeMs / HOUR_MS) * HOUR_MS;
}

function hourText(hourMs: number | null): string | null {
  return hourMs === null ? null : timeText(hourMs);
}

function viewMismatch({ hourMs, examples, ...rest }: LedgerMismatch) {
  return { ...rest, hour: hourText(hourMs), examples: [...examples] };
}
