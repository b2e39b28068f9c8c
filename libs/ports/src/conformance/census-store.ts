import type { SightingLimits } from '@oopstream/core-fleet';
import type { CensusStore, Heartbeat } from '../census-store';
import type { CensusCrash } from '../fakes/memory-census-store';

export interface CensusStoreUnderTest {
  readonly store: CensusStore;
  /** Also counts to its incident. */
  readonly addCrash: (crash: CensusCrash) => Promise<void>;
  /** The host sent a transcript. */
  readonly addTranscript: (tenant: string, hostId: string, atMs: number) => Promise<void>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.UTC(2026, 10, 20);
const NOW_MS = START_MS + 3 * DAY_MS;
const LIMITS: SightingLimits = {
  maxGapMs: 6 * HOUR_MS,
  lateMs: DAY_MS,
  maxAgeMs: 30 * DAY_MS,
  maxAheadMs: HOUR_MS,
};
const WINDOW = { sinceMs: START_MS, untilMs: NOW_MS };
const INCIDENT = '00000000-0000-7000-8000-000000000001';
const OTHER_INCIDENT = '00000000-0000-7000-8000-000000000002';

const heartbeat = (
  hostId: string,
  hours: number,
  release = '6.1.0-1-amd64',
  more: Partial<Heartbeat> = {},
): Heartbeat => ({
  hostId,
  atMs: START_MS + hours * HOUR_MS,
  build: { release, flavour: '', model: 'R640' },
  name: `${hostId}.example`,
  bios: '1.2',
  livepatches: ['lp_1'],
  bootId: '6b0f4f6e-9b3c-4a55-9d8e-3d3f0c9b6b11',
  uptimeSeconds: 12.5e6,
  kdumpReady: true,
  labels: { rack: 'r1 “ü”' },
  ...more,
});

/** Laws of every census store. @param open a new, empty one. */
export function censusStoreConformance(name: string, open: () => Promise<CensusStoreUnderTest>): void {
  describe(`census store: ${name}`, () => {
    let store: CensusStore;
    let addCrash: CensusStoreUnderTest['addCrash'];
    let addTranscript: CensusStoreUnderTest['addTranscript'];
    beforeEach(async () => ({ store, addCrash, addTranscript } = await open()));
    const record = (heartbeats: readonly Heartbeat[], tenant = 'default', limits = LIMITS) =>
      store.record(tenant, heartbeats, limits, NOW_MS);
    const exposed = async (window = WINDOW, releases: readonly string[] | null = null) =>
      (await store.exposure('default', window, LIMITS.maxGapMs, releases)).map(
        ({ release, aliveMs, hosts }) => [release, aliveMs / HOUR_MS, hosts],
      );
    const living = (more: { release?: string; model?: string; limit?: number } = {}) =>
      store.living('default', { release: null, model: null, seenAfterMs: START_MS, limit: 10, ...more });

    it('keeps of a host what its newest heartbeat said, whichever came last', async () => {
      const newest = heartbeat('h1', 5, 'b', { kdumpReady: false, livepatches: [], bios: null });
      await record([newest]);
      await record([heartbeat('h1', 4)]);
      expect(await store.findHost('default', 'h1')).toEqual({ ...newest, modules: [], downAtMs: null });
      expect(await store.findHost('default', 'h2')).toBeNull();
      expect(await store.findHost('other', 'h1')).toBeNull();
    });

    it('keeps the modules that a host named last, whoever says nothing of them', async () => {
      const modules = async () => (await store.findHost('default', 'h1'))?.modules;
      const says = (hours: number, names?: readonly string[] | null) =>
        heartbeat('h1', hours, 'a', names === undefined ? {} : { modules: names });
      await record([says(3, ['old']), says(5), says(4, ['zfs', 'spl'])]);
      expect(await modules()).toEqual(['zfs', 'spl']);
      await record([says(6), says(7, null)]);
      await record([says(2, ['late'])]);
      expect(await modules()).toEqual(['zfs', 'spl']);
      await record([says(8, [])]);
      expect(await modules()).toEqual([]);
    });

    it('counts host-days once: repeated, out of order, one by one or together', async () => {
      const all = [heartbeat('h1', 0), heartbeat('h1', 2, 'b'), heartbeat('h1', 5), heartbeat('h2', 1)];
      expect(await record([all[2]!])).toEqual(['recorded']);
      expect(await record([all[0]!, all[2]!])).toEqual(['recorded', 'repeated']);
      expect(await exposed()).toEqual([['6.1.0-1-amd64', 11, 1]]);
      expect(await record([all[3]!, all[1]!, all[1]!])).toEqual(['recorded', 'recorded', 'repeated']);
      const whole = [
        ['6.1.0-1-amd64', 2 + 6 + 6, 2],
        ['b', 3, 1],
      ];
      expect(await exposed()).toEqual(whole);
      expect(await record(all)).toEqual(all.map(() => 'repeated'));
      expect(await exposed()).toEqual(whole);
    });

    it('counts a host as alive behind its last sighting for the longest gap, as far as it lies in the window', async () => {
      await record([heartbeat('h1', 20), heartbeat('h2', 70)]);
      expect(await exposed()).toEqual([['6.1.0-1-amd64', 6 + 2, 2]]);
      const firstDay = { sinceMs: START_MS, untilMs: START_MS + DAY_MS };
      expect(await exposed(firstDay)).toEqual([['6.1.0-1-amd64', 4, 1]]);
      await record([heartbeat('h1', 25), heartbeat('h1', 30)]);
      expect(await exposed(firstDay)).toEqual([['6.1.0-1-amd64', 4, 1]]);
      expect(await exposed({ sinceMs: START_MS + DAY_MS, untilMs: START_MS + 2 * DAY_MS })).toEqual([
        ['6.1.0-1-amd64', 1 + 5 + 6, 1],
      ]);
      expect(await exposed({ sinceMs: START_MS - 2 * DAY_MS, untilMs: START_MS })).toEqual([]);
    });

    it('tells releases apart, and finds those that are asked for', async () => {
      await record([heartbeat('h1', 0, 'a'), heartbeat('h2', 0, 'b'), heartbeat('h3', 0, 'b')]);
      expect(await exposed()).toEqual([
        ['b', 12, 2],
        ['a', 6, 1],
      ]);
      expect(await exposed(WINDOW, ['a', 'z'])).toEqual([['a', 6, 1]]);
      expect(await exposed(WINDOW, [])).toEqual([]);
    });

    it('refuses what cannot be counted exactly, and leaves nothing of it', async () => {
      const ahead = heartbeat('h1', 3 * 24 + 2);
      const ancient = heartbeat('h1', -31 * 24);
      expect(await record([ahead, ancient])).toEqual(['in-future', 'too-late']);
      expect(await store.findHost('default', 'h1')).toBeNull();
      expect(await living()).toMatchObject({ hosts: 0, rows: [] });
      // More than lateMs before the newest: whoever would be its neighbour may be forgotten.
      await record([heartbeat('h1', 10), heartbeat('h1', 12), heartbeat('h1', 40)]);
      expect(await record([heartbeat('h1', 15.5)])).toEqual(['too-late']);
      expect(await record([heartbeat('h1', 16.5, 'b')])).toEqual(['recorded']);
      expect(await exposed()).toEqual([
        ['6.1.0-1-amd64', 2 + 4.5 + 6, 1],
        ['b', 6, 1],
      ]);
    });

    it('keeps the host-days of a long life, whatever it forgets of single sightings', async () => {
      for (let hours = 0; hours < 72; hours += 3) await record([heartbeat('h1', hours)]);
      expect(await exposed()).toEqual([['6.1.0-1-amd64', 72, 1]]);
    });

    it('shows living hosts by what they run, most common first, and how many more there are', async () => {
      await record([
        heartbeat('h1', 1, 'a'),
        heartbeat('h2', 1, 'a', { kdumpReady: false }),
        heartbeat('h3', 1, 'a', { kdumpReady: null }),
        heartbeat('h4', 1, 'b', { build: { release: 'b', flavour: 'rt', model: '' } }),
        heartbeat('h5', -1, 'a'),
      ]);
      const a = { release: 'a', flavour: '', model: 'R640', hosts: 3, kdumpReady: 1, kdumpNotReady: 1 };
      const b = { release: 'b', flavour: 'rt', model: '', hosts: 1, kdumpReady: 1, kdumpNotReady: 0 };
      expect(await living()).toEqual({ hosts: 4, kdumpReady: 2, kdumpNotReady: 1, rows: [a, b] });
      expect(await living({ limit: 1 })).toEqual({ hosts: 4, kdumpReady: 2, kdumpNotReady: 1, rows: [a] });
      expect(await living({ release: 'b' })).toMatchObject({ hosts: 1, rows: [b] });
      expect(await living({ model: 'R640' })).toMatchObject({ hosts: 3, rows: [a] });
    });

    it('counts crashes where the census knows the host on that release, and the others apart', async () => {
      await record([heartbeat('h1', 0, 'a'), heartbeat('h2', 0, 'a'), heartbeat('h2', 9, 'b')]);
      const crash = (hostId: string, release: string, hours: number, more: Partial<CensusCrash> = {}) =>
        addCrash({
          tenant: 'default',
          incidentId: INCIDENT,
          hostId,
          release,
          fatal: true,
          atMs: START_MS + hours * HOUR_MS,
          ...more,
        });
      await crash('h1', 'a', 3);
      await crash('h1', 'a', 4);
      await crash('h2', 'a', 5, { incidentId: OTHER_INCIDENT });
      await crash('h2', 'a', 6, { fatal: false });
      await crash('h3', 'a', 7);
      await crash('h2', 'b', 10);
      await crash('h1', 'a', 80);
      await crash('h1', 'a', 3, { tenant: 'other' });
      const a = {
        release: 'a',
        fatal: 3,
        fatalHosts: 2,
        survived: 1,
        survivedHosts: 1,
        fatalOutside: 1,
        firstFatalAtMs: START_MS + 3 * HOUR_MS,
        lastFatalAtMs: START_MS + 7 * HOUR_MS,
      };
      const ofAll = await store.crashes('default', WINDOW, LIMITS.maxGapMs, {
        incidentId: null,
        releases: ['a'],
      });
      expect(ofAll).toEqual([a]);
      const ofOne = await store.crashes('default', WINDOW, LIMITS.maxGapMs, {
        incidentId: INCIDENT,
        releases: null,
      });
      expect(ofOne.toSorted((x, y) => (x.release < y.release ? -1 : 1))).toMatchObject([
        { ...a, fatal: 2, fatalHosts: 1 },
        { release: 'b', fatal: 1, fatalOutside: 0 },
      ]);
      const ofBoth = await store.crashes('default', WINDOW, LIMITS.maxGapMs, {
        incidentId: INCIDENT,
        releases: ['b'],
      });
      expect(ofBoth).toMatchObject([{ release: 'b', fatal: 1, survived: 0 }]);
    });

    const end = (hostId: string, hours: number, tenant = 'default') => ({
      tenant,
      hostId,
      atMs: START_MS + hours * HOUR_MS,
    });
    const booted = (hostId: string, hours: number, bootedAt: number, release?: string) =>
      heartbeat(hostId, hours, release, { bootedMs: START_MS + bootedAt * HOUR_MS });

    it('takes from a reboot what was the old build’s, up to the crash, and what is the new one’s', async () => {
      await record([heartbeat('h1', 0, 'a'), booted('h1', 5, 4, 'b')]);
      const whole = [
        ['b', 1 + 6, 1],
        ['a', 4, 1],
      ];
      expect(await exposed()).toEqual(whole);
      await store.recordEnds([end('h1', 3)]);
      expect(await exposed()).toEqual(whole);
      await record([booted('h1', 6, 4, 'b')]);
      await record([booted('h1', 6, 4, 'b')]);
      await store.recordEnds([end('h1', 3)]);
      expect(await exposed()).toEqual([
        ['b', 2 + 6, 1],
        ['a', 3, 1],
      ]);
    });

    it('comes to the same whichever of crash and heartbeats is first', async () => {
      const beats = [heartbeat('h1', 0, 'a'), booted('h1', 5, 4, 'b'), booted('h1', 7, 4, 'b')];
      await store.recordEnds([end('h1', 3), end('h1', 6.5)]);
      for (const index of [2, 0, 1, 2]) await record([beats[index]!]);
      expect(await exposed()).toEqual([
        ['b', 3 + 6, 1],
        ['a', 3, 1],
      ]);
    });

    it('does not take a host for alive that died after its newest heartbeat', async () => {
      await record([heartbeat('h1', 1), heartbeat('h2', 1)]);
      await store.recordEnds([end('h1', 2.5), end('h1', 3), end('h2', 0.5), end('h2', 2, 'other')]);
      await store.recordEnds([{ tenant: 'default', hostId: 'h2', atMs: null }]);
      expect(await exposed()).toEqual([['6.1.0-1-amd64', 1.5 + 6, 2]]);
      expect(await living()).toMatchObject({ hosts: 1 });
      expect(await store.findHost('default', 'h1')).toMatchObject({ downAtMs: START_MS + 2.5 * HOUR_MS });
      await record([booted('h1', 4, 3.5)]);
      expect(await living()).toMatchObject({ hosts: 2 });
      expect(await store.findHost('default', 'h1')).toMatchObject({ downAtMs: null });
      expect(await exposed()).toEqual([['6.1.0-1-amd64', 1.5 + 0.5 + 6 + 6, 2]]);
      expect(await store.forgetEnds(START_MS + 2 * HOUR_MS)).toBe(1);
      expect(await store.forgetEnds(START_MS + 2 * HOUR_MS)).toBe(0);
    });

    it('knows no host by its crashes alone, and says how many are silent', async () => {
      await store.recordEnds([end('h1', 1)]);
      await addTranscript('default', 'h1', START_MS + HOUR_MS);
      await addTranscript('default', 'h2', START_MS + HOUR_MS);
      await addTranscript('default', 'h3', START_MS - HOUR_MS);
      await record([heartbeat('h2', 1)]);
      expect(await store.findHost('default', 'h1')).toBeNull();
      expect(await exposed()).toEqual([['6.1.0-1-amd64', 6, 1]]);
      expect(await store.countUnseen('default', START_MS)).toBe(1);
      expect(await store.countUnseen('other', START_MS)).toBe(0);
    });

    it('counts a crash before the first heartbeat on a release, where the fleet has the host', async () => {
      await record([heartbeat('h1', 10, 'a'), heartbeat('h1', 12, 'a')]);
      const crash = { tenant: 'default', incidentId: INCIDENT, hostId: 'h1', release: 'new', fatal: true };
      for (const hours of [3, 5, 17, 19]) await addCrash({ ...crash, atMs: START_MS + hours * HOUR_MS });
      await addCrash({ ...crash, hostId: 'h9', atMs: START_MS + 12 * HOUR_MS });
      const of = { incidentId: INCIDENT, releases: null };
      expect(await store.crashes('default', WINDOW, LIMITS.maxGapMs, of)).toMatchObject([
        { release: 'new', fatal: 2, fatalHosts: 1, fatalOutside: 3 },
      ]);
    });

    it('tells how far a bug reaches into the fleet, and day by day', async () => {
      await record([heartbeat('h1', 0), heartbeat('h2', 0), heartbeat('h3', 0), heartbeat('h4', -200)]);
      const crash = (hostId: string, hours: number, fatal = true, incidentId = INCIDENT) =>
        addCrash({
          ...{ tenant: 'default', hostId, fatal, incidentId, release: '6.1.0-1-amd64' },
          atMs: START_MS + hours * HOUR_MS,
        });
      await crash('h1', 2);
      await crash('h1', 30);
      await crash('h2', 26, false);
      await crash('h3', 3, true, OTHER_INCIDENT);
      await crash('h9', 27);
      expect(await store.reach('default', WINDOW, LIMITS.maxGapMs, INCIDENT)).toEqual({
        fleetHosts: 3,
        fatalHosts: 1,
        crashedHosts: 2,
        firstHits: [
          { dayMs: START_MS, hosts: 1 },
          { dayMs: START_MS + DAY_MS, hosts: 2 },
        ],
      });
      expect(await store.reach('other', WINDOW, LIMITS.maxGapMs, INCIDENT)).toMatchObject({
        fleetHosts: 0,
        firstHits: [],
      });
    });

    it('keeps tenants apart', async () => {
      await record([heartbeat('h1', 0, 'a')], 'other');
      expect(await exposed()).toEqual([]);
      expect(await living()).toMatchObject({ hosts: 0, rows: [] });
    });

    it('takes heartbeats of the same hosts from many at once', async () => {
      const beats = Array.from({ length: 24 }, (_, hour) => [heartbeat('h1', hour), heartbeat('h2', hour)]);
      await Promise.all(beats.map((pair, index) => record(index % 2 === 0 ? pair : pair.toReversed())));
      expect(await exposed()).toEqual([['6.1.0-1-amd64', 2 * (23 + 6), 2]]);
    });
  });
}
