import type { DeliveryAttempt, DeliveryStore, OutboxDelivery, WebhookEndpoint } from '../delivery-store';

export interface DeliveryStoreUnderTest {
  readonly store: DeliveryStore;
  /** Puts outbox rows in, as the transaction that changes an incident does. Endpoints exist already. */
  readonly insert: (deliveries: readonly OutboxDelivery[]) => Promise<void>;
}

const T0 = 1_770_000_000_000;
const MINUTE_MS = 60_000;
const uuid = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const INCIDENT = uuid(900_001);
const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const endpoint = (n = 1, tenant = 'default'): Omit<WebhookEndpoint, 'enabled' | 'disabledReason'> => ({
  id: uuid(500_000 + n),
  tenant,
  url: `https://hooks.example/${n}`,
  label: `endpoint ${n}`,
  secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  createdAtMs: T0 + n,
});

const delivery = (n: number, more: Partial<OutboxDelivery> = {}): OutboxDelivery => ({
  id: uuid(n),
  tenant: 'default',
  incidentId: INCIDENT,
  endpointId: endpoint().id,
  body: '{"type":"incident.opened","data":{"title":"größer als “vorher” "}}',
  createdAtMs: T0 + n,
  traceparent: TRACE,
  ...more,
});

const attempt = (number: number, more: Partial<DeliveryAttempt> = {}): DeliveryAttempt => ({
  number,
  startedAtMs: T0 + number * MINUTE_MS,
  durationMs: 120,
  status: 503,
  outcome: 'http-5xx',
  detail: 'down for maintenance',
  ...more,
});
const success = (number: number) => attempt(number, { status: 200, outcome: 'delivered', detail: 'ok' });

/**
 * The laws of {@link DeliveryStore}. `open` gives an empty store each time; incident rows need not exist, or `insert`
 * makes them.
 */
export function deliveryStoreConformance(name: string, open: () => Promise<DeliveryStoreUnderTest>): void {
  describe(`delivery store: ${name}`, () => {
    let store: DeliveryStore;
    let insert: DeliveryStoreUnderTest['insert'];
    beforeEach(async () => {
      ({ store, insert } = await open());
      await store.createEndpoint(endpoint());
    });
    const loaded = async (n: number) => (await store.load(uuid(n)))!.delivery;
    const overdue = async (nowMs: number, olderThanMs = MINUTE_MS, limit = 10) =>
      (await store.findOverdue(nowMs, olderThanMs, limit)).map(({ id }) => id);

    recordingLaws({ loaded, insert: (rows) => insert(rows), get: () => store });

    it('finds overdue rows: due and not enqueued for that long, longest due first, at most the limit', async () => {
      await insert([delivery(3), delivery(1), delivery(2)]);
      expect(await overdue(T0 + MINUTE_MS)).toEqual([]);
      expect(await overdue(T0 + MINUTE_MS + 2)).toEqual([uuid(1), uuid(2)]);
      expect(await overdue(T0 + 2 * MINUTE_MS, MINUTE_MS, 2)).toEqual([uuid(1), uuid(2)]);
      await store.markEnqueued([uuid(1), uuid(2)], T0 + 2 * MINUTE_MS);
      expect(await overdue(T0 + 3 * MINUTE_MS - 1)).toEqual([uuid(3)]);
      expect(await overdue(T0 + 3 * MINUTE_MS)).toEqual([uuid(1), uuid(2), uuid(3)]);
      const [first] = await store.findOverdue(T0 + 3 * MINUTE_MS, MINUTE_MS, 1);
      expect(first).toEqual({ id: uuid(1), traceparent: TRACE, replays: 0 });
    });

    it('counts a row that waits for its next attempt as overdue only from then on', async () => {
      await insert([delivery(1)]);
      await store.markEnqueued([uuid(1)], T0);
      await store.recordAttempt(uuid(1), attempt(1), { nextAttemptAtMs: T0 + 60 * MINUTE_MS });
      expect(await overdue(T0 + 60 * MINUTE_MS)).toEqual([]);
      expect(await overdue(T0 + 61 * MINUTE_MS)).toEqual([uuid(1)]);
    });

    it('never finds closed rows overdue', async () => {
      await insert([delivery(1), delivery(2), delivery(3)]);
      await store.recordAttempt(uuid(1), success(1), { state: 'delivered' });
      await store.recordAttempt(uuid(2), attempt(1), { state: 'failed' });
      await store.cancel(uuid(3), T0);
      expect(await overdue(T0 + 1_000 * MINUTE_MS)).toEqual([]);
    });

    it('reopens a closed row with its attempts, due at once', async () => {
      await insert([delivery(1)]);
      await store.markEnqueued([uuid(1)], T0 + 9 * MINUTE_MS);
      await store.recordAttempt(uuid(1), success(1), { state: 'delivered' });
      expect(await store.reopen('default', uuid(1), T0 + 10 * MINUTE_MS)).toBe(true);
      const row = await loaded(1);
      expect(row).toMatchObject({
        state: 'open',
        closedAtMs: null,
        nextAttemptAtMs: T0 + 10 * MINUTE_MS,
        attempts: [{ number: 1 }],
        replays: 1,
      });
      expect(await overdue(T0 + 10 * MINUTE_MS - 1)).toEqual([]);
      expect(await overdue(T0 + 10 * MINUTE_MS)).toEqual([uuid(1)]);
      expect(await store.findOverdue(T0 + 10 * MINUTE_MS, MINUTE_MS, 1)).toMatchObject([{ replays: 1 }]);
      await store.markEnqueued([uuid(1)], T0 + 10 * MINUTE_MS);
      expect(await overdue(T0 + 11 * MINUTE_MS - 1)).toEqual([]);
      expect(await overdue(T0 + 11 * MINUTE_MS)).toEqual([uuid(1)]);
      await store.recordAttempt(uuid(1), success(2), { state: 'delivered' });
      expect((await loaded(1)).attempts.map(({ number }) => number)).toEqual([1, 2]);
      expect((await loaded(1)).state).toBe('delivered');
    });

    it('makes an open row due at once that waits for its next attempt', async () => {
      await insert([delivery(1)]);
      await store.recordAttempt(uuid(1), attempt(1), { nextAttemptAtMs: T0 + 1_000 * MINUTE_MS });
      expect(await store.reopen('default', uuid(1), T0 + MINUTE_MS)).toBe(true);
      expect(await loaded(1)).toMatchObject({ state: 'open', nextAttemptAtMs: T0 + MINUTE_MS, replays: 1 });
      expect(await overdue(T0 + MINUTE_MS)).toEqual([uuid(1)]);
    });

    it('reopens nothing of another tenant and nothing unknown', async () => {
      await insert([delivery(1)]);
      await store.cancel(uuid(1), T0);
      expect(await store.reopen('other', uuid(1), T0)).toBe(false);
      expect(await store.reopen('default', uuid(77), T0)).toBe(false);
      expect((await loaded(1)).state).toBe('cancelled');
    });

    it('cancels what is open when an endpoint is switched off, keeps the first reason, touches no other', async () => {
      await store.createEndpoint(endpoint(2));
      await insert([delivery(1), delivery(2), delivery(3, { endpointId: endpoint(2).id })]);
      await store.recordAttempt(uuid(2), success(1), { state: 'delivered' });
      await store.disableEndpoint(endpoint().id, 'gone', T0 + MINUTE_MS);
      await store.disableEndpoint(endpoint().id, 'manual', T0 + 2 * MINUTE_MS);
      expect(await loaded(1)).toMatchObject({ state: 'cancelled', closedAtMs: T0 + MINUTE_MS });
      expect((await loaded(2)).state).toBe('delivered');
      expect((await loaded(3)).state).toBe('open');
      const listed = await store.listEndpoints('default');
      expect(listed.map(({ enabled, disabledReason }) => ({ enabled, disabledReason }))).toEqual([
        { enabled: false, disabledReason: 'gone' },
        { enabled: true, disabledReason: null },
      ]);
    });

    it('leaves a row of a switched-off endpoint to whoever loads it, not to the sweeper', async () => {
      await store.disableEndpoint(endpoint().id, 'gone', T0);
      await insert([delivery(1)]);
      expect((await store.load(uuid(1)))?.endpoint.enabled).toBe(false);
      expect(await overdue(T0 + 60 * MINUTE_MS)).toEqual([]);
      await store.cancel(uuid(1), T0 + MINUTE_MS);
      expect(await loaded(1)).toMatchObject({ state: 'cancelled', closedAtMs: T0 + MINUTE_MS });
    });

    endpointLaws(
      () => store,
      (rows) => insert(rows),
    );
  });
}

function recordingLaws(under: {
  loaded: (n: number) => Promise<Awaited<ReturnType<DeliveryStore['listDeliveries']>>[number]>;
  insert: DeliveryStoreUnderTest['insert'];
  get: () => DeliveryStore;
}): void {
  it('gives a delivery back byte for byte, with its endpoint', async () => {
    await under.insert([delivery(1), delivery(2, { traceparent: null })]);
    const found = await under.get().load(uuid(1));
    expect(found).toEqual({
      delivery: {
        ...delivery(1),
        state: 'open',
        replays: 0,
        endpointUrl: endpoint().url,
        attempts: [],
        nextAttemptAtMs: null,
        closedAtMs: null,
      },
      endpoint: { ...endpoint(), enabled: true, disabledReason: null },
    });
    expect((await under.loaded(2)).traceparent).toBeNull();
    expect(await under.get().load(uuid(3))).toBeNull();
  });

  it('records a failed attempt and when to try next', async () => {
    await under.insert([delivery(1)]);
    await under.get().recordAttempt(uuid(1), attempt(1), { nextAttemptAtMs: T0 + 5_000 });
    const noAnswer = attempt(2, { status: null, outcome: 'timeout' });
    await under.get().recordAttempt(uuid(1), noAnswer, { nextAttemptAtMs: T0 + 9_000 });
    expect(await under.loaded(1)).toMatchObject({
      state: 'open',
      attempts: [attempt(1), noAnswer],
      nextAttemptAtMs: T0 + 9_000,
      closedAtMs: null,
    });
  });

  it.each(['delivered', 'failed'] as const)('closes a row as %s at the end of the attempt', async (state) => {
    await under.insert([delivery(1)]);
    await under.get().recordAttempt(uuid(1), success(1), { state });
    expect(await under.loaded(1)).toMatchObject({
      state,
      nextAttemptAtMs: null,
      closedAtMs: success(1).startedAtMs + success(1).durationMs,
    });
  });

  it('lets the first record of an attempt number stand', async () => {
    await under.insert([delivery(1)]);
    await under.get().recordAttempt(uuid(1), attempt(1), { nextAttemptAtMs: T0 + 5_000 });
    await under.get().recordAttempt(uuid(1), success(1), { state: 'delivered' });
    expect(await under.loaded(1)).toMatchObject({
      state: 'open',
      attempts: [attempt(1)],
      nextAttemptAtMs: T0 + 5_000,
    });
  });

  it('keeps one attempt of many recorded at once under one number', async () => {
    await under.insert([delivery(1)]);
    await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        under.get().recordAttempt(uuid(1), attempt(1, { detail: `run ${index}` }), {
          nextAttemptAtMs: T0 + index,
        }),
      ),
    );
    const row = await under.loaded(1);
    expect(row.attempts).toHaveLength(1);
    expect(row.attempts[0]!.detail).toBe(`run ${row.nextAttemptAtMs! - T0}`);
  });

  it('does not open a closed row again by a late attempt', async () => {
    await under.insert([delivery(1)]);
    await under.get().recordAttempt(uuid(1), success(1), { state: 'delivered' });
    await under.get().recordAttempt(uuid(1), attempt(2), { nextAttemptAtMs: T0 + 5_000 });
    await under.get().cancel(uuid(1), T0);
    expect(await under.loaded(1)).toMatchObject({
      state: 'delivered',
      nextAttemptAtMs: null,
      closedAtMs: success(1).startedAtMs + success(1).durationMs,
    });
  });
}

function endpointLaws(get: () => DeliveryStore, insert: DeliveryStoreUnderTest['insert']): void {
  it('lists endpoints of one tenant, oldest first, with every secret', async () => {
    const two = {
      ...endpoint(2),
      secrets: [...endpoint().secrets, 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    };
    await get().createEndpoint(endpoint(3, 'other'));
    await get().createEndpoint(two);
    expect(await get().listEndpoints('default')).toEqual([
      { ...endpoint(), enabled: true, disabledReason: null },
      { ...two, enabled: true, disabledReason: null },
    ]);
  });

  it('removes an endpoint of its own tenant once; deliveries stay on record, open ones cancelled', async () => {
    await insert([delivery(1), delivery(2)]);
    await get().recordAttempt(uuid(2), success(1), { state: 'delivered' });
    expect(await get().removeEndpoint('other', endpoint().id)).toBe(false);
    expect(await get().removeEndpoint('default', endpoint().id)).toBe(true);
    expect(await get().removeEndpoint('default', endpoint().id)).toBe(false);
    expect(await get().listEndpoints('default')).toEqual([]);
    const kept = await get().listDeliveries('default', { limit: 10 });
    expect(kept.map(({ state, endpointUrl }) => ({ state, endpointUrl }))).toEqual([
      { state: 'delivered', endpointUrl: endpoint().url },
      { state: 'cancelled', endpointUrl: endpoint().url },
    ]);
    expect((await get().load(uuid(1)))?.endpoint.enabled).toBe(false);
  });

  it('lists deliveries of one tenant, newest first, by incident and state, at most the limit', async () => {
    const other = uuid(900_002);
    await get().createEndpoint(endpoint(9, 'other'));
    await insert([
      delivery(1),
      delivery(2, { incidentId: other }),
      delivery(3),
      delivery(4, { tenant: 'other', endpointId: endpoint(9, 'other').id, incidentId: uuid(900_003) }),
    ]);
    await get().recordAttempt(uuid(1), success(1), { state: 'delivered' });
    const ids = async (filter: Parameters<DeliveryStore['listDeliveries']>[1]) =>
      (await get().listDeliveries('default', filter)).map(({ id }) => id);
    expect(await ids({ limit: 10 })).toEqual([uuid(3), uuid(2), uuid(1)]);
    expect(await ids({ limit: 2 })).toEqual([uuid(3), uuid(2)]);
    expect(await ids({ incidentId: other, limit: 10 })).toEqual([uuid(2)]);
    expect(await ids({ state: 'delivered', limit: 10 })).toEqual([uuid(1)]);
  });
}
