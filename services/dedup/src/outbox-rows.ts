import { changeToWebhook, changeToWire } from '@oopstream/contracts';
import type { DedupPlan, DedupState, PlannedChange } from '@oopstream/core-incident';
import type { OutboxDelivery, OutboxRows, Publication } from '@oopstream/ports';

export interface RenderOptions {
  readonly consoleUrl: string;
  readonly newId: () => string;
}

/**
 * What a plan's changes tell others: each goes to the log, and those that people are called for to every enabled endpoint
 * of the tenant.
 */
export function renderOutbox(
  plan: Pick<DedupPlan, 'changes'>,
  endpoints: DedupState['endpoints'],
  { consoleUrl, newId }: RenderOptions,
): OutboxRows {
  const row = (change: PlannedChange, body: object): Publication => ({
    id: newId(),
    tenant: change.incident.tenant,
    incidentId: change.incident.id,
    body: JSON.stringify(body),
    createdAtMs: change.atMs,
    traceparent: change.traceparent,
  });
  return {
    publications: plan.changes.map((change) => row(change, changeToWire(change))),
    deliveries: plan.changes.flatMap((change): OutboxDelivery[] => {
      const body = changeToWebhook(change, consoleUrl);
      if (body === null) return [];
      return endpoints
        .filter((endpoint) => endpoint.tenant === change.incident.tenant)
        .map((endpoint) => ({ ...row(change, body), endpointId: endpoint.id }));
    }),
  };
}
