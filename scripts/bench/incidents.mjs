import { randomUUID } from 'node:crypto';
import { MemoryIncidents } from '../../libs/core/incident/dist/fakes/index.js';
import {
  DEFAULT_FLEET,
  FixingPeople,
  LifeSweep,
  followLinks,
  readDelivery,
  scoreFleet,
  scoreLives,
  scoreRegressions,
  settleReceipts,
  shownFailures,
  simulateFleet,
} from '../../libs/fleet-simulator/dist/index.js';

const SEEDS = [1, 2, 3];
const BATCH = 40;
const AIM_F1 = 0.98;

/** What simulated fleets' crashes become, against what is true of them. */
export async function benchIncidents() {
  const seeds = (process.env.OOPSTREAM_BENCH_SEEDS ?? SEEDS.join(',')).split(',').map(Number);
  for (const seed of seeds) report(seed);
}

function report(seed) {
  const fleet = simulateFleet({ ...DEFAULT_FLEET, seed });
  const startedAt = performance.now();
  const receipts = fleet.deliveries.map((delivery) => readDelivery(delivery));
  const readingMs = performance.now() - startedAt;
  const { score, settled } = settle(fleet, receipts, {});
  const { matching } = score;
  const line = (name, text) => process.stdout.write(`  ${name.padEnd(22)} ${text}\n`);
  process.stdout.write(
    `seed ${seed}: ${fleet.hosts.length} hosts, ${fleet.failures.length} failures of ${score.bugsSeen} bugs, ${receipts.length} texts\n`,
  );
  line(
    'grouping',
    `${spellPairs(score)}  ${score.grouping.f1 >= AIM_F1 ? 'reached' : 'MISSED'} (F1 at least ${AIM_F1})`,
  );
  line(
    'one crash',
    `${matching.exact} of ${matching.failures} failures are exactly one crash (${((100 * matching.exact) / matching.failures).toFixed(1)} %); split ${matching.split.length}, fused ${matching.fused.length}, held ${matching.held}`,
  );
  const resolved = settle(fleet, receipts, { resolving: true });
  line('grouping, resolving', spellPairs(resolved.score));
  line('regressions', `${spellRegressions(resolved.run, true)}, where an incident is one bug`);
  line('', `${spellRegressions(resolved.run, false)}, of all`);
  line('lives', spellLives(settle(fleet, receipts, { sweeping: true })));
  line('lives, resolving', spellLives(settle(fleet, receipts, { resolving: true, sweeping: true })));
  line('read', `${score.unread} failures unread, ${score.strayReadings} stray readings`);
  const rate = (ms) => ((receipts.length / ms) * 1000).toFixed(0);
  line('throughput', `${rate(readingMs)} texts/s read, ${rate(settled.spentMs)} texts/s decided in memory`);
}

function spellPairs({ grouping, incidents }) {
  const { precision, recall, f1 } = grouping;
  return `precision ${precision.toFixed(4)}  recall ${recall.toFixed(4)}  F1 ${f1.toFixed(4)}, ${incidents} incidents`;
}

function spellRegressions(run, grouped) {
  const { precision, recall, expected, told, wrong, missed } = scoreRegressions(run, { grouped });
  const names = (what, list) => (list.length === 0 ? '' : `; ${what} ${list.slice(0, 5).join(' ')}`);
  return `precision ${precision.toFixed(3)}  recall ${recall.toFixed(3)} (${expected} came back, ${told} told${names('wrong', wrong)}${names('missed', missed)})`;
}

function spellLives({ lives }) {
  const { storms, stormsSeen, escalations, flapping, obsoleted, obsoletedAlive, misnumbered, laterEpisodes } =
    lives;
  return `${stormsSeen} of ${storms} storms seen; ${escalations} escalations, ${flapping.length} without a cause; ${obsoleted} given up, ${obsoletedAlive.length} of them failed again; ${laterEpisodes} came back, ${misnumbered.length} with wrong episodes`;
}

/**
 * @param resolving people resolve what is fixed, and enter fixes of branches as they come out
 * @param sweeping the life sweep runs each hour
 */
function settle(fleet, receipts, { resolving = false, sweeping = false }) {
  const store = new MemoryIncidents();
  const failureOf = new Map();
  const shown = shownFailures(fleet, receipts);
  const people = new FixingPeople(fleet, store, failureOf);
  const sweep = new LifeSweep(store, fleet.hosts.length);
  const settled = settleReceipts(store, receipts, {
    batchSize: BATCH,
    newId: () => randomUUID(),
    clock: () => performance.now(),
    before: (nowMs, links) => {
      if (sweeping) sweep.sweepUntil(nowMs);
      if (!resolving) return;
      followLinks(shown, links, failureOf);
      people.act(nowMs);
    },
  });
  followLinks(shown, settled.links, failureOf);
  const run = { fleet, people, plans: settled.plans, failureOf, crashes: store.crashes };
  const lives = scoreLives({
    ...{ failures: fleet.failures, failureOf, crashes: store.crashes, incidents: store.incidents },
    ...{ changes: sweep.changes, episodesOf: (id) => store.life.episodesOf(id) },
  });
  return { settled, run, lives, score: scoreFleet(fleet, receipts, settled, store.crashes) };
}
