import type {
  Delivery,
  DeliveryAttempt,
  DeliveryState,
  DeliveryStore,
  OutboxDelivery,
  WebhookEndpoint,
} from '../delivery-store';

interface Row {
  readonly outbox: OutboxDelivery;
  state: DeliveryState;
  attempts: DeliveryAttempt[];
  replays: number;
  /** When it became due: at first its creation, then the next attempt's time. */
  dueAtMs: number;
  nextAttemptAtMs: number | null;
  enqueuedAtMs: number | null;
  closedAtMs: number | null;
}

/** {@link DeliveryStore} for tests; what the outbox holds is put in with `insert`. */
export class MemoryDeliveryStore implements DeliveryStore {
  private readonly rows = new Map<string, Row>();
  private readonly endpoints = new Map<string, { endpoint: WebhookEndpoint; removed: boolean }>();

  /** Stands for the transaction that changed the incident. */
  insert(deliveries: readonly OutboxDelivery[]): void {
    for (const outbox of deliveries)
      this.rows.set(outbox.id, {
        outbox,
        state: 'open',
        attempts: [],
        replays: 0,
        dueAtMs: outbox.createdAtMs,
        nextAttemptAtMs: null,
        enqueuedAtMs: null,
        closedAtMs: null,
      });
  }

  load(id: string): Promise<{ delivery: Delivery; endpoint: WebhookEndpoint } | null> {
    const row = this.rows.get(id);
    const known = row && this.endpoints.get(row.outbox.endpointId);
    const found = row && known ? { delivery: this.show(row), endpoint: known.endpoint } : null;
    return Promise.resolve(found);
  }

  recordAttempt(
    id: string,
    attempt: DeliveryAttempt,
    next: { readonly state: 'delivered' | 'failed' } | { readonly nextAttemptAtMs: number },
  ): Promise<void> {
    const row = this.rows.get(id);
    if (!row || row.attempts.some((known) => known.number === attempt.number)) return Promise.resolve();
    row.attempts = [...row.attempts, attempt].sort((a, b) => a.number - b.number);
    if (row.state !== 'open') return Promise.resolve();
    row.enqueuedAtMs = attempt.startedAtMs + attempt.durationMs;
    if ('state' in next) this.finish(row, next.state, attempt.startedAtMs + attempt.durationMs);
    else {
      row.nextAttemptAtMs = next.nextAttemptAtMs;
      row.dueAtMs = next.nextAttemptAtMs;
    }
    return Promise.resolve();
  }

  cancel(id: string, nowMs: number): Promise<void> {
    const row = this.rows.get(id);
    if (row?.state === 'open') this.finish(row, 'cancelled', nowMs);
    return Promise.resolve();
  }

  findOverdue(nowMs: number, olderThanMs: number, limit: number) {
    const beforeMs = nowMs - olderThanMs;
    const overdue = [...this.rows.values()]
      .filter(
        (row) =>
          row.state === 'open' &&
          this.endpoints.get(row.outbox.endpointId)?.endpoint.enabled === true &&
          (row.enqueuedAtMs === null && row.nextAttemptAtMs !== null
            ? row.nextAttemptAtMs <= nowMs
            : row.dueAtMs <= beforeMs && (row.enqueuedAtMs ?? 0) <= beforeMs),
      )
      .sort((a, b) => a.dueAtMs - b.dueAtMs)
      .slice(0, limit)
      .map(({ outbox, replays }) => ({ id: outbox.id, traceparent: outbox.traceparent, replays }));
    return Promise.resolve(overdue);
  }

  markEnqueued(ids: readonly string[], nowMs: number): Promise<void> {
    for (const id of ids) {
      const row = this.rows.get(id);
      if (row) row.enqueuedAtMs = nowMs;
    }
    return Promise.resolve();
  }

  reopen(tenant: string, id: string, nowMs: number): Promise<boolean> {
    const row = this.rows.get(id);
    if (row?.outbox.tenant !== tenant) return Promise.resolve(false);
    Object.assign(row, {
      state: 'open',
      closedAtMs: null,
      nextAttemptAtMs: nowMs,
      dueAtMs: nowMs,
      enqueuedAtMs: null,
      replays: row.replays + 1,
    });
    return Promise.resolve(true);
  }

  disableEndpoint(id: string, reason: string, nowMs: number): Promise<void> {
    const known = this.endpoints.get(id);
    if (!known?.endpoint.enabled) return Promise.resolve();
    known.endpoint = { ...known.endpoint, enabled: false, disabledReason: reason };
    for (const row of this.rows.values())
      if (row.outbox.endpointId === id && row.state === 'open') this.finish(row, 'cancelled', nowMs);
    return Promise.resolve();
  }

  listEndpoints(tenant: string): Promise<readonly WebhookEndpoint[]> {
    const listed = [...this.endpoints.values()]
      .filter(({ endpoint, removed }) => !removed && endpoint.tenant === tenant)
      .map(({ endpoint }) => endpoint)
      .sort((a, b) => a.createdAtMs - b.createdAtMs);
    return Promise.resolve(listed);
  }

  createEndpoint(endpoint: Omit<WebhookEndpoint, 'enabled' | 'disabledReason'>): Promise<void> {
    this.endpoints.set(endpoint.id, {
      endpoint: { ...endpoint, enabled: true, disabledReason: null },
      removed: false,
    });
    return Promise.resolve();
  }

  async removeEndpoint(tenant: string, id: string): Promise<boolean> {
    const known = this.endpoints.get(id);
    if (!known || known.removed || known.endpoint.tenant !== tenant) return false;
    await this.disableEndpoint(id, 'removed', known.endpoint.createdAtMs);
    known.removed = true;
    return true;
  }

  listDeliveries(
    tenant: string,
    filter: { readonly incidentId?: string; readonly state?: DeliveryState; readonly limit: number },
  ): Promise<readonly Delivery[]> {
    const listed = [...this.rows.values()]
      .filter(
        ({ outbox, state }) =>
          outbox.tenant === tenant &&
          (filter.incidentId === undefined || outbox.incidentId === filter.incidentId) &&
          (filter.state === undefined || state === filter.state),
      )
      .sort((a, b) => b.outbox.createdAtMs - a.outbox.createdAtMs)
      .slice(0, filter.limit)
      .map((row) => this.show(row));
    return Promise.resolve(listed);
  }

  private finish(row: Row, state: DeliveryState, closedAtMs: number): void {
    row.state = state;
    row.closedAtMs = closedAtMs;
    row.nextAttemptAtMs = null;
  }

  private show(row: Row): Delivery {
    return {
      ...row.outbox,
      state: row.state,
      endpointUrl: this.endpoints.get(row.outbox.endpointId)?.endpoint.url ?? '',
      attempts: row.attempts,
      replays: row.replays,
      nextAttemptAtMs: row.nextAttemptAtMs,
      closedAtMs: row.closedAtMs,
    };
  }
}
