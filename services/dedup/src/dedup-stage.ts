import { decideBatch } from '@oopstream/core-incident';
import type { DedupPlan, Receipt, ReceiptResult } from '@oopstream/core-incident';
import type { Outcome, Stage } from '@oopstream/pipeline';
import { FatalError } from '@oopstream/ports';
import type { Clock, IncidentBatch, IncidentStore, OutboxRows } from '@oopstream/ports';
import { crashMatchLimits, retentionMs, stormRules } from './config';
import type { DedupConfig } from './config';
import { decodeReceipt } from './decode-receipt';
import { joinCandidates, joiningSettings } from './joining-config';
import { lifeSettings } from './life-config';
import { renderOutbox } from './outbox-rows';
import { signForTenants } from './sign-for-tenants';
import type { SigningDeps } from './sign-for-tenants';

export interface DedupStageDeps {
  readonly config: DedupConfig;
  readonly incidents: IncidentStore;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly signing: SigningDeps;
  /** Told once a batch is durable. */
  readonly onCommitted: (plan: DedupPlan) => void;
}

export interface OpenBatch {
  readonly batch: IncidentBatch;
  /** As their tenants sign them. */
  readonly receipts: readonly Receipt[];
  readonly nowMs: number;
}

/** The whole batch's: every receipt of it carries the same one. */
export interface BatchDecision {
  readonly plan: DedupPlan;
  readonly outbox: OutboxRows;
}

/** One batch, one transaction: opened by load, ended by commit or release. */
export function createDedupStage(deps: DedupStageDeps): Stage<Receipt, OpenBatch, BatchDecision> {
  const { config, newId } = deps;
  return {
    name: 'dedup',
    decode: decodeReceipt,
    async load(decoded) {
      const receipts = await signForTenants(decoded, deps.signing);
      const nowMs = deps.clock.nowMs();
      const options = {
        nowMs,
        retentionMs: retentionMs(config),
        crashMatch: crashMatchLimits(config),
        joinCandidates: joinCandidates(config),
      };
      return { batch: await deps.incidents.openBatch(receipts, options), receipts, nowMs };
    },
    decide(_decoded, { batch, receipts, nowMs }) {
      const { plan, results } = decideBatch(receipts, batch.state, {
        newId,
        nowMs,
        crashMatch: crashMatchLimits(config),
        storm: stormRules(config),
        life: lifeSettings(config),
        joining: joiningSettings(config),
      });
      const outbox = renderOutbox(plan, batch.state.endpoints, { consoleUrl: config.consoleUrl, newId });
      const decision = { plan, outbox };
      return results.map((result) => outcomeOf(result, decision));
    },
    async commit(decisions, { batch }) {
      const [first] = decisions;
      if (first === undefined || decisions.some((one) => one !== first))
        throw new FatalError('decision-mixed', 'a batch is decided as a whole or not at all');
      await batch.commit(first.plan, first.outbox);
      deps.onCommitted(first.plan);
    },
    release: ({ batch }) => batch.release(),
  };
}

function outcomeOf(result: ReceiptResult, decision: BatchDecision): Outcome<BatchDecision> {
  if (result.kind === 'redelivered') return { kind: 'drop', reason: 'redelivered', decision };
  if (result.outcome === 'duplicate') return { kind: 'drop', reason: 'duplicate', decision };
  if (result.outcome === 'rejected')
    return { kind: 'drop', reason: `rejected-${result.reason ?? 'unknown'}`, decision };
  return { kind: 'ok', decision };
}
