import { LEDGER_MISMATCH, MAX_MISMATCHES_NAMED } from '@oopstream/contracts';
import type { LedgerMismatchBody } from '@oopstream/contracts';
import type { LedgerMismatch, LedgerPatrol, OutboxDelivery } from '@oopstream/ports';
import { repeatWork } from '@oopstream/runtime';
import type { RepeatedWork } from '@oopstream/runtime';
import type { DedupDeps } from './deps';

type PatrolDeps = Pick<DedupDeps, 'config' | 'logger' | 'metrics' | 'clock'> & {
  readonly stores: { readonly ledgerPatrol: LedgerPatrol };
  readonly newId: () => string;
  /** Told when there is something to hand on. */
  readonly onTold: () => void;
};

/** Looks from time to time whether the ledger's counts are borne out by what is stored, and says so where not. */
export function startLedgerPatrol(deps: PatrolDeps): RepeatedWork {
  let open = 0;
  const forget = deps.metrics.gauge('oopstream_ledger_mismatched_counts', () => [
    { value: open, labels: {} },
  ]);
  const work = repeatWork({
    intervalMs: deps.config.ledgerPatrolMs,
    work: async () => {
      open = (await patrolLedger(deps)) ?? open;
    },
    onTrouble: (error) =>
      deps.logger.warn({ err: error }, 'the ledger could not be compared with what is stored; it will again'),
  });
  return { ...work, stop: () => work.stop().finally(forget) };
}

/** One look. @returns how many counts do not agree; `null` where another process looks */
export async function patrolLedger(deps: PatrolDeps): Promise<number | null> {
  const { config, clock, logger } = deps;
  const options = {
    nowMs: clock.nowMs(),
    recentHours: config.ledgerRecentHours,
    roundHours: config.ledgerRoundHours,
  };
  const result = await deps.stores.ledgerPatrol.patrol(options, (fresh, endpoints) =>
    tellOf(fresh, endpoints, deps, options.nowMs),
  );
  if (result === null) return null;
  if (result.fresh.length > 0) {
    logger.error({ mismatches: result.fresh }, 'the ledger does not agree with what is stored');
    deps.onTold();
  }
  return result.open;
}

/** One alert for each endpoint of a tenant, whatever the number of counts. */
function tellOf(
  fresh: readonly LedgerMismatch[],
  endpoints: readonly { readonly tenant: string; readonly id: string }[],
  { config, newId }: PatrolDeps,
  nowMs: number,
): OutboxDelivery[] {
  return [...Map.groupBy(fresh, ({ tenant }) => tenant)].flatMap(([tenant, own]) => {
    const body = JSON.stringify(bodyOf(tenant, own, nowMs, config.consoleUrl));
    return endpoints
      .filter((endpoint) => endpoint.tenant === tenant)
      .map((endpoint) => ({
        id: newId(),
        tenant,
        // It is about no incident.
        incidentId: newId(),
        endpointId: endpoint.id,
        body,
        createdAtMs: nowMs,
        traceparent: null,
      }));
  });
}

function bodyOf(
  tenant: string,
  mismatches: readonly LedgerMismatch[],
  nowMs: number,
  consoleUrl: string,
): LedgerMismatchBody {
  return {
    type: LEDGER_MISMATCH,
    timestamp: new Date(nowMs).toISOString(),
    data: {
      version: 1,
      tenant,
      count: mismatches.length,
      mismatches: mismatches.slice(0, MAX_MISMATCHES_NAMED).map((one) => ({
        hour: one.hourMs === null ? null : new Date(one.hourMs).toISOString(),
        ...{ kind: one.kind, outcome: one.outcome, expected: one.expected, found: one.found },
        examples: [...one.examples],
      })),
      url: `${consoleUrl}/v1/ledger/check`,
    },
  };
}
