import { findDirtyReboot, settleReboot } from './dirty-reboot';
import type { RebootCrash } from './dirty-reboot';

const MINUTE_MS = 60_000;
const LIMITS = { windowMs: 60 * MINUTE_MS, slackMs: 5 * MINUTE_MS };
const BACK_MS = Date.UTC(2026, 10, 20);

const heartbeat = {
  atMs: BACK_MS + 2 * MINUTE_MS,
  bootedMs: BACK_MS,
  bootId: 'new',
  lastBoot: { bootId: 'old', release: 'a', shutdown: 'dirty' as 'dirty' | 'clean' },
};
const known = { bootId: 'old', atMs: BACK_MS - 10 * MINUTE_MS, release: 'b' };
const reboot = {
  ...findDirtyReboot(heartbeat, known)!,
  state: 'waiting' as 'waiting' | 'open' | 'explained',
};

describe('a dirty reboot', () => {
  it('is told by the first heartbeat of a boot that follows one which broke off', () => {
    expect(reboot).toEqual({
      bootId: 'old',
      release: 'a',
      aliveAtMs: known.atMs,
      backAtMs: BACK_MS,
      state: 'waiting',
    });
    const lastBoot = { ...heartbeat.lastBoot, release: null };
    expect(findDirtyReboot({ ...heartbeat, lastBoot }, known)).toMatchObject({ release: 'b' });
    expect(findDirtyReboot({ ...heartbeat, bootedMs: null }, { ...known, bootId: 'older' })).toMatchObject({
      release: 'a',
      aliveAtMs: null,
      backAtMs: heartbeat.atMs,
    });
    expect(findDirtyReboot(heartbeat, null)).toMatchObject({ bootId: 'old', aliveAtMs: null });
  });

  it('is none where the host was shut down in order, says nothing, or told of it before', () => {
    const clean = { ...heartbeat, lastBoot: { ...heartbeat.lastBoot, shutdown: 'clean' as const } };
    expect(findDirtyReboot(clean, known)).toBeNull();
    expect(findDirtyReboot({ ...heartbeat, lastBoot: null }, known)).toBeNull();
    expect(findDirtyReboot({ ...heartbeat, bootId: null }, known)).toBeNull();
    expect(findDirtyReboot({ ...heartbeat, bootId: 'old' }, known)).toBeNull();
    expect(findDirtyReboot(heartbeat, { ...known, bootId: 'new' })).toBeNull();
  });
});

describe('settling a dirty reboot', () => {
  const crash = (more: Partial<RebootCrash>): RebootCrash => ({
    id: 'c1',
    bootId: null,
    occurredAtMs: null,
    receivedAtMs: BACK_MS + 30 * MINUTE_MS,
    ...more,
  });
  const settle = (crashes: readonly RebootCrash[], minutes: number, state = reboot.state) =>
    settleReboot({ ...reboot, state }, crashes, LIMITS, BACK_MS + minutes * MINUTE_MS);

  it('waits for a transcript as long as the window, then is one without a dump', () => {
    const endMs = BACK_MS + 60 * MINUTE_MS;
    expect(settle([], 59)).toEqual({ state: 'waiting', crashId: null, checkAtMs: endMs });
    expect(settle([], 60)).toEqual({ state: 'open', crashId: null, checkAtMs: null });
    expect(settle([], 5, 'open')).toMatchObject({ state: 'open' });
  });

  it('is explained by a crash of the boot that broke off, however late', () => {
    const explained = { state: 'explained', crashId: 'c1', checkAtMs: null };
    expect(settle([crash({ bootId: 'old' })], 1)).toEqual(explained);
    expect(settle([crash({ bootId: 'old', receivedAtMs: BACK_MS + 1e9 })], 1e5, 'open')).toEqual(explained);
    expect(settle([crash({ bootId: 'new', occurredAtMs: BACK_MS })], 60)).toMatchObject({ state: 'open' });
  });

  it('is explained by a crash between the last sign of life and the boot, where boots are not known', () => {
    const of = (minutes: number) => crash({ occurredAtMs: BACK_MS + minutes * MINUTE_MS });
    expect([-16, -15, 0, 5, 6].map((minutes) => settle([of(minutes)], 60).state)).toEqual([
      'open',
      'explained',
      'explained',
      'explained',
      'open',
    ]);
  });

  it('takes a crash without a time for the one, where it came in the window', () => {
    const came = (minutes: number) => crash({ receivedAtMs: BACK_MS + minutes * MINUTE_MS });
    expect([-20, 30, 61].map((minutes) => settle([came(minutes)], 90).state)).toEqual([
      'open',
      'explained',
      'open',
    ]);
  });
});
