import type { CrashBond } from '../batch-needs';
import type { KnownCrash } from '../dedup-state';
import { isBare } from './known-moment';
import type { CrashMatchLimits } from './match-limits';

/** Ranges in which crashes of a host are looked for that may be of a reading's moment; wider than what is compared. */
export const NEARBY = { clockMs: 15_000, stampSeconds: 0.000_02 } as const;

/** Whether a crash lies in one of the ranges of a bond: what stores look for by index. */
export type Nearby = Pick<
  KnownCrash,
  'tenant' | 'hostId' | 'bundleId' | 'bootId' | 'moment' | 'receivedAtMs'
>;

/**
 * @returns of `crashes`, those that the bond leads to: all of its bundle and its boot within their window, and of those
 * received within the other window at most `maxCandidates` of each kind of evidence, the latest received first. Of the latest
 * `maxCandidates` also those where the bond, or the crash, knows neither time nor boot.
 */
export function nearbyOf<Crash extends Nearby>(
  bond: CrashBond,
  crashes: readonly Crash[],
  limits: Omit<CrashMatchLimits, 'timeless'>,
): Crash[] {
  const ofHost = crashes.filter((one) => one.tenant === bond.tenant && one.hostId === bond.hostId);
  const within = (windowMs: number) =>
    ofHost.filter((one) => Math.abs(one.receivedAtMs - bond.receivedAtMs) <= windowMs);
  const ofBoot = within(limits.bootWindowMs);
  const inWindow = within(limits.windowMs).sort((a, b) => b.receivedAtMs - a.receivedAtMs);
  const first = (isNear: (crash: Crash) => boolean) => inWindow.filter(isNear).slice(0, limits.maxCandidates);
  const { bootedAtMs, uptimeSeconds, clockMs, machineStates } = bond.moment;
  const near = (a: number | null, b: number | null, range: number): boolean =>
    a !== null && b !== null && Math.abs(a - b) <= range;
  return [
    ...ofBoot.filter((one) => bond.bundleId !== null && one.bundleId === bond.bundleId),
    ...ofBoot.filter((one) => bond.bootId !== null && one.bootId === bond.bootId),
    ...first((one) => machineStates.some((state) => one.moment.machineStates.includes(state))),
    ...first((one) => near(one.moment.bootedAtMs, bootedAtMs, NEARBY.clockMs)),
    ...first((one) => near(one.moment.uptimeSeconds, uptimeSeconds, NEARBY.stampSeconds)),
    ...first((one) => near(one.moment.clockMs, clockMs, NEARBY.clockMs)),
    ...inWindow
      .slice(0, limits.maxCandidates)
      .filter((one) => isBare(bond) || (one.moment.timeless && isBare(one))),
  ];
}
