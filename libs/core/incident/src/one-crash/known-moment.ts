import type { Reading } from '@oopstream/core-transcript';

/** When a crash happened, as far as its texts tell. */
export interface KnownMoment {
  /** Wall clock at boot, milliseconds since 1970, as the machine's own clock had it: right or wrong. */
  readonly bootedAtMs: number | null;
  /** Seconds since boot; whole ones where crash(8) counts them, at the end of the panic. */
  readonly uptimeSeconds: number | null;
  /** Wall clock of the crash, milliseconds since 1970, as the machine had it. */
  readonly clockMs: number | null;
  /** See `CrashMoment` of a reading. */
  readonly machineStates: readonly string[];
  /** Whether one of its texts knows none of these. */
  readonly timeless: boolean;
}

/** Copies of one crash have a few states each; a host that sends any number gets no further. */
const MAX_STATES = 24;

export function momentOf(reading: Reading): KnownMoment {
  const uptimeSeconds = reading.uptimeSeconds ?? reading.moment?.uptimeSeconds ?? null;
  const bootedAtMs = reading.moment?.bootedAtMs ?? bootTime(reading.occurredAtMs, uptimeSeconds);
  const clockMs =
    bootedAtMs === null || uptimeSeconds === null
      ? reading.occurredAtMs
      : Math.round(bootedAtMs + uptimeSeconds * 1000);
  const known = { bootedAtMs, uptimeSeconds, clockMs, machineStates: reading.moment?.machineStates ?? [] };
  return { ...known, timeless: isUnknown(known) };
}

/** Whether nothing is known of when a crash happened: such a text may be of any crash of its host. */
function isUnknown(moment: Omit<KnownMoment, 'timeless'>): boolean {
  const { bootedAtMs, uptimeSeconds, clockMs, machineStates } = moment;
  return bootedAtMs === null && uptimeSeconds === null && clockMs === null && machineStates.length === 0;
}

/** Whether nothing tells of when it happened, nor of which boot it is. */
export function isBare(one: { readonly bootId: string | null; readonly moment: KnownMoment }): boolean {
  return one.bootId === null && isUnknown(one.moment);
}

/** What two texts of one crash tell together: the same, whichever came first. */
export function mergeMoments(a: KnownMoment, b: KnownMoment): KnownMoment {
  const states = new Set([...a.machineStates, ...b.machineStates]);
  return {
    bootedAtMs: least(a.bootedAtMs, b.bootedAtMs),
    uptimeSeconds: finerUptime(a.uptimeSeconds, b.uptimeSeconds),
    clockMs: least(a.clockMs, b.clockMs),
    machineStates: [...states].sort().slice(0, MAX_STATES),
    timeless: a.timeless || b.timeless,
  };
}

export function isSameMoment(a: KnownMoment, b: KnownMoment): boolean {
  return (
    a.bootedAtMs === b.bootedAtMs &&
    a.uptimeSeconds === b.uptimeSeconds &&
    a.clockMs === b.clockMs &&
    a.timeless === b.timeless &&
    a.machineStates.length === b.machineStates.length &&
    a.machineStates.every((state) => b.machineStates.includes(state))
  );
}

function bootTime(clockMs: number | null, uptimeSeconds: number | null): number | null {
  return clockMs === null || uptimeSeconds === null ? null : Math.round(clockMs - uptimeSeconds * 1000);
}

function least(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

function finerUptime(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  if (Number.isInteger(a) !== Number.isInteger(b)) return Number.isInteger(a) ? b : a;
  return Math.min(a, b);
}
