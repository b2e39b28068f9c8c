import { hash, randomUUID } from 'node:crypto';
import {
  DEFAULT_JOINING,
  DEFAULT_JOIN_CANDIDATES,
  decideBatch,
  formatIncidentNumber,
} from '@oopstream/core-incident';
import type { Receipt } from '@oopstream/core-incident';
import { ALGORITHMS, createAlgorithms } from '@oopstream/core-signature';
import type { Algorithm } from '@oopstream/core-signature';
import { createSeededRandom, DEFAULT_FLEET, readDelivery, simulateFleet } from '@oopstream/fleet-simulator';
import type { SeededRandom } from '@oopstream/fleet-simulator';
import type { DecisionResult, ReplayTools } from '@oopstream/ports';
import { createDecisionStore } from '../src/decisions/decision-store';
import { createIncidentActions } from '../src/incident-actions';
import { createIncidentStore } from '../src/incident-store';
import type { PostgresPool } from '../src/pool';
import { createAlgorithmStore } from '../src/replay/algorithm-store';

export const WORLD_NOW_MS = Date.UTC(2026, 6, 1);
const T = 'default';

const sha = (text: string): string => hash('sha256', text);
const first = ALGORITHMS.find(1);
if (first === undefined) throw new Error('version 1 is known for ever');

/** Splits the bugs of some functions by offset, takes those of others together, calls others otherwise, leaves the rest. */
const SECOND: Algorithm = {
  version: 2,
  sign: (reading, hashText) => {
    const was = first.sign(reading, hashText);
    const way = Number.parseInt(sha(was.blamed ?? '').slice(0, 2), 16) % 4;
    const text = [
      was.groupText,
      `${was.groupText}@${reading.fault?.offset ?? ''}`,
      `${was.family} ${(was.blamed ?? '').slice(0, 1)}`,
      was.groupText,
    ][way];
    const keyed = (part: string): string => `v2:${hashText(`${part}${text ?? ''}`).slice(0, 32)}`;
    const renamed = way === 3 ? { title: `${was.title} (again)`, exactKey: keyed('exact') } : {};
    const again = (key: string): string => key.replace('v1:', 'v2:');
    return {
      ...was,
      ...{ algorithmVersion: 2, groupText: text ?? was.groupText },
      ...{ exactKey: again(was.exactKey), looseKey: again(was.looseKey) },
      groupKey: way === 1 || way === 2 ? keyed('group') : again(was.groupKey),
      ...renamed,
    };
  },
};
export const TWO_VERSIONS = createAlgorithms([first, SECOND]);

/** @returns some two hundred receipts of a simulated fleet, in the order of the seed and with a tenth of them twice */
export function shuffledFleet(seed: number, fleetSeed = seed): Receipt[] {
  const fleet = simulateFleet({
    ...DEFAULT_FLEET,
    ...{ seed: fleetSeed, hosts: 45, days: 40, bugs: 16, perKiloHostDay: 22, stormHosts: 10, badHosts: 1 },
  });
  const random = createSeededRandom(seed);
  const receipts = fleet.deliveries.map(readDelivery);
  const twice = receipts.filter(() => random.chance(0.1));
  const again = twice.map((receipt, n) =>
    random.chance(0.5)
      ? receipt
      : { ...receipt, receiptId: `again-${n}`, source: { partition: 1, offset: 50_000 + n } },
  );
  return [...receipts, ...again]
    .map((receipt) => ({ receipt, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ receipt }) => receipt);
}

/** Tools of replays, with chunks of a random size. */
export function worldTools(random: SeededRandom): ReplayTools {
  return {
    algorithms: TWO_VERSIONS,
    hash: sha,
    readerVersion: 1,
    readBodies: () => Promise.resolve(new Map()),
    newId: () => randomUUID(),
    nowMs: () => WORLD_NOW_MS,
    joining: { settings: DEFAULT_JOINING, candidates: DEFAULT_JOIN_CANDIDATES },
    limits: {
      chunkCrashes: 5 + random.below(60),
      maxShadowCrashes: 10_000,
      maxSwitchCrashes: 10_000,
      keepMs: 1e9,
    },
  };
}

/** Takes receipts in as dedup does, a random number at a time. */
export async function settleSome(pool: PostgresPool, receipts: readonly Receipt[]): Promise<void> {
  if (receipts.length === 0) return;
  const active = await createAlgorithmStore(pool).activeVersions([T], 1);
  const algorithm = TWO_VERSIONS.find(active.get(T) ?? 1);
  const signed = receipts.map((receipt): Receipt => {
    const { content } = receipt;
    if (content.kind !== 'read' || algorithm === undefined) return receipt;
    const readings = content.readings.map((one) => ({
      ...one,
      signature: algorithm.sign(one.reading, sha),
    }));
    return { ...receipt, content: { ...content, readings } };
  });
  const options = { nowMs: WORLD_NOW_MS, retentionMs: WORLD_NOW_MS };
  const batch = await createIncidentStore(pool).openBatch(signed, options);
  try {
    const { plan } = decideBatch(signed, batch.state, { newId: () => randomUUID(), nowMs: WORLD_NOW_MS });
    await batch.commit(plan, { publications: [], deliveries: [] });
  } finally {
    await batch.release();
  }
}

const by = { atMs: WORLD_NOW_MS, actor: 'token:ann', note: null, traceparent: null };

/** Something that a person may do to incidents, refused or not. @param inForce decisions that were not undone */
export async function decideSomething(
  pool: PostgresPool,
  random: SeededRandom,
  inForce: string[],
): Promise<void> {
  const people = createDecisionStore(pool);
  const { rows } = await pool.query<{ number: number; id: string }>(
    'SELECT number, id FROM oopstream.incident WHERE merged_into IS NULL AND NOT holding ORDER BY number',
  );
  if (rows.length < 2) return;
  const [from, into] = [random.pick(rows), random.pick(rows)];
  const [a, b] = [formatIncidentNumber(from.number), formatIncidentNumber(into.number)];
  const name = async (text: string): Promise<string> => {
    const found = await pool.query<{ name: string }>(text, [from.id]);
    return found.rows.length === 0 ? 'none' : random.pick(found.rows).name;
  };
  const key = await name(
    'SELECT group_key AS name FROM oopstream.incident_key WHERE incident_id = $1 ORDER BY 1',
  );
  const id = await name('SELECT crash_id AS name FROM oopstream.crash WHERE incident_id = $1 ORDER BY 1');
  const splitInto = random.chance(0.5) ? b : null;
  const ways: (() => Promise<DecisionResult | null>)[] = [
    () => people.merge(T, a, b, by),
    () => people.merge(T, a, b, by),
    () => people.split(T, a, { groupKeys: [key], crashIds: [], into: splitInto }, by),
    () => people.split(T, a, { groupKeys: [], crashIds: [id], into: splitInto }, by),
    () => people.pinCrash(T, id, b, by),
    () => people.unpinCrash(T, id, by),
    () => people.pinKey(T, key, b, by),
    () => people.unpinKey(T, key, by),
    () => people.undo(T, inForce.at(-1) ?? randomUUID(), by),
    async () => {
      await createIncidentActions(pool).resolve(T, a, { ...by, release: null });
      return null;
    },
  ];
  const result = await random.pick(ways)();
  if (result?.kind !== 'decided') return;
  const { undoes, id: made } = result.decision;
  if (undoes === null) inForce.push(made);
  else inForce.splice(inForce.indexOf(undoes), 1);
}
