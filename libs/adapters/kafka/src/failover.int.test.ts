import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafka } from '@oopstream/local-servers';
import type { LocalKafka } from '@oopstream/local-servers';
import { RetryableError, systemClock } from '@oopstream/ports';
import type { EventLogReader, EventLogWriter, LogRecord, Subscription } from '@oopstream/ports';
import { until } from '@oopstream/ports/conformance';
import { createLogger, noMetrics } from '@oopstream/runtime';
import type { Admin, ITopicMetadata } from 'kafkajs';
import { kafkaConfigSchema } from './config';
import { createKafkaClient } from './kafka-client';
import { openKafkaLog } from './open-kafka-log';

const KILLS = 5;
const TOPIC = 'failover';
const PARTITIONS = 3;
const HOSTS_PER_WRITER = 8;
const PADDING = 'x'.repeat(500);

/** Appends `host:0`, `host:1`, … one after the other until stopped; as a host would, it sends again what failed. */
async function runHost(writer: EventLogWriter, host: string, load: Load): Promise<void> {
  for (let step = 0; !load.isStopped; step += 1) {
    const id = `${host}:${step}`;
    const record = { key: host, value: Buffer.from(PADDING), headers: { id } };
    const startedAtMs = Date.now();
    for (let isDurable = false; !isDurable;) {
      try {
        await writer.append(TOPIC, [record]);
        isDurable = true;
      } catch (error) {
        if (!(error instanceof RetryableError)) throw error;
        load.failed.add(id);
      }
    }
    load.longestAppendMs = Math.max(load.longestAppendMs, Date.now() - startedAtMs);
    load.acknowledged.push(id);
  }
}

class Load {
  readonly acknowledged: string[] = [];
  /** Ids of appends that failed at least once: of these, and only these, a second copy is no surprise. */
  readonly failed = new Set<string>();
  longestAppendMs = 0;
  isStopped = false;

  async flows(records: number): Promise<void> {
    const before = this.acknowledged.length;
    await until(
      `${records} more records are acknowledged`,
      () => this.acknowledged.length > before + records,
      {
        deadlineMs: 40_000,
      },
    );
  }
}

async function partitionsOf(admin: Admin): Promise<ITopicMetadata['partitions']> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [TOPIC] });
  return topics[0]?.partitions ?? [];
}

async function killLeaderAndRestart(kafka: LocalKafka, admin: Admin, load: Load): Promise<void> {
  const leader = (await partitionsOf(admin)).find((partition) => partition.partitionId === 0)?.leader;
  const node = kafka.nodes.find((one) => one.id === leader);
  if (node === undefined) throw new Error(`no node ${leader}`);
  await node.kill();
  await load.flows(300);
  await node.restart();
  await until(
    'every replica is in sync again',
    () =>
      partitionsOf(admin).then(
        (partitions) => partitions.every((partition) => partition.isr.length === 3),
        () => false,
      ),
    { deadlineMs: 40_000, everyMs: 100 },
  );
}

/** Gathers what a group is given; goes on while brokers die. */
async function gather(reader: EventLogReader, group: string, records: LogRecord[]): Promise<Subscription> {
  return reader.subscribe({
    group,
    topics: [TOPIC],
    maxBatchRecords: 1_000,
    maxBatchBytes: 4_000_000,
    onBatch: (batch) => {
      records.push(...batch);
      return Promise.resolve();
    },
  });
}

const idOf = (record: LogRecord) => record.headers['id'] ?? '';

/** Ids of the records that the log holds more than once. */
function duplicatesIn(records: readonly LogRecord[]): readonly string[] {
  const seen = new Set<string>();
  return records.map(idOf).filter((id) => seen.has(id) || !seen.add(id));
}

/** Keys whose records, leaving out second copies, are not in the order in which they were appended. */
function keysOutOfOrder(records: readonly LogRecord[]): readonly string[] {
  const next = new Map<string, number>();
  const wrong = new Set<string>();
  for (const record of records) {
    const step = Number(idOf(record).split(':')[1]);
    const expected = next.get(record.key) ?? 0;
    if (step > expected) wrong.add(record.key);
    if (step === expected) next.set(record.key, expected + 1);
  }
  return [...wrong];
}

describe('the leader of a busy partition is killed and restarted, five times over', () => {
  const dir = mkdtempSync(join(tmpdir(), 'oopstream-failover-'));
  const logger = createLogger({ service: 'test', level: process.env['KAFKA_TEST_LOG'] ?? 'silent' });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('keeps every acknowledged record, in order, with no second copy that was not asked for', async () => {
    const kafka = await startKafka({ dir, nodes: 3 });
    const brokers = kafka.brokers.join(',');
    const config = kafkaConfigSchema.parse({ brokers, replicationFactor: '3', minInsyncReplicas: '2' });
    const open = () => openKafkaLog(config, { logger, metrics: noMetrics, clock: systemClock });
    const logs = [open(), open()] as const;
    const admin = createKafkaClient(config, logger).admin();
    const load = new Load();
    const subscriptions: Subscription[] = [];
    try {
      await admin.connect();
      const spec = { name: TOPIC, partitions: PARTITIONS, retentionMs: 86_400_000, maxRecordBytes: 100_000 };
      await logs[0].admin.migrate([{ ...spec, cleanup: 'delete' }]);
      const live: LogRecord[] = [];
      const subscription = await gather(logs[1].reader, 'live', live);
      subscriptions.push(subscription);
      const hosts = Promise.all(
        logs.flatMap((log, writer) =>
          Array.from({ length: HOSTS_PER_WRITER }, (_, host) =>
            runHost(log.writer, `host-${writer}-${host}`, load),
          ),
        ),
      );
      const killing = async () => {
        for (let kill = 0; kill < KILLS; kill += 1) {
          await load.flows(300);
          await killLeaderAndRestart(kafka, admin, load);
        }
      };
      // Hosts never end by themselves: they come first only when one of them fails.
      await Promise.race([killing(), hosts]);
      load.isStopped = true;
      await hosts;

      const positions = await logs[0].admin.positions(TOPIC, 'audit');
      const held = positions.reduce((sum, position) => sum + position.endOffset, 0);
      const records: LogRecord[] = [];
      const audit = await gather(logs[0].reader, 'audit', records);
      subscriptions.push(audit);
      await until('the log was read to its end', () => records.length >= held, { deadlineMs: 60_000 });

      const ids = new Set(records.map(idOf));
      const duplicates = duplicatesIn(records);
      logger.warn(
        {
          acknowledged: load.acknowledged.length,
          lost: load.acknowledged.filter((id) => !ids.has(id)).length,
          failed: load.failed.size,
          held,
          duplicates: duplicates.length,
          longestAppendMs: load.longestAppendMs,
        },
        'measured',
      );
      expect(load.acknowledged.length).toBeGreaterThan(KILLS * 600);
      expect(load.acknowledged.filter((id) => !ids.has(id))).toEqual([]);
      expect(duplicates.filter((id) => !load.failed.has(id))).toEqual([]);
      expect(keysOutOfOrder(records)).toEqual([]);

      const liveIds = () => new Set(live.map(idOf)).size;
      await until('the reader that lived through it has all', () => liveIds() === ids.size, {
        deadlineMs: 60_000,
      });
      expect(subscription.health().state).toBe('running');
    } finally {
      load.isStopped = true;
      await Promise.all(subscriptions.map((one) => one.close()));
      await admin.disconnect();
      await Promise.all(logs.map((log) => log.close()));
      await kafka.kill();
    }
  }, 240_000);
});
