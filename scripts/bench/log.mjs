import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchKafkaLog, kafkaConfigSchema, openKafkaLog } from '../../libs/adapters/kafka/dist/index.js';
import { startKafka } from '../../libs/local-servers/dist/index.js';
import { systemClock } from '../../libs/ports/dist/index.js';
import { createLogger, noMetrics } from '../../libs/runtime/dist/index.js';
import { needForServers } from '../lib/prerequisites.mjs';
import { median } from './texts.mjs';

const ROUNDS = 3;
const VALUE_BYTES = 8_192;
/** The first is the reference: an append that waits for no company and finds none. */
const SHAPES = [
  { title: 'one append at a time', partitions: 1, records: 1_000, concurrency: 1 },
  { title: '256 at once, 1 partition', partitions: 1, records: 20_000, concurrency: 256 },
  { title: '256 at once, 8 partitions', partitions: 8, records: 20_000, concurrency: 256 },
];

/** Durable appends and reads a second through the Kafka adapter, on a broker of its own. */
export async function benchLog() {
  await needForServers();
  const dir = mkdtempSync(join(tmpdir(), 'oopstream-bench-'));
  const kafka = await startKafka({ dir, nodes: 1 });
  const log = openKafkaLog(kafkaConfigSchema.parse({ brokers: kafka.brokers.join(',') }), {
    logger: createLogger({ service: 'bench', level: 'error' }),
    metrics: noMetrics,
    clock: systemClock,
  });
  try {
    process.stdout.write(`records of ${VALUE_BYTES} bytes, median of ${ROUNDS}\n`);
    let reference;
    for (const { title, ...shape } of SHAPES) {
      const rounds = [];
      for (let round = 0; round < ROUNDS; round += 1)
        rounds.push(await benchKafkaLog(log, { ...shape, valueBytes: VALUE_BYTES }));
      const figure = (name) => median(rounds.map((result) => result[name]));
      reference ??= figure('appendedPerSecond');
      process.stdout.write(
        `${title.padEnd(26)} ${figure('appendedPerSecond')} appended/s (× ${(figure('appendedPerSecond') / reference).toFixed(1)}), ` +
          `${figure('appendCpuMicros')} µs CPU; ${figure('readPerSecond')} read/s, ${figure('readCpuMicros')} µs CPU\n`,
      );
    }
  } finally {
    await log.close();
    await kafka.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
