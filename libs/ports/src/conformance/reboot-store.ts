import type { RebootCrash, RebootState } from '@oopstream/core-fleet';
import type { CensusStore, Heartbeat } from '../census-store';
import type { DueReboot, RebootStore } from '../reboot-store';

export interface RebootStoreUnderTest {
  readonly store: RebootStore;
  /** Records reboots in {@link store}. */
  readonly census: CensusStore;
  /** A fatal crash of a host of tenant `default`. */
  readonly addCrash: (hostId: string, crash: RebootCrash) => Promise<void>;
  readonly addEndpoint: (tenant: string, id: string) => Promise<void>;
  /** What waits to be delivered. */
  readonly deliveries: () => Promise<readonly string[]>;
}

const MINUTE_MS = 60_000;
const NOW_MS = Date.UTC(2026, 10, 23);
const LIMITS = { maxGapMs: 3_600_000, lateMs: 86_400_000, maxAgeMs: 30 * 86_400_000, maxAheadMs: 0 };
const EVERY = { state: null, hostId: null, release: null, sinceMs: null, untilMs: null };
const CRASH = 'c0000000-0000-4000-8000-000000000001';
const DELIVERY = 'd0000000-0000-4000-8000-000000000001';

/** Back again so many minutes ago, after a boot that broke off. */
const back = (hostId: string, minutes: number, more: Partial<Heartbeat> = {}): Heartbeat => ({
  hostId,
  atMs: NOW_MS - minutes * MINUTE_MS,
  bootedMs: NOW_MS - (minutes + 1) * MINUTE_MS,
  build: { release: 'b', flavour: '', model: '' },
  name: `${hostId}.example`,
  bios: null,
  livepatches: [],
  bootId: `new-${hostId}`,
  uptimeSeconds: 60,
  kdumpReady: null,
  labels: {},
  lastBoot: { bootId: `old-${hostId}`, release: 'a', shutdown: 'dirty' },
  ...more,
});

/** Laws of every store of dirty reboots. @param open a new, empty one. */
export function rebootStoreConformance(name: string, open: () => Promise<RebootStoreUnderTest>): void {
  describe(`reboot store: ${name}`, () => {
    let bench: RebootStoreUnderTest;
    beforeEach(async () => (bench = await open()));
    const record = (heartbeats: readonly Heartbeat[], tenant = 'default') =>
      bench.census.record(tenant, heartbeats, LIMITS, NOW_MS);
    const list = async (filter: object = {}, limit = 100) =>
      (await bench.store.list('default', { ...EVERY, ...filter }, limit, null)).items;
    /** Settles all that is due as given, and says what was. */
    const settle = async (
      state: RebootState,
      checkAtMs: number | null = null,
      nowMs = NOW_MS,
      limit = 100,
    ): Promise<readonly DueReboot[]> => {
      let seen: readonly DueReboot[] = [];
      await bench.store.settle(nowMs, limit, 0, (due) => {
        seen = due;
        const crashId = state === 'explained' ? CRASH : null;
        return {
          verdicts: due.map(({ reboot: { id } }) => ({ id, state, crashId, checkAtMs })),
          deliveries: [],
        };
      });
      return seen;
    };

    it('records each boot that broke off once, with what is known of it', async () => {
      await record([back('h1', 30, { bootId: 'old-h1', bootedMs: null, lastBoot: null })]);
      await record([back('h1', 10), back('h1', 5)]);
      await record([back('h1', 10)]);
      expect(await list()).toEqual([
        {
          id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
          tenant: 'default',
          hostId: 'h1',
          hostName: 'h1.example',
          bootId: 'old-h1',
          release: 'a',
          aliveAtMs: NOW_MS - 30 * MINUTE_MS,
          backAtMs: NOW_MS - 11 * MINUTE_MS,
          recordedAtMs: NOW_MS,
          state: 'waiting',
          crashId: null,
          settledAtMs: null,
        },
      ]);
    });

    it('records none for a clean shutdown, nor where the host does not say', async () => {
      const clean = { bootId: 'old', release: null, shutdown: 'clean' } as const;
      await record([back('h1', 10, { lastBoot: clean }), back('h2', 10, { lastBoot: null })]);
      expect(await list()).toEqual([]);
    });

    it('hands over what is due, once, and again when its time or a crash comes', async () => {
      await record([back('h1', 10), back('h2', 9)]);
      const laterMs = NOW_MS + MINUTE_MS;
      expect(await settle('waiting', laterMs)).toHaveLength(2);
      expect(await settle('open')).toEqual([]);
      expect(await settle('open', null, laterMs)).toHaveLength(2);
      expect(await settle('open', null, laterMs)).toEqual([]);
      await bench.census.recordEnds([{ tenant: 'default', hostId: 'h1', atMs: null }]);
      expect((await settle('explained')).map(({ reboot }) => reboot.hostId)).toEqual(['h1']);
      await bench.census.recordEnds([{ tenant: 'default', hostId: 'h1', atMs: null }]);
      expect(await settle('open')).toEqual([]);
      expect(await list({ state: 'explained' })).toMatchObject([
        { hostId: 'h1', crashId: CRASH, settledAtMs: NOW_MS },
      ]);
    });

    it('takes a few at a time, the longest due first', async () => {
      for (const hostId of ['h1', 'h2', 'h3']) await record([back(hostId, 10)]);
      expect(await settle('open', null, NOW_MS, 2)).toHaveLength(2);
      expect(await settle('open', null, NOW_MS, 2)).toHaveLength(1);
    });

    it('shows the fatal crashes of the host', async () => {
      await record([back('h1', 10)]);
      const crash = {
        id: CRASH,
        bootId: 'old-h1',
        occurredAtMs: NOW_MS - 12 * MINUTE_MS,
        receivedAtMs: NOW_MS - 5 * MINUTE_MS,
      };
      await bench.addCrash('h1', crash);
      await bench.addCrash('h2', { ...crash, id: 'c0000000-0000-4000-8000-000000000002' });
      const [due] = await settle('explained');
      expect(due!.crashes).toMatchObject([crash]);
    });

    it('counts what turned, and keeps whom to tell with it', async () => {
      await bench.addEndpoint('default', 'e1');
      await bench.addEndpoint('other', 'e2');
      await record([back('h1', 10), back('h2', 10)]);
      const swept = await bench.store.settle(NOW_MS, 100, 0, (due, endpoints) => {
        expect(endpoints).toContainEqual({ tenant: 'default', id: 'e1' });
        const [one, two] = due.map(({ reboot: { id } }) => id);
        return {
          verdicts: [
            { id: one!, state: 'open', crashId: null, checkAtMs: null },
            { id: two!, state: 'explained', crashId: CRASH, checkAtMs: null },
          ],
          deliveries: [
            {
              ...{ id: DELIVERY, tenant: 'default', incidentId: one!, endpointId: 'e1', body: '{}' },
              ...{ createdAtMs: NOW_MS, traceparent: null },
            },
          ],
        };
      });
      expect(swept).toEqual({ due: 2, opened: 1, explained: 1 });
      expect(await bench.deliveries()).toEqual([DELIVERY]);
    });

    it('lists the newest first, filtered and page by page, of one tenant', async () => {
      await record([back('h1', 30), back('h2', 20), back('h3', 10)]);
      await record([back('h4', 10)], 'other');
      const first = await bench.store.list('default', EVERY, 2, null);
      expect(first.items.map(({ hostId }) => hostId)).toEqual(['h3', 'h2']);
      const second = await bench.store.list('default', EVERY, 2, first.next);
      expect([second.items.map(({ hostId }) => hostId), second.next]).toEqual([['h1'], null]);
      const times = { sinceMs: NOW_MS - 21 * MINUTE_MS, untilMs: NOW_MS - 11 * MINUTE_MS };
      expect((await list(times)).map(({ hostId }) => hostId)).toEqual(['h2']);
      expect(await list({ hostId: 'h1', release: 'a', state: 'waiting' })).toHaveLength(1);
      expect(await list({ release: 'b' })).toEqual([]);
    });

    it('counts open ones by the release that broke off, and forgets old ones', async () => {
      const other = { bootId: 'o', release: 'z', shutdown: 'dirty' } as const;
      await record([back('h1', 30), back('h2', 20), back('h3', 20, { lastBoot: other })]);
      const window = { sinceMs: NOW_MS - 60 * MINUTE_MS, untilMs: NOW_MS };
      expect(await bench.store.countOpen('default', window)).toEqual([]);
      await settle('open');
      const rows = [
        { release: 'a', reboots: 2, hosts: 2 },
        { release: 'z', reboots: 1, hosts: 1 },
      ];
      expect(await bench.store.countOpen('default', window)).toEqual(rows);
      expect(await bench.store.countOpen('other', window)).toEqual([]);
      expect(await bench.store.forget(NOW_MS - 25 * MINUTE_MS)).toBe(1);
      expect(await list()).toHaveLength(2);
    });
  });
}
