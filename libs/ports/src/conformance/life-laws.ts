import { DEFAULT_LIFE_SETTINGS, decideSweep } from '@oopstream/core-incident';
import type { IncidentEvent, PlannedChange, SweepPlan } from '@oopstream/core-incident';
import { SAMPLE_START_MS, sampleReceipt } from '@oopstream/core-incident/fakes';
import type { SampleReceipt } from '@oopstream/core-incident/fakes';
import type { FixStore, StoredFix } from '../fix-store';
import type { OutboxRows } from '../incident-store';
import type { EpisodeRow, LifeStore } from '../life-store';
import type { IncidentStoreUnderTest } from './incident-store';
import { settle } from './settle';

export interface LifeStoreUnderTest extends Pick<
  IncidentStoreUnderTest,
  'incidents' | 'newId' | 'listIncidents'
> {
  readonly lives: LifeStore;
  readonly fixes: FixStore;
  /** What a person does to incident 1. */
  act(event: IncidentEvent): Promise<unknown>;
  /** A heartbeat of a host with these livepatches, on the release of sample receipts. */
  beat(hostId: string, livepatches: readonly string[], atMs: number): Promise<void>;
  episodes(incidentId: string): Promise<readonly EpisodeRow[]>;
}

const DAY_MS = 86_400_000;
/** Between receipts: further apart than copies of one crash. */
const STEP_MS = 600_000;
const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const NOTHING: OutboxRows = { publications: [], deliveries: [] };
/** After the receipts; so is what people do. */
const RESOLVED_MS = SAMPLE_START_MS + 100 * STEP_MS;
const NOW_MS = SAMPLE_START_MS + 2 * DAY_MS;

const crash = (n: number, kernelRelease?: string, more: SampleReceipt = {}) =>
  sampleReceipt(n, {
    receivedAtMs: SAMPLE_START_MS + n * STEP_MS,
    ...more,
    readings: [{ bug: 'f', ...(kernelRelease !== undefined && { kernelRelease }) }],
  });
const resolve = (more: Partial<Extract<IncidentEvent, { kind: 'resolve' }>>): IncidentEvent => ({
  ...{ kind: 'resolve', atMs: RESOLVED_MS, by: 'token:ann', release: null },
  ...more,
});

/** The laws of an incident's life as stores keep it. `open` gives an empty one. */
export function lifeStoreConformance(name: string, open: () => Promise<LifeStoreUnderTest>): void {
  describe(`life store: ${name}`, () => {
    let under: LifeStoreUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    const incident = async () => (await under.listIncidents())[0]!;
    const told = (changes: readonly PlannedChange[]) => changes.map(({ change }) => change);
    const arrive = async (n: number, release?: string, more?: SampleReceipt) =>
      told((await settle(under, [crash(n, release, more)])).plan.changes);
    const fix = (more: Partial<StoredFix>): StoredFix => ({
      ...{ id: under.newId(), tenant: 'default', commit: COMMIT, release: null, livepatch: null },
      ...{ note: null, addedAtMs: NOW_MS, addedBy: 'token:ann' },
      ...more,
    });
    /** One step of the sweep. */
    const sweep = async (nowMs: number, limit = 100): Promise<SweepPlan | null> => {
      const settings = DEFAULT_LIFE_SETTINGS;
      const step = await under.lives.openStep({ nowMs, limit, settings, livingMs: DAY_MS });
      if (step === null) return null;
      try {
        const plan = decideSweep(step.state, nowMs, settings);
        await step.commit(plan, NOTHING);
        return plan;
      } finally {
        await step.release();
      }
    };

    it('keeps everything of an incident’s life', async () => {
      await arrive(1);
      const until = { untilMs: null, crashes: 9, hosts: 3, release: '6.6.0' };
      await under.act({ kind: 'mute', atMs: RESOLVED_MS, by: 'token:ann', until });
      await under.act({ kind: 'acknowledge', atMs: RESOLVED_MS, by: 'token:ann' });
      await under.act({ kind: 'assign', to: 'ann' });
      const triage = {
        ...{ acknowledgedAtMs: RESOLVED_MS, acknowledgedBy: 'token:ann', assignee: 'ann' },
        mute: { atMs: RESOLVED_MS, by: 'token:ann', untilMs: null, crashes: 10, hosts: 4, release: '6.6.0' },
      };
      expect(await incident()).toMatchObject({ status: 'open', trend: 'new', triage });
      await arrive(2);
      expect(await incident()).toMatchObject({ triage, severity: (await incident()).severity });
      expect((await incident()).severity).toBeGreaterThan(0);
    });

    it('a crash on a kernel that has the fix is the next episode, one on an older kernel is counted', async () => {
      await arrive(1);
      await under.act(resolve({ release: '6.1.90' }));
      expect(await arrive(200, '6.1.80')).toEqual(['seen']);
      expect(await incident()).toMatchObject({ status: 'resolved', crashes: 2, recurrences: 0 });
      expect(await arrive(201, '6.1.91')).toEqual(['recurred']);
      const { id, ...after } = await incident();
      expect(after).toMatchObject({
        status: 'open',
        trend: 'regressed',
        crashes: 3,
        recurrences: 1,
        fix: null,
      });
      expect(await under.episodes(id)).toMatchObject([
        { number: 1, opened: { why: 'first-sighting' }, closed: { atMs: RESOLVED_MS }, crashes: 2 },
        { number: 2, opened: { why: 'fix-contained' }, closed: null, crashes: 1 },
      ]);
    });

    it('what a person opens again is the same episode', async () => {
      await arrive(1);
      await under.act(resolve({}));
      await under.act({ kind: 'reopen', atMs: RESOLVED_MS + 1 });
      expect(await under.episodes((await incident()).id)).toMatchObject([
        { number: 1, closed: null, crashes: 1 },
      ]);
    });

    it('a crash on a branch that nobody knows of is told once, and flags the incident', async () => {
      await arrive(1);
      await under.act(resolve({ release: '6.1.90' }));
      expect(await arrive(200, '999.9.9')).toEqual(['unordered']);
      expect(await arrive(201, '999.9.9')).toEqual(['seen']);
      expect(await incident()).toMatchObject({
        ...{ status: 'resolved', crashes: 3, recurrences: 0 },
        life: { unordered: [{ branch: 'upstream 999.9', release: '999.9.9', crashes: 2 }] },
      });
      expect(await arrive(202, '6.1.91')).toEqual(['recurred']);
      expect((await incident()).life.unordered).toEqual([]);
    });

    it('the fix table tells of other branches, for crashes to come and for those that came', async () => {
      await arrive(1);
      await under.act(resolve({ commit: COMMIT.slice(0, 12) }));
      expect(await under.fixes.addFixes([fix({ release: '6.1.90' })])).toBe(1);
      expect(await arrive(200, '6.1.80')).toEqual(['seen']);
      expect(await arrive(201, '6.6.5')).toEqual(['unordered']);
      expect((await sweep(NOW_MS))?.changes).toEqual([]);
      expect(await under.fixes.addFixes([fix({ release: '6.6.7' })])).toBe(1);
      expect(told((await sweep(NOW_MS))!.changes)).toEqual([]);
      expect(await incident()).toMatchObject({ status: 'resolved', life: { unordered: [] } });
      expect(await arrive(202, '6.6.6')).toEqual(['seen']);
      expect(await arrive(203, '5.15.9')).toEqual(['unordered']);
      await under.fixes.addFixes([fix({ release: '5.15.8' })]);
      // What comes before the sweep does not make it forget.
      expect(await arrive(204, '6.1.80')).toEqual(['seen']);
      const plan = await sweep(NOW_MS + 1);
      expect(plan?.changes).toMatchObject([{ change: 'recurred', why: { reason: 'fix-contained' } }]);
      const { id, ...back } = await incident();
      expect(back).toMatchObject({ status: 'open', trend: 'regressed', recurrences: 1 });
      expect(await under.episodes(id)).toMatchObject([{ number: 1 }, { number: 2, closed: null }]);
    });

    it('the livepatch that carries the fix makes it a regression, on whatever kernel', async () => {
      await arrive(1);
      await under.act(resolve({ release: '6.1.0-90-amd64', livepatch: 'lp_7' }));
      await under.beat('host-1', [], RESOLVED_MS);
      expect(await arrive(200)).toEqual(['seen']);
      await under.beat('host-1', ['lp_7'], RESOLVED_MS + 1_000);
      expect(await arrive(201)).toEqual(['recurred']);
    });

    it('keeps fix rows once each, by tenant, last added first', async () => {
      const first = fix({ release: '6.1.90', addedAtMs: NOW_MS - 1 });
      const second = fix({ livepatch: 'lp_7' });
      expect(await under.fixes.addFixes([first, second, fix({ release: '6.1.90' })])).toBe(2);
      expect(await under.fixes.addFixes([fix({ livepatch: 'lp_7' })])).toBe(0);
      await under.fixes.addFixes([fix({ tenant: 'other', release: '6.1.90' })]);
      const list = (
        commit: string | null,
        limit: number,
        after: { value: number; id: string } | null = null,
      ) => under.fixes.listFixes('default', { commit }, { limit, after });
      const page = await list(null, 1);
      expect(page.items).toEqual([second]);
      expect((await list(null, 1, page.next)).items).toEqual([first]);
      expect((await list(COMMIT.slice(0, 12), 9)).items).toEqual([second, first]);
      expect((await list('f'.repeat(40), 9)).items).toEqual([]);
      expect(await under.fixes.removeFix('other', first.id)).toBe(false);
      expect(await under.fixes.removeFix('default', first.id)).toBe(true);
      expect((await list(null, 9)).items).toEqual([second]);
    });

    it('gives up what is quiet, and takes a crash after that as the next episode', async () => {
      await arrive(1);
      const quietMs = SAMPLE_START_MS + STEP_MS + DEFAULT_LIFE_SETTINGS.obsoleteFewMs;
      expect((await sweep(quietMs))?.changes ?? []).not.toContainEqual(
        expect.objectContaining({ change: 'obsoleted' }),
      );
      // Its own times count, and when it was opened: by now that is later.
      const plan = await sweep(NOW_MS + DEFAULT_LIFE_SETTINGS.obsoleteFewMs);
      expect(plan?.changes).toMatchObject([{ change: 'obsoleted', why: { reason: 'quiet' } }]);
      expect(await incident()).toMatchObject({ status: 'obsolete', resolvedBy: 'machine', dueAtMs: null });
      expect(await arrive(2)).toEqual(['seen']);
      const later = { receivedAtMs: NOW_MS + DEFAULT_LIFE_SETTINGS.obsoleteFewMs + 1 };
      expect(await arrive(3, undefined, later)).toEqual(['recurred']);
      expect(await under.episodes((await incident()).id)).toMatchObject([
        { number: 1, closed: { why: 'quiet' } },
        { number: 2, opened: { why: 'after-obsolete' } },
      ]);
    });

    it('lets an incident escalate by the hours of its crashes, and looks at nothing twice', async () => {
      await arrive(1);
      const lastMs = NOW_MS - 3_600_000;
      const many = Array.from({ length: 12 }, (_, n) =>
        crash(10 + n, undefined, { receivedAtMs: lastMs + n * 1_000, transcript: { hostId: `host-${n}` } }),
      );
      await settle(under, many);
      expect((await sweep(NOW_MS))?.changes).toMatchObject([
        { change: 'escalated', why: { reason: 'escalated-young' } },
      ]);
      expect(await incident()).toMatchObject({ trend: 'escalating', life: { escalation: { limit: 10 } } });
      expect(await sweep(NOW_MS)).toMatchObject({ incidents: [] });
    });

    it('lets a resolved incident escalate where the fix is missing: it stays resolved, and calms down', async () => {
      await arrive(1);
      await under.act(resolve({ release: '6.1.90' }));
      const lastMs = NOW_MS - 3_600_000;
      const many = Array.from({ length: 12 }, (_, n) =>
        crash(10 + n, '6.1.80', {
          receivedAtMs: lastMs + n * 1_000,
          transcript: { hostId: `host-${n}` },
        }),
      );
      const { plan } = await settle(under, many);
      expect(plan.changes.filter(({ change }) => change === 'recurred')).toEqual([]);
      expect((await sweep(NOW_MS))?.changes).toMatchObject([
        { change: 'escalated', why: { text: expect.stringContaining('resolved') as string } },
      ]);
      expect(await incident()).toMatchObject({ status: 'resolved', trend: 'escalating', recurrences: 0 });
      const told: string[] = [];
      for (let hours = 1; hours < 60; hours += 1)
        for (const { change } of (await sweep(NOW_MS + hours * 3_600_000))?.changes ?? []) told.push(change);
      expect(told).toEqual(['calmed']);
      expect(await incident()).toMatchObject({ status: 'resolved', trend: 'ongoing', dueAtMs: null });
    });

    it('counts an incident’s crashes by hour, and the hosts hit', async () => {
      await settle(under, [
        crash(1),
        crash(2, undefined, { transcript: { hostId: 'b' } }),
        crash(4, undefined, { receivedAtMs: SAMPLE_START_MS + 4_000_000 }),
      ]);
      const nowMs = NOW_MS + DEFAULT_LIFE_SETTINGS.escalationCheckMs;
      const step = await under.lives.openStep({
        ...{
          nowMs,
          limit: 9,
          livingMs: DAY_MS,
          settings: { ...DEFAULT_LIFE_SETTINGS, shareWindowMs: 3 * DAY_MS },
        },
      });
      await step!.release();
      const [pulse] = step!.state.pulses;
      expect(pulse).toMatchObject({ hostsHit: 2, sinceMs: SAMPLE_START_MS + STEP_MS });
      expect([...pulse!.hours].sort((a, b) => a.hourMs - b.hourMs)).toEqual([
        { hourMs: SAMPLE_START_MS, crashes: 2 },
        { hourMs: SAMPLE_START_MS + 3_600_000, crashes: 1 },
      ]);
    });

    it('sweeps one at a time, and never more than asked for', async () => {
      await settle(under, [crash(1), sampleReceipt(2, { readings: [{ bug: 'g' }] })]);
      const nowMs = NOW_MS + DAY_MS;
      const options = { nowMs, limit: 1, settings: DEFAULT_LIFE_SETTINGS, livingMs: DAY_MS };
      const step = await under.lives.openStep(options);
      expect(step?.state.incidents).toHaveLength(1);
      expect(await under.lives.openStep(options)).toBeNull();
      await step?.release();
      expect((await sweep(nowMs, 1))?.incidents).toHaveLength(1);
      expect((await sweep(nowMs, 1))?.incidents).toHaveLength(1);
      expect((await sweep(nowMs, 1))?.incidents).toHaveLength(0);
    });

    it('ends a mute by time in the sweep, by crashes and hosts as they come', async () => {
      await arrive(1);
      const mute = async (more: object) => {
        const until = { untilMs: null, crashes: null, hosts: null, release: null, ...more };
        await under.act({ kind: 'mute', atMs: RESOLVED_MS, by: 'token:ann', until });
      };
      await mute({ crashes: 2 });
      expect(await arrive(2)).toEqual(['seen']);
      expect(await arrive(3)).toEqual(['unmuted']);
      await mute({ hosts: 1 });
      expect(await arrive(4)).toEqual(['seen']);
      expect(await arrive(5, undefined, { transcript: { hostId: 'b' } })).toEqual(['unmuted']);
      await mute({ release: '6.1.90' });
      expect(await arrive(6, '6.1.89')).toEqual(['seen']);
      expect(await arrive(7, '6.1.91')).toEqual(['unmuted']);
      await mute({ untilMs: NOW_MS + 1 });
      expect(told((await sweep(NOW_MS))?.changes ?? [])).toEqual([]);
      expect(told((await sweep(NOW_MS + 1))!.changes)).toEqual(['unmuted']);
      expect((await incident()).triage.mute).toBeNull();
    });
  });
}
