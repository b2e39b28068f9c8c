import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafka } from '@oopstream/local-servers';
import type { KafkaNode } from '@oopstream/local-servers';
import { systemClock } from '@oopstream/ports';
import type { LogRecord } from '@oopstream/ports';
import { until } from '@oopstream/ports/conformance';
import { createLogger, noMetrics } from '@oopstream/runtime';
import { kafkaConfigSchema } from './config';
import { createKafkaClient } from './kafka-client';
import { openKafkaLog } from './open-kafka-log';
import type { KafkaLog } from './open-kafka-log';

const logger = createLogger({ service: 'test', level: process.env['KAFKA_TEST_LOG'] ?? 'silent' });
const record = (value: string) => ({ key: 'a', value: Buffer.from(value), headers: {} });

describe('one broker that comes and goes', () => {
  const dir = mkdtempSync(join(tmpdir(), 'oopstream-outage-'));
  const logs: KafkaLog[] = [];
  const counted: string[] = [];
  let node: KafkaNode;
  let brokers = '';

  beforeAll(async () => {
    const kafka = await startKafka({ dir, nodes: 1 });
    [node] = kafka.nodes as [KafkaNode];
    brokers = kafka.brokers.join(',');
  }, 120_000);
  afterAll(async () => {
    await Promise.all(logs.map((log) => log.close()));
    await node.kill();
    rmSync(dir, { recursive: true, force: true });
  }, 60_000);

  const config = (more: Record<string, string> = {}) =>
    kafkaConfigSchema.parse({ brokers, heartbeatIntervalMs: '300', sessionTimeoutMs: '6000', ...more });
  const open = (more: Record<string, string> = {}) => {
    const metrics = { ...noMetrics, count: (name: string) => void counted.push(name) };
    const log = openKafkaLog(config(more), { logger, metrics, clock: systemClock });
    logs.push(log);
    return log;
  };
  const topic = async (log: KafkaLog, name: string) => {
    const limits = { retentionMs: 86_400_000, maxRecordBytes: 100_000 };
    await log.admin.migrate([{ name, partitions: 1, cleanup: 'delete', ...limits }]);
    return name;
  };
  const read = (log: KafkaLog, group: string, name: string, records: LogRecord[]) =>
    log.reader.subscribe({
      group,
      topics: [name],
      maxBatchRecords: 2,
      maxBatchBytes: 1_000_000,
      onBatch: (batch) => {
        records.push(...batch);
        return Promise.resolve();
      },
    });

  it('refuses at once when its queue is full, gives up at the deadline, and goes on when the broker is back', async () => {
    const patient = open({ maxPendingRecords: '3' });
    const hasty = open({ appendTimeoutMs: '1500' });
    const name = await topic(patient, 'outage.append');
    for (const log of [patient, hasty]) await log.writer.append(name, [record('before')]);
    await node.kill();
    const waiting = ['1', '2', '3'].map((value) => patient.writer.append(name, [record(value)]));
    const startedAtMs = Date.now();
    await expect(patient.writer.append(name, [record('4')])).rejects.toMatchObject({
      reason: 'log-unavailable',
      retryAfterMs: 1_000,
    });
    expect(Date.now() - startedAtMs).toBeLessThan(500);
    await expect(hasty.writer.append(name, [record('late')])).rejects.toMatchObject({
      reason: 'log-unavailable',
    });
    expect(Date.now() - startedAtMs).toBeLessThan(5_000);
    await node.restart();
    await Promise.all(waiting);
    await hasty.writer.append(name, [record('after')]);
    const records: LogRecord[] = [];
    const subscription = await read(patient, 'outage.append', name, records);
    await until('all came', () => records.some((one) => String(one.value) === 'after'));
    await subscription.close();
    const values = records.map((one) => String(one.value));
    expect(values.filter((value) => /^\d$/.test(value))).toEqual(['1', '2', '3']);
  }, 90_000);

  it('says that a reader has lost the log, and reads on when it is back', async () => {
    const log = open();
    const name = await topic(log, 'outage.read');
    const records: LogRecord[] = [];
    await log.writer.append(name, [record('1')]);
    const subscription = await read(log, 'outage.read', name, records);
    await until('the first record came', () => records.length === 1);
    await node.kill();
    const lost = await until('it says so', () => {
      const health = subscription.health();
      return health.state === 'recovering' && health;
    });
    expect(lost).toMatchObject({ assignedPartitions: 0, lastError: expect.any(String) });
    await node.restart();
    await log.writer.append(name, [record('2')]);
    await until('the second record came', () => records.some((one) => String(one.value) === '2'), {
      deadlineMs: 40_000,
    });
    expect(subscription.health()).toMatchObject({ state: 'running', assignedPartitions: 1, offsetResets: 0 });
    await subscription.close();
  }, 90_000);

  it('can be closed while the broker is away', async () => {
    const log = open({ appendTimeoutMs: '1000' });
    const name = await topic(log, 'outage.close');
    const subscription = await read(log, 'outage.close', name, []);
    await until('it runs', () => subscription.health().state === 'running');
    await node.kill();
    await subscription.close();
    expect(subscription.health().state).toBe('closed');
    await node.restart();
  }, 60_000);

  it('counts it when retention overtook a group, and reads on from the earliest record', async () => {
    const log = open();
    const name = await topic(log, 'outage.retention');
    const append = (values: readonly number[]) =>
      log.writer.append(
        name,
        values.map((value) => record(String(value))),
      );
    await append([0, 1, 2]);
    const before: LogRecord[] = [];
    const first = await read(log, 'outage.retention', name, before);
    await until('three came', () => before.length === 3);
    await first.close();
    await append([3, 4, 5, 6, 7]);
    const admin = createKafkaClient(config(), logger).admin();
    await admin.connect();
    // This loads the metadata that deleting needs.
    await admin.fetchTopicOffsets(name);
    await admin.deleteTopicRecords({ topic: name, partitions: [{ partition: 0, offset: '6' }] });
    await admin.disconnect();
    const after: LogRecord[] = [];
    const second = await read(log, 'outage.retention', name, after);
    await until('the last came', () => after.some((one) => one.offset === 7), { deadlineMs: 30_000 });
    expect(after.map((one) => one.offset)).toEqual([6, 7]);
    expect(second.health().offsetResets).toBe(1);
    expect(counted.filter((metric) => metric === 'oopstream_log_offset_resets').length).toBe(1);
    await second.close();
  }, 60_000);
});
