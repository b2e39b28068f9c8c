import type { ReplayState } from '@oopstream/core-incident';
import type { AlgorithmStore, NewReplay, ReplayRun, ReplayStore } from '../replay-store';

export interface ReplayStoreUnderTest {
  readonly replays: ReplayStore;
  readonly algorithms: AlgorithmStore;
  readonly newId: () => string;
  /** Sets the state, as whoever runs replays does. */
  setState(id: string, state: ReplayState): Promise<void>;
  /** Says what a tenant is signed by. */
  setVersion(tenant: string, version: number): Promise<void>;
}

const WHOLE = { sinceMs: null, untilMs: null, incidentId: null, release: null };
const BY = { actor: 'token:ann', atMs: Date.UTC(2026, 0, 2) };

/** What a store of replays promises to whoever asks for them. */
export function replayStoreConformance(name: string, open: () => Promise<ReplayStoreUnderTest>): void {
  describe(`replay store: ${name}`, () => {
    let store: ReplayStoreUnderTest;
    beforeEach(async () => {
      store = await open();
      await store.setVersion('default', 1);
    });
    const plan = async (more: Partial<NewReplay> = {}): Promise<ReplayRun> => {
      const planned = await store.replays.plan({
        ...{ id: store.newId(), tenant: 'default', range: WHOLE, toVersion: 2, readerVersion: 1 },
        ...{ createdAtMs: BY.atMs, createdBy: BY.actor },
        ...more,
      });
      if (planned.kind === 'busy') throw new Error(`busy with ${planned.id}`);
      return planned.run;
    };

    it('plans one replay of a tenant at a time', async () => {
      const first = await plan();
      expect(first).toMatchObject({
        state: 'planned',
        fromVersion: 1,
        toVersion: 2,
        crashesDone: 0,
        range: WHOLE,
      });
      await expect(plan()).rejects.toThrow(`busy with ${first.id}`);
      await plan({ tenant: 'other' });
      await store.replays.act('default', first.id, 'cancel', BY);
      const second = await plan();
      expect((await store.replays.list('default', 10)).map((run) => run.id)).toEqual([second.id, first.id]);
      expect(await store.replays.list('default', 1)).toHaveLength(1);
    });

    it('keeps the range, and shows a tenant its own alone', async () => {
      const range = { sinceMs: 1_000, untilMs: 2_000, incidentId: store.newId(), release: '6.1.0' };
      const { id } = await plan({ range });
      expect(await store.replays.find('default', id)).toMatchObject({ range });
      expect(await store.replays.find('other', id)).toBeNull();
      expect(await store.replays.find('default', 'no-uuid')).toBeNull();
      expect(await store.replays.diff('default', id)).toBeNull();
      expect(await store.replays.act('other', id, 'cancel', BY)).toEqual({ kind: 'unknown' });
    });

    it('lets nothing be asked out of order', async () => {
      const { id } = await plan();
      const { replays } = store;
      expect(await replays.act('default', id, 'approve', BY)).toEqual({ kind: 'illegal', state: 'planned' });
      await store.setState(id, 'diffed');
      expect(await replays.act('default', id, 'switch', BY)).toEqual({ kind: 'illegal', state: 'diffed' });
      expect(await replays.act('default', id, 'approve', BY)).toMatchObject({ run: { state: 'approved' } });
      expect(await replays.act('default', id, 'switch', BY)).toMatchObject({ run: { state: 'switching' } });
      expect(await replays.act('default', id, 'cancel', BY)).toEqual({ kind: 'illegal', state: 'switching' });
      await store.setState(id, 'switched');
      expect(await replays.act('default', id, 'roll-back', BY)).toMatchObject({
        run: { state: 'rolling-back' },
      });
    });

    it('takes over to another algorithm only a tenant as a whole', async () => {
      const part = await plan({ range: { ...WHOLE, release: '6.1.0' } });
      await store.setState(part.id, 'approved');
      expect(await store.replays.act('default', part.id, 'switch', BY)).toEqual({ kind: 'partial' });
      await store.replays.act('default', part.id, 'cancel', BY);
      const same = await plan({ range: { ...WHOLE, release: '6.1.0' }, toVersion: 1 });
      await store.setState(same.id, 'approved');
      expect(await store.replays.act('default', same.id, 'switch', BY)).toMatchObject({ kind: 'changed' });
    });

    it('signs a tenant without incidents by the newest algorithm, and stays with what was decided', async () => {
      expect(await store.algorithms.activeVersions(['default', 'fresh'], 3)).toEqual(
        new Map([
          ['default', 1],
          ['fresh', 3],
        ]),
      );
      expect(await store.algorithms.activeVersions(['fresh'], 4)).toEqual(new Map([['fresh', 3]]));
    });
  });
}
