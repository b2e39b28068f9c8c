import { randomUUID } from 'node:crypto';
import { MemoryIncidents } from '../../libs/core/incident/dist/fakes/index.js';
import {
  DEFAULT_FLEET,
  readDelivery,
  scoreFleet,
  settleReceipts,
  simulateFleet,
} from '../../libs/fleet-simulator/dist/index.js';

const SEEDS = [1, 2, 3];
const BATCH = 100;

/** What simulated fleets' crashes become, against what is true of them. */
export async function benchIncidents() {
  const seeds = (process.env.OOPSTREAM_BENCH_SEEDS ?? SEEDS.join(',')).split(',').map(Number);
  for (const seed of seeds) report(seed);
}

function report(seed) {
  const fleet = simulateFleet({ ...DEFAULT_FLEET, seed });
  let startedAt = performance.now();
  const receipts = fleet.deliveries.map((delivery) => readDelivery(delivery));
  const readingMs = performance.now() - startedAt;
  const store = new MemoryIncidents();
  startedAt = performance.now();
  const settled = settleReceipts(store, receipts, {
    batchSize: BATCH,
    newId: () => randomUUID(),
    clock: () => performance.now(),
  });
  const score = scoreFleet(fleet, receipts, settled, store.crashes);
  const { grouping, matching } = score;
  const line = (name, text) => process.stdout.write(`  ${name.padEnd(20)} ${text}\n`);
  process.stdout.write(
    `seed ${seed}: ${fleet.hosts.length} hosts, ${fleet.failures.length} failures of ${score.bugsSeen} bugs, ${receipts.length} texts\n`,
  );
  line(
    'grouping (pairs)',
    `precision ${grouping.precision.toFixed(4)}  recall ${grouping.recall.toFixed(4)}  F1 ${grouping.f1.toFixed(4)}  ${grouping.f1 >= 0.98 ? 'reached' : 'MISSED'} (at least 0.98), ${score.incidents} incidents`,
  );
  line(
    'one crash',
    `${matching.exact} of ${matching.failures} failures exactly one crash; split ${matching.split.length}, fused ${matching.fused.length}, held ${matching.held}; crashes ${matching.crashes}`,
  );
  line('read', `${score.unread} failures unread, ${score.strayReadings} stray readings`);
  line(
    'throughput',
    `${((receipts.length / readingMs) * 1000).toFixed(0)} texts/s read, ${((receipts.length / settled.spentMs) * 1000).toFixed(0)} texts/s decided`,
  );
}
