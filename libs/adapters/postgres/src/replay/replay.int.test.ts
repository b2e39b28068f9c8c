import type { ReadAgain } from '@oopstream/ports';
import { SAMPLE_START_MS } from '@oopstream/core-incident/fakes';
import { storeDatabases } from '@oopstream/testkit';
import { createDecisionStore } from '../decisions/decision-store';
import { createIncidentActions } from '../incident-actions';
import { createIncidentQueries } from '../index';
import { loadEpisodes } from '../queries/load-episodes';
import type { PostgresPool } from '../pool';
import { createAlgorithmStore } from './algorithm-store';
import { NOW_MS, createReplayBench, groupingOf, miscounted } from './replay-bench';

const databases = storeDatabases();
afterEach(() => databases.dropAll());

/** Version 1 sees `f` (split by version 2), `twin_a` and `twin_b` (merged by it) and `g` (the same). */
async function fill({ settle }: ReturnType<typeof createReplayBench>): Promise<void> {
  for (let n = 0; n < 4; n++) await settle(n, [{ bug: 'f', verdict: 'null-pointer' }]);
  for (let n = 4; n < 6; n++) await settle(n, [{ bug: 'f', offset: 32, fatal: true }]);
  for (let n = 6; n < 9; n++) await settle(n, [{ bug: 'twin_a' }]);
  for (let n = 9; n < 11; n++) await settle(n, [{ bug: 'twin_b', kernelRelease: '6.1.0-21-amd64' }]);
  for (let n = 11; n < 13; n++) await settle(n, [{ bug: 'g' }]);
  await settle(13, [{ bug: 'f', damage: 'torn' }], { transcript: { hostId: 'host-9' } });
}

async function filled(): Promise<{ pool: PostgresPool; bench: ReturnType<typeof createReplayBench> }> {
  const pool = await databases.open();
  const bench = createReplayBench(pool);
  await fill(bench);
  return { pool, bench };
}

const placesOf = async (pool: PostgresPool): Promise<Record<string, number[]>> => {
  const { rows } = await pool.query<{ title: string; numbers: number[] }>(
    `SELECT c.title, array_agg(DISTINCT i.number ORDER BY i.number) AS numbers FROM oopstream.crash c
     JOIN oopstream.incident i ON i.id = c.incident_id WHERE NOT c.held GROUP BY 1 ORDER BY 1`,
  );
  const places: Record<string, number[]> = {};
  for (const { title, numbers } of rows) places[title.split(' ')[0] ?? ''] = numbers.map(Number);
  return places;
};

/** Crashes of each incident's episodes. */
const episodesOf = async (pool: PostgresPool): Promise<Record<number, number[]>> => {
  const { rows } = await pool.query<{ id: string; number: number; crashes: number }>(
    'SELECT id, number, crashes FROM oopstream.incident ORDER BY number',
  );
  const counts: Record<number, number[]> = {};
  for (const { id, number, crashes } of rows) {
    const episodes = await loadEpisodes(pool, 'default', id);
    counts[number] = episodes.map((episode) => episode.crashes);
    expect(episodes.reduce((sum, episode) => sum + episode.crashes, 0)).toBe(crashes);
  }
  return counts;
};

describe('a replay through another algorithm', () => {
  it('tells what would be split, merged and renamed, and changes nothing', async () => {
    const { pool, bench } = await filled();
    const before = await groupingOf(pool);
    const { diff } = await bench.replay(2);
    expect(diff).toMatchObject({
      crashes: 14,
      moved: 4,
      split: { count: 1, examples: [{ from: { number: 1, crashes: 6 } }] },
      merged: { count: 1, examples: [{ into: { number: 2 }, from: [{ crashes: 3 }, { crashes: 2 }] }] },
      renamed: { count: 1, examples: [{ number: 2, after: 'twin+16 page_fault from entry_of_twin' }] },
      alerts: { opened: { count: 1 }, notOpened: { count: 1, examples: [{ number: 3 }] } },
    });
    expect(diff?.split.examples[0]?.into.map(({ number, crashes }) => [number, crashes])).toEqual([
      [1, 4],
      [null, 2],
    ]);
    expect(await groupingOf(pool)).toEqual(before);
  });

  it('switches over: crashes, keys and counts go together, and a second run changes nothing', async () => {
    const { pool, bench } = await filled();
    const id = await bench.switchOver(2);
    expect(await bench.store.find('default', id)).toMatchObject({ state: 'switched', reason: null });
    expect(await miscounted(pool)).toEqual([]);
    expect(await placesOf(pool)).toMatchObject({
      'f+16': [1],
      'f_at_32+32': [6],
      'twin+16': [2],
      'g+16': [4],
    });
    const { rows } = await pool.query('SELECT number FROM oopstream.incident WHERE merged_into IS NOT NULL');
    expect(rows).toEqual([{ number: 3 }]);
    expect(await createAlgorithmStore(pool).activeVersions(['default'], 2)).toEqual(
      new Map([['default', 2]]),
    );
    expect((await bench.replay(2)).diff).toMatchObject({ moved: 0, signedAnew: 0, renamed: { count: 0 } });
    const { rows: alerts } = await pool.query('SELECT FROM oopstream.delivery');
    expect(alerts).toEqual([]);
  });

  it('a copy that comes after the switch is the same crash, though its key has another version', async () => {
    const { pool, bench } = await filled();
    const copy = { bug: 'g', bootId: 'aaaa' };
    await bench.settle(40, [copy]);
    await bench.switchOver(2);
    await bench.settle(44, [copy], {}, bench.tools.algorithms.find(2));
    const { rows } = await pool.query(
      `SELECT count(*) AS crashes, max(copies) AS copies FROM (SELECT crash_id, count(*) AS copies
       FROM oopstream.reading_crash WHERE valid_to IS NULL GROUP BY 1) shown
       JOIN oopstream.crash c USING (crash_id) WHERE c.boot_id = 'aaaa'`,
    );
    expect(rows).toEqual([{ crashes: 1, copies: 2 }]);
    expect(await miscounted(pool)).toEqual([]);
  });

  it('an instruction seen under both versions is one variant', async () => {
    const { pool, bench } = await filled();
    await bench.switchOver(2);
    await bench.settle(44, [{ bug: 'g' }], {}, bench.tools.algorithms.find(2));
    const { rows } = await pool.query<{ id: string }>('SELECT id FROM oopstream.incident WHERE number = 4');
    const trend = { bucket: 'day' as const, fromMs: 0, toMs: NOW_MS };
    const options = { maxRows: 10, maxHistory: 10, trend };
    const facets = await createIncidentQueries(pool).facetsOfIncident('default', rows[0]?.id ?? '', options);
    expect(facets.variants).toMatchObject([{ exactKey: 'v2:exact:g+16', crashes: 3 }]);
  });

  it('rolls back to exactly what was', async () => {
    const { pool, bench } = await filled();
    const before = await groupingOf(pool);
    const id = await bench.switchOver(2);
    expect(await groupingOf(pool)).not.toEqual(before);
    expect(await bench.act(id, 'roll-back')).toMatchObject({ state: 'rolled-back', reason: null });
    const after = await groupingOf(pool);
    expect(await miscounted(pool)).toEqual([]);
    expect({ ...after, incidents: [] }).toEqual({ ...before, incidents: [] });
    const { rows } = await pool.query<{ number: number }>(
      'SELECT number FROM oopstream.incident WHERE merged_into IS NULL ORDER BY number',
    );
    expect(rows.map((row) => row.number)).toEqual([1, 2, 3, 4, 5]);
    expect(await createAlgorithmStore(pool).activeVersions(['default'], 2)).toEqual(
      new Map([['default', 1]]),
    );
  });

  it('episodes take along the crashes that were counted to them, and give them back', async () => {
    const { pool, bench } = await filled();
    const by = { actor: 'token:ann', note: null, traceparent: null, release: null };
    await createIncidentActions(pool).resolve('default', 'OOPS-1', { ...by, atMs: SAMPLE_START_MS + 15_000 });
    await bench.settle(20, [{ bug: 'f' }]);
    await bench.settle(21, [{ bug: 'f', offset: 32 }], { receivedAtMs: NOW_MS + 1_000 });
    const before = { 1: [6, 2] };
    expect(await episodesOf(pool)).toMatchObject(before);
    const id = await bench.switchOver(2);
    expect(await episodesOf(pool)).toMatchObject({ 1: [4, 1], 6: [3] });
    await bench.act(id, 'roll-back');
    expect(await episodesOf(pool)).toMatchObject(before);
  });

  it('puts what came after the switch where its likes had been, when it is rolled back', async () => {
    const { pool, bench } = await filled();
    const id = await bench.switchOver(2);
    const later = await signedBy2(bench, 20, { bug: 'f', offset: 32 });
    expect((await placesOf(pool))['f_at_32+32']).toEqual([6]);
    await bench.act(id, 'roll-back');
    expect(later).toBe(true);
    expect(await miscounted(pool)).toEqual([]);
    expect((await placesOf(pool))['f+32']).toEqual([1]);
  });

  it('goes on where a killed step began, and takes in what arrived meanwhile', async () => {
    const { pool, bench } = await filled();
    const id = await bench.plan(2);
    const { engine, tools } = bench;
    await engine.step(tools);
    await engine.step(tools);
    const killed = new Error('killed');
    let reads = 0;
    const broken = {
      ...tools,
      hash: (text: string) => text,
      nowMs: () => {
        reads += 1;
        throw killed;
      },
    };
    await expect(engine.step(broken)).rejects.toThrow();
    expect(reads).toBeGreaterThan(0);
    await bench.settle(30, [{ bug: 'f', offset: 32 }], { receivedAtMs: Date.UTC(2026, 0, 1) });
    await bench.settle(31, [{ bug: 'new_one' }]);
    await bench.settle(33, [{ bug: 'f' }]);
    expect(await bench.runSteps(id)).toMatchObject({ state: 'diffed' });
    await bench.settle(32, [{ bug: 'f', offset: 32 }]);
    await bench.act(id, 'approve');
    expect(await bench.act(id, 'switch')).toMatchObject({ state: 'switched', detail: null });
    expect(await miscounted(pool)).toEqual([]);
    const places = await placesOf(pool);
    expect(places['f_at_32+32']).toHaveLength(1);
    expect(places['f+16']).toEqual([1]);
    expect((await bench.replay(2)).diff).toMatchObject({ moved: 0, signedAnew: 0 });
  });
});

describe('alike stacks', () => {
  it('that joined on arrival join in the shadow: nothing would move', async () => {
    const pool = await databases.open();
    const bench = createReplayBench(pool);
    // Another build inlined the innermost function.
    await bench.settle(1, [{ bug: 'frob_find', callers: ['frob_get', 'frob_fault', 'frob_map'] }]);
    const inlined = { bug: 'frob_get', callers: ['frob_fault', 'frob_map'] };
    await bench.settle(2, [{ ...inlined, kernelRelease: '6.1.0-47-amd64' }]);
    const { rows } = await pool.query<{ n: number }>('SELECT count(*) AS n FROM oopstream.incident');
    expect(rows).toEqual([{ n: 1 }]);
    const { id, diff } = await bench.replay(1);
    expect(diff).toMatchObject({ crashes: 2, moved: 0, incidentsAfter: 1 });
    const { rows: keys } = await pool.query(
      'SELECT reason FROM oopstream.shadow_key WHERE run_id = $1 ORDER BY reason',
      [id],
    );
    expect(keys).toEqual([{ reason: 'new' }, { reason: 'similar' }]);
  });
});

describe('people and replays', () => {
  const act = { atMs: NOW_MS, actor: 'token:bob', note: null, traceparent: null };

  it('what people merged, split off and pinned survives a replay, and the next one too', async () => {
    const { pool, bench } = await filled();
    const people = createDecisionStore(pool);
    const { rows } = await pool.query<{ id: string }>(
      `SELECT crash_id AS id FROM oopstream.crash WHERE group_key = 'v1:twin_a' ORDER BY crash_id LIMIT 1`,
    );
    const decided = [
      await people.merge('default', 'OOPS-4', 'OOPS-1', act),
      await people.pinCrash('default', rows[0]!.id, 'OOPS-1', act),
    ];
    expect(decided.map(({ kind }) => kind)).toEqual(['decided', 'decided']);
    await bench.switchOver(2);
    expect(await miscounted(pool)).toEqual([]);
    const places = await placesOf(pool);
    // Version 2 would split the first: it was put together by a person as it was.
    expect([places['f+16'], places['f_at_32+32'], places['g+16']]).toEqual([[1], [1], [1]]);
    expect(places['twin+16']).toEqual([1, 2]);
    expect((await bench.replay(2)).diff).toMatchObject({ moved: 0 });
  });

  it('keys that a person split off stay apart though the algorithm takes them together', async () => {
    const pool = await databases.open();
    const bench = createReplayBench(pool);
    for (let n = 0; n < 3; n++) await bench.settle(n, [{ bug: 'twin_a' }]);
    for (let n = 3; n < 5; n++) await bench.settle(n, [{ bug: 'twin_b' }]);
    await bench.settle(5, [{ bug: 'g' }]);
    const people = createDecisionStore(pool);
    await people.merge('default', 'OOPS-2', 'OOPS-1', act);
    const names = { groupKeys: ['v1:twin_b'], crashIds: [], into: null };
    expect(await people.split('default', 'OOPS-1', names, act)).toMatchObject({ kind: 'decided' });
    await bench.switchOver(2);
    expect(await miscounted(pool)).toEqual([]);
    const { rows } = await pool.query<{ crashes: number }>(
      `SELECT crashes FROM oopstream.incident WHERE merged_into IS NULL AND crashes > 0 ORDER BY crashes DESC`,
    );
    expect(rows.map((row) => row.crashes)).toEqual([3, 2, 1]);
    expect((await bench.replay(2)).diff).toMatchObject({ moved: 0 });
  });

  it('a switch over is not taken back over what people decided since', async () => {
    const { pool, bench } = await filled();
    const id = await bench.switchOver(2);
    await createDecisionStore(pool).merge('default', 'OOPS-4', 'OOPS-1', act);
    const before = await groupingOf(pool);
    expect(await bench.act(id, 'roll-back')).toMatchObject({
      state: 'switched',
      reason: 'acted-since',
      detail: 'OOPS-1',
    });
    expect(await groupingOf(pool)).toEqual(before);
  });

  it('a part of a tenant is replayed by itself: who has crashes outside it stays', async () => {
    const { pool, bench } = await filled();
    const { id, diff } = await bench.replay(1, { release: '6.1.0-21-amd64' });
    expect(diff).toMatchObject({ crashes: 2, moved: 0, signedAnew: 0 });
    await bench.act(id, 'approve');
    expect(await bench.act(id, 'switch')).toMatchObject({ state: 'switched' });
    expect(await miscounted(pool)).toEqual([]);
  });

  it('is refused where it would change more than was set, and fails where it is too large', async () => {
    const { pool } = await filled();
    const limits = { chunkCrashes: 3, maxShadowCrashes: 1_000, maxSwitchCrashes: 2, keepMs: 1 };
    const narrow = createReplayBench(pool, { limits });
    const id = await narrow.switchOver(2);
    expect(await narrow.store.find('default', id)).toMatchObject({
      state: 'approved',
      reason: 'switch-too-large',
    });
    await narrow.act(id, 'cancel');
    const tiny = createReplayBench(pool, { limits: { ...limits, maxShadowCrashes: 5 } });
    const failed = (await tiny.replay(2)).id;
    expect(await tiny.store.find('default', failed)).toMatchObject({
      state: 'failed',
      reason: 'replay-too-large',
    });
  });

  it('reads bodies anew where the reader changed, and signs what is stored where they are gone', async () => {
    const { pool, bench } = await filled();
    const { rows } = await pool.query<{ id: string; reading: ReadAgain }>(
      `SELECT transcript_id AS id, reading->'reading' AS reading FROM oopstream.reading WHERE group_key = 'v1:g'`,
    );
    const [kept] = rows;
    const newer = createReplayBench(pool, {
      readerVersion: 2,
      readBodies: (_tenant, asked) =>
        Promise.resolve(
          new Map(
            asked.map(({ transcriptId }) => [
              transcriptId,
              transcriptId === kept?.id
                ? new Map([[0, { ...kept.reading, fault: { ...kept.reading.fault!, function: 'h' } }]])
                : null,
            ]),
          ),
        ),
    });
    const { id } = await newer.replay(1);
    expect(await bench.store.find('default', id)).toMatchObject({ bodiesRead: 1, bodiesMissing: 13 });
    await newer.act(id, 'approve');
    await newer.act(id, 'switch');
    expect(await miscounted(pool)).toEqual([]);
    expect(Object.keys(await placesOf(pool))).toContain('h+16');
  });
});

/** As dedup would, once the tenant is on version 2. */
async function signedBy2(
  bench: ReturnType<typeof createReplayBench>,
  n: number,
  reading: { bug: string; offset: number },
): Promise<boolean> {
  const algorithm = bench.tools.algorithms.find(2);
  if (algorithm === undefined) return false;
  await bench.settle(n, [reading], {}, algorithm);
  return true;
}
