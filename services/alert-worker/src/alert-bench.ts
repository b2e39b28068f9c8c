import { alertJob as jobOf } from '@oopstream/contracts';
import type { AlertJob } from '@oopstream/contracts';
import type { OutboxDelivery, WebhookRequest, WebhookResult } from '@oopstream/ports';
import { MemoryDeliveryStore, MemoryJobQueue } from '@oopstream/ports/fakes';
import { createLogger, noMetrics } from '@oopstream/runtime';
import type { AlertConfig } from './config';
import { alertConfigSchema } from './config';
import type { AlertWorkerDeps } from './deps';

export const DELIVERY_ID = '0192e4a0-0000-7000-8000-000000000001';
export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
export const ENDPOINT_ID = 'endpoint-1';
const START_MS = Date.UTC(2026, 0, 1);

/** An alert worker's dependencies on fakes, for tests: a clock that only moves when told, a receiver that answers as told. */
export interface AlertBench {
  readonly deps: AlertWorkerDeps;
  readonly deliveries: MemoryDeliveryStore;
  readonly queue: MemoryJobQueue<AlertJob>;
  readonly sent: readonly WebhookRequest[];
  /** Sums of counters: `oopstream_delivery_attempts{delivered}`. */
  readonly counts: ReadonlyMap<string, number>;
  /** What the receiver says, in turn; the last for ever. At first 200 for ever. */
  answerWith(...outcomes: readonly Partial<WebhookResult>[]): void;
  advance(byMs: number): void;
  nowMs(): number;
  delivery(): Promise<NonNullable<Awaited<ReturnType<MemoryDeliveryStore['load']>>>['delivery']>;
}

export const outboxRow = (more: Partial<OutboxDelivery> = {}): OutboxDelivery => ({
  id: DELIVERY_ID,
  tenant: 'default',
  incidentId: '0192e4a0-0000-7000-8000-00000000000a',
  endpointId: ENDPOINT_ID,
  body: '{"type":"incident.opened"}',
  createdAtMs: START_MS,
  traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01`,
  ...more,
});

export const alertJob = (id = DELIVERY_ID, replays = 0) => ({
  ...jobOf({ id, traceparent: null, replays }),
  delayMs: 0,
});

/** With one endpoint and one open delivery to it. */
export async function createAlertBench(settings: Partial<AlertConfig> = {}): Promise<AlertBench> {
  let nowMs = START_MS;
  const sent: WebhookRequest[] = [];
  const counts = new Map<string, number>();
  let answers: readonly Partial<WebhookResult>[] = [{}];
  const deliveries = new MemoryDeliveryStore();
  await deliveries.createEndpoint({
    id: ENDPOINT_ID,
    tenant: 'default',
    url: 'https://hooks.example/secret-path',
    label: 'pager',
    secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    createdAtMs: START_MS,
  });
  deliveries.insert([outboxRow()]);
  const queue = new MemoryJobQueue<AlertJob>();
  const deps: AlertWorkerDeps = {
    config: { ...alertConfigSchema.parse({}), sweepIntervalMs: 20, ...settings },
    deliveries,
    queue,
    source: queue,
    sender: {
      send(request) {
        sent.push(request);
        const answer = answers[Math.min(sent.length, answers.length) - 1];
        nowMs += 100;
        return Promise.resolve({
          outcome: 'delivered',
          status: 200,
          retryAfterMs: null,
          detail: 'ok',
          ...answer,
        });
      },
      close: () => Promise.resolve(),
    },
    logger: createLogger({ service: 'test', level: 'silent' }),
    metrics: {
      ...noMetrics,
      count: (name, value, labels) => {
        const key = `${name}{${Object.values(labels).join(',')}}`;
        counts.set(key, (counts.get(key) ?? 0) + value);
      },
    },
    clock: { nowMs: () => nowMs },
    random: () => 0,
  };
  return {
    ...{ deps, deliveries, queue, sent, counts },
    answerWith: (...outcomes) => (answers = outcomes),
    advance: (byMs) => (nowMs += byMs),
    nowMs: () => nowMs,
    delivery: async () => (await deliveries.load(DELIVERY_ID))!.delivery,
  };
}
