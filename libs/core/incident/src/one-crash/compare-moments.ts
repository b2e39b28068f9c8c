import type { KnownMoment } from './known-moment';

/** What shows that two texts are of one moment, the surest first. */
export const MOMENT_EVIDENCE = ['same-state', 'same-moment', 'same-stamp', 'same-time'] as const;
export type MomentEvidence = (typeof MOMENT_EVIDENCE)[number];

export interface SameMoment {
  readonly evidence: MomentEvidence;
  /** How far apart both are in time, milliseconds; 0 where that is not known. */
  readonly apartMs: number;
  /** For people: what was compared. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** printk stamps of one report are the same digits. */
const STAMP_SECONDS = 0.000_01;
/** Two reports of one crash (its header torn off in one) begin within that. */
const REPORT_SECONDS = 2;
/** crash(8) counts to the end of the panic, which may take its time; its seconds are cut off. */
const DUMP_SECONDS = 60;
/** The real-time clock tells whole seconds, crash(8) too. */
const CLOCK_MS = 5_000;
/** Where one text knows no uptime: no machine boots and dies again in less. */
const NEAR_MS = 10_000;
const QUARTER_MS = 15 * 60_000;
const MAX_ZONE_MS = 14 * 3_600_000;
/** Sooner a clock is lost than a dump is looked at so late; a clock ahead of the receipt is wrong. */
const MAX_AGE_MS = 400 * 86_400_000;
const MAX_AHEAD_MS = 5 * 60_000;

interface Received {
  readonly moment: KnownMoment;
  readonly receivedAtMs: number;
}

/** @returns what shows that both are of one moment of one machine; `null` where nothing does. Symmetric. */
export function compareMoments(a: Received, b: Received): SameMoment | null {
  const gap = gapOf(a.moment, b.moment);
  if (gap !== null && !gap.agrees) return null;
  const state = a.moment.machineStates.find((one) => b.moment.machineStates.includes(one));
  const apartMs = Math.round(Math.abs(gap?.seconds ?? 0) * 1000);
  if (state !== undefined) return { evidence: 'same-state', apartMs, detail: { machineState: state } };
  return compareClocks(a, b, gap);
}

/** Whether both cannot be one crash: another boot by its clock, and dead after another time. */
export function areApart(a: KnownMoment, b: KnownMoment): boolean {
  const gap = gapOf(a, b);
  const clocks = clocksOf(a.bootedAtMs, b.bootedAtMs);
  return gap !== null && !gap.agrees && clocks === 'apart';
}

interface Gap {
  readonly seconds: number;
  readonly agrees: boolean;
  /** Both stamps are the same to the last digit, and have digits that tell something. */
  readonly isStamp: boolean;
}

function gapOf(a: KnownMoment, b: KnownMoment): Gap | null {
  const [first, second] = [a.uptimeSeconds, b.uptimeSeconds];
  if (first === null || second === null) return null;
  const seconds = first - second;
  const isStamp = Math.abs(seconds) <= STAMP_SECONDS && isFine(first) && isFine(second);
  const agrees =
    Number.isInteger(first) === Number.isInteger(second)
      ? Math.abs(seconds) <= REPORT_SECONDS
      : isOfDump(Number.isInteger(first) ? seconds : -seconds);
  return { seconds, agrees, isStamp };
}

/** @param later seconds that crash(8)'s count is above the stamp */
function isOfDump(later: number): boolean {
  return later >= -REPORT_SECONDS && later <= DUMP_SECONDS;
}

/** Microseconds, and not the round ones of a clock that ticks in milliseconds. */
function isFine(seconds: number): boolean {
  return Math.abs(seconds * 1000 - Math.round(seconds * 1000)) > 0.000_1;
}

function compareClocks(a: Received, b: Received, gap: Gap | null): SameMoment | null {
  const [first, second] = [a.moment, b.moment];
  const clocks = clocksOf(first.bootedAtMs, second.bootedAtMs);
  const uptimes = { uptimeSeconds: [first.uptimeSeconds, second.uptimeSeconds] };
  const boots = { bootedAt: [sayTime(first.bootedAtMs), sayTime(second.bootedAtMs)] };
  if (gap !== null && clocks === 'same') {
    const apartMs = Math.round(Math.abs(gap.seconds) * 1000);
    return { evidence: 'same-moment', apartMs, detail: { ...uptimes, ...boots } };
  }
  if (gap?.isStamp === true && (clocks !== 'apart' || !isBelievable(a) || !isBelievable(b)))
    return { evidence: 'same-stamp', apartMs: 0, detail: { ...uptimes, ...boots, clocks } };
  // A text without uptime tells no boot: the clocks of the crash itself are all there is.
  if (gap !== null || first.clockMs === null || second.clockMs === null) return null;
  const apartMs = Math.abs(first.clockMs - second.clockMs);
  if (apartMs > NEAR_MS) return null;
  const detail = { crashedAt: [sayTime(first.clockMs), sayTime(second.clockMs)] };
  return { evidence: 'same-time', apartMs, detail };
}

/** `zone`: apart by quarters of an hour, as where one of both clocks was read in local time. */
function clocksOf(a: number | null, b: number | null): 'same' | 'zone' | 'apart' | 'unknown' {
  if (a === null || b === null) return 'unknown';
  const apartMs = Math.abs(a - b);
  if (apartMs <= CLOCK_MS) return 'same';
  const offMs = Math.abs(apartMs - Math.round(apartMs / QUARTER_MS) * QUARTER_MS);
  return apartMs <= MAX_ZONE_MS + CLOCK_MS && offMs <= CLOCK_MS ? 'zone' : 'apart';
}

function isBelievable({ moment, receivedAtMs }: Received): boolean {
  const { clockMs } = moment;
  if (clockMs === null) return false;
  return clockMs <= receivedAtMs + MAX_AHEAD_MS && clockMs >= receivedAtMs - MAX_AGE_MS;
}

function sayTime(timeMs: number | null): string | null {
  return timeMs === null || Math.abs(timeMs) > 8.64e15 ? null : new Date(timeMs).toISOString();
}
