import type { Receipt } from '@oopstream/core-incident';
import { createSeededRandom } from '@oopstream/fleet-simulator';
import type { SeededRandom } from '@oopstream/fleet-simulator';
import { RetryableError } from '@oopstream/ports';
import type { ReplayRun } from '@oopstream/ports';
import { storeDatabases } from '@oopstream/testkit';
import type { PostgresPool } from '../pool';
import { decideSomething, settleSome, shuffledFleet, worldTools } from '../../test/random-world';
import { createReplayBench } from './replay-bench';
import { decidedOf, dumpOf, partitionOf, placesOf, wrongOf } from './replay-laws';

const databases = storeDatabases(4);
afterEach(() => databases.dropAll());

const WORKING = ['planned', 'running', 'switching', 'rolling-back'];

type Bench = ReturnType<typeof createReplayBench>;
interface World {
  readonly pool: PostgresPool;
  readonly random: SeededRandom;
  readonly bench: Bench;
  readonly left: Receipt[];
  readonly inForce: string[];
  died: number;
}

async function openWorld(seed: number, fleetSeed = seed): Promise<World> {
  const pool = await databases.open();
  const random = createSeededRandom(seed);
  const bench = createReplayBench(pool, worldTools(random));
  return { pool, random, bench, left: shuffledFleet(seed, fleetSeed), inForce: [], died: 0 };
}

/** Takes in a share of what is left, with decisions of people in between. */
async function live(world: World, share: number, decisions = 0.5): Promise<void> {
  const { pool, random, left, inForce } = world;
  const rest = Math.floor(left.length * (1 - share));
  while (left.length > rest) {
    await settleSome(pool, left.splice(0, Math.min(1 + random.below(20), left.length - rest)));
    if (random.chance(decisions)) await decideSomething(pool, random, inForce);
  }
}

/** One step, whose connection is cut off somewhere on its way. */
async function dyingStep({ pool, random, bench }: World): Promise<boolean> {
  const step = bench.engine.step(bench.tools).then(
    () => false,
    (error: unknown) => {
      if (!(error instanceof RetryableError)) throw error;
      return true;
    },
  );
  for (let wait = random.below(40); wait > 0; wait -= 1) await pool.query('SELECT 1');
  await pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL`);
  return step;
}

/** Steps until people have to say something. */
async function runTo(
  world: World,
  id: string,
  options: { readonly kills?: number; readonly meanwhile?: () => Promise<void> } = {},
): Promise<ReplayRun> {
  const { bench, random } = world;
  for (;;) {
    const run = await bench.store.find('default', id);
    if (run === null) throw new Error(`there is no replay ${id}`);
    if (!WORKING.includes(run.state)) return run;
    if (!random.chance(options.kills ?? 0)) await bench.engine.step(bench.tools);
    else if (await dyingStep(world)) world.died += 1;
    await options.meanwhile?.();
  }
}

async function ask({ bench }: World, id: string, what: 'approve' | 'switch' | 'roll-back' | 'cancel') {
  const by = { actor: 'token:ann', atMs: bench.tools.nowMs() };
  expect(await bench.store.act('default', id, what, by)).toMatchObject({ kind: 'changed' });
}

async function switchOver(world: World, version: number, kills = 0): Promise<string> {
  const id = await world.bench.plan(version);
  expect(await runTo(world, id, { kills })).toMatchObject({ state: 'diffed' });
  await ask(world, id, 'approve');
  await ask(world, id, 'switch');
  expect(await runTo(world, id, { kills })).toMatchObject({ state: 'switched', detail: null });
  return id;
}

/** A replay that finds everything in its place. */
async function expectSettled(world: World, version: number): Promise<void> {
  const id = await world.bench.plan(version);
  expect(await runTo(world, id)).toMatchObject({ state: 'diffed' });
  expect(await world.bench.store.diff('default', id)).toMatchObject({
    ...{ moved: 0, signedAnew: 0, split: { count: 0 }, merged: { count: 0 }, renamed: { count: 0 } },
  });
  await ask(world, id, 'cancel');
}

async function openedBy({ pool }: World, id: string): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    'SELECT incident_id AS id FROM oopstream.replay_incident WHERE run_id = $1 AND is_new',
    [id],
  );
  return rows.map((row) => row.id);
}

describe('replays of random fleets, with people in between', () => {
  it.each([1, 2, 3, 4, 5])(
    'keep what people said, end where a second one changes nothing, and are taken back to the byte: %i',
    async (seed) => {
      const world = await openWorld(seed);
      const { pool, random } = world;
      await live(world, 1);
      expect(await wrongOf(pool)).toEqual([]);
      const decided = await decidedOf(pool);
      const before = await dumpOf(pool);
      const version = 1 + (seed % 2);
      const id = await switchOver(world, version, 0.3);
      expect(await wrongOf(pool)).toEqual([]);
      expect(await placesOf(pool)).toMatchObject(decided);
      const after = await partitionOf(pool);
      await expectSettled(world, version);
      await ask(world, id, 'roll-back');
      expect(await runTo(world, id, { kills: 0.5 })).toMatchObject({ state: 'rolled-back', reason: null });
      expect(await wrongOf(pool)).toEqual([]);
      const back = await dumpOf(pool, await openedBy(world, id));
      for (const [name, rows] of Object.entries(back)) expect([name, rows]).toEqual([name, before[name]]);
      await switchOver(world, version, random.next());
      expect(await partitionOf(pool)).toEqual(after);
      expect(world.died).toBeGreaterThan(0);
    },
    60_000,
  );

  it.each([11, 12, 13, 16])(
    'go on while crashes come and people decide, and lose nothing when taken back: %i',
    async (seed) => {
      const world = await openWorld(seed);
      const { pool } = world;
      await live(world, 0.5);
      const id = await world.bench.plan(2);
      await runTo(world, id, { kills: 0.3, meanwhile: () => live(world, 0.1, 0.3) });
      await live(world, 0.3);
      await ask(world, id, 'approve');
      const decided = await decidedOf(pool);
      await ask(world, id, 'switch');
      expect(await runTo(world, id, { kills: 0.3 })).toMatchObject({ state: 'switched', detail: null });
      expect(await wrongOf(pool)).toEqual([]);
      expect(await placesOf(pool)).toMatchObject(decided);
      await live(world, 1, 0);
      expect(await wrongOf(pool)).toEqual([]);
      // Copies that came since may have shown that crashes are one, or spoken for one that nobody pinned.
      const places = Object.entries(await placesOf(pool));
      const kept = Object.fromEntries(places.filter(([what, place]) => decided[what] === place));
      await ask(world, id, 'roll-back');
      expect(await runTo(world, id, { kills: 0.3 })).toMatchObject({ state: 'rolled-back', reason: null });
      expect(await wrongOf(pool)).toEqual([]);
      expect(await placesOf(pool)).toMatchObject(kept);
      await switchOver(world, 2);
      expect(await wrongOf(pool)).toEqual([]);
      await expectSettled(world, 2);
    },
    60_000,
  );

  it.each([1, 2])(
    'find one grouping, in whatever order crashes came: fleet %i',
    async (fleetSeed) => {
      const partitions = [];
      for (const seed of [21, 22]) {
        const world = await openWorld(seed, fleetSeed);
        await live(world, 1, 0);
        await switchOver(world, 1);
        expect(await wrongOf(world.pool)).toEqual([]);
        partitions.push(await partitionOf(world.pool));
      }
      expect(partitions[1]).toEqual(partitions[0]);
    },
    60_000,
  );
});
