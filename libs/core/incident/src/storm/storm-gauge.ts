import type { SignedReading } from '../receipt';

/** When a reader does without a transcript's bytes and analysis. */
export interface GaugeRules {
  /** Transcripts of one key within a minute of receipt beyond which it storms; 0: it never does. */
  readonly stormPerMinute: number;
  /** Milliseconds of receipt after which another one is kept, so that there is a new one to look at. */
  readonly keepEveryMs: number;
  /** Host models and titles of a storm whose first one is kept. */
  readonly classesKept: number;
  /** Keys that are remembered; one that was not seen for longest is forgotten, and begins anew. */
  readonly maxKeys: number;
}

/** What is weighed of a transcript that shows nothing but one bug. */
export interface GaugedArrival {
  readonly tenant: string;
  readonly groupKey: string;
  readonly title: string;
  /** `null` where the sender did not say. */
  readonly model: string | null;
  readonly receivedAtMs: number;
}

interface KeyState {
  readonly perMinute: Map<number, number>;
  readonly classes: Set<string>;
  newestMinute: number;
  keptAtMs: number;
}

const MINUTE_MS = 60_000;

/** Partitions are read at their own pace: what comes later than that is of a time that nothing is remembered of. */
const REMEMBERED_MINUTES = 10;

/**
 * The one bug that all readings of a transcript show; `null` where there is none, more than one, or anything that asks for a
 * closer look: a damaged reading, or readings that were left out.
 */
export function bugShownBy(
  readings: readonly Pick<SignedReading, 'reading' | 'signature'>[],
  omittedReadings: number,
): { readonly groupKey: string; readonly title: string } | null {
  const [first] = readings;
  if (first === undefined || omittedReadings > 0) return null;
  const { groupKey, title } = first.signature;
  const isOne = readings.every((one) => one.reading.damage === null && one.signature.groupKey === groupKey);
  return isOne ? { groupKey, title } : null;
}

/**
 * Tells whether a bug's transcripts come faster than each is worth the full work. By time of receipt, so that a backlog which
 * is read in a minute is no storm. What it holds is bounded by the rules. Same arrivals in the same order, same answers.
 */
export class StormGauge {
  /** Least recently seen first. */
  private readonly keys = new Map<string, KeyState>();

  constructor(private readonly rules: GaugeRules) {}

  /** Counts an arrival. @returns whether it is to be kept: always outside of storms */
  isKept(arrival: GaugedArrival): boolean {
    if (this.rules.stormPerMinute === 0) return true;
    const state = this.touch(arrival);
    const minute = Math.floor(arrival.receivedAtMs / MINUTE_MS);
    if (minute <= state.newestMinute - REMEMBERED_MINUTES) return true;
    this.count(state, minute);
    const limit = this.rules.stormPerMinute;
    const isStorm = [minute, minute - 1].some((one) => (state.perMinute.get(one) ?? 0) > limit);
    if (isStorm) return this.isKeptInStorm(state, arrival);
    if (minute === state.newestMinute) state.classes.clear();
    return true;
  }

  /** Entries held, of all kinds. */
  get size(): number {
    return [...this.keys.values()].reduce((sum, one) => sum + 1 + one.perMinute.size + one.classes.size, 0);
  }

  private isKeptInStorm(state: KeyState, { model, title, receivedAtMs }: GaugedArrival): boolean {
    const face = JSON.stringify([model, title]);
    if (!state.classes.has(face) && state.classes.size < this.rules.classesKept) {
      state.classes.add(face);
      return true;
    }
    if (receivedAtMs - state.keptAtMs < this.rules.keepEveryMs) return false;
    state.keptAtMs = receivedAtMs;
    return true;
  }

  private touch({ tenant, groupKey }: GaugedArrival): KeyState {
    const key = `${tenant} ${groupKey}`;
    const state = this.keys.get(key) ?? {
      perMinute: new Map<number, number>(),
      classes: new Set<string>(),
      newestMinute: -Infinity,
      keptAtMs: -Infinity,
    };
    this.keys.delete(key);
    this.keys.set(key, state);
    const [oldest] = this.keys.keys();
    if (this.keys.size > this.rules.maxKeys && oldest !== undefined) this.keys.delete(oldest);
    return state;
  }

  private count(state: KeyState, minute: number): void {
    state.perMinute.set(minute, (state.perMinute.get(minute) ?? 0) + 1);
    if (minute <= state.newestMinute) return;
    state.newestMinute = minute;
    for (const one of state.perMinute.keys())
      if (one <= minute - REMEMBERED_MINUTES) state.perMinute.delete(one);
  }
}
