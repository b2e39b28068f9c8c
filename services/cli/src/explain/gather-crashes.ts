import type { Reading } from '@oopstream/core-transcript';

/** A reading of one of the texts, with the key of its group. */
export interface SignedReading {
  readonly text: number;
  readonly reading: Reading;
  readonly groupKey: string;
}

/** What a text has to do with a crash. */
export interface CrashTelling extends Omit<SignedReading, 'reading' | 'groupKey'> {
  /** `null`: the text has crash(8) output and names no crash itself. */
  readonly reading: Reading | null;
  /** Why it is taken for this crash; `null` for the first text that tells of it. */
  readonly why: string | null;
}

export interface GatheredCrash {
  /** The reading that tells most. */
  readonly told: SignedReading;
  readonly tellings: readonly CrashTelling[];
}

/** One of several texts, as far as gathering looks at it. */
export interface ReadText {
  readonly readings: readonly SignedReading[];
  readonly hasSession: boolean;
}

/** Reports of one moment by two clocks of one machine differ by less. */
const SAME_UPTIME_SECONDS = 3;
const SAME_CLOCK_MS = 15 * 60 * 1000;
/** Kinds in which log and crash(8) name different tasks: who is stuck, and who noticed. */
const OF_ANOTHER_TASK = /hung-task|lockup|stall|unknown|panic|hardware/;

/**
 * Which readings of several texts are of the same crash. Two readings of one text are two crashes; those of different
 * texts are one where their group keys agree, or where they are the crash each of their machines died of and what both
 * name agrees, and nothing that both name differs.
 */
export function gatherCrashes(texts: readonly ReadText[]): readonly GatheredCrash[] {
  const groups: { readings: SignedReading[]; tellings: CrashTelling[] }[] = [];
  for (const { readings } of texts) {
    const before = [...groups];
    const first = readings.find(({ reading }) => reading.fatal) ?? readings[0];
    for (const one of readings) {
      const found = matchIn(before, one, one === first, readings);
      const telling = { text: one.text, reading: one.reading, why: found?.why ?? null };
      if (found === null) groups.push({ readings: [one], tellings: [telling] });
      else {
        found.group.readings.push(one);
        found.group.tellings.push(telling);
      }
    }
  }
  const crashes = groups.map(({ readings, tellings }) => ({ told: mostTelling(readings), tellings }));
  return addSessions(crashes, texts);
}

interface Group {
  readonly readings: readonly SignedReading[];
}

function matchIn<G extends Group>(
  groups: readonly G[],
  one: SignedReading,
  isFirst: boolean,
  ofText: readonly SignedReading[],
): { group: G; why: string } | null {
  const free = groups.filter(({ readings }) => readings.every(({ text }) => text !== one.text));
  const fits = free.filter((group) =>
    group.readings.every((other) => !contradict(other.reading, one.reading)),
  );
  const keyed = fits.find(({ readings }) => readings.some(({ groupKey }) => groupKey === one.groupKey));
  if (keyed !== undefined) return { group: keyed, why: 'same group key' };
  const isTaken = ofText.some(
    (other) =>
      other !== one && fits.some(({ readings }) => readings.some((r) => r.groupKey === other.groupKey)),
  );
  if (!isFirst || isTaken) return null;
  for (const group of fits) {
    const why = group.readings
      .map(({ reading }) => agreement(reading, one.reading))
      .find((said) => said !== null);
    if (why !== undefined && why !== null) return { group, why };
  }
  return null;
}

/** Something that both texts name and that cannot be both. */
function contradict(a: Reading, b: Reading): boolean {
  if (differ(a.kernelRelease, b.kernelRelease) || differ(a.bootId, b.bootId) || differ(a.arch, b.arch))
    return true;
  if (apart(a.uptimeSeconds, b.uptimeSeconds, SAME_UPTIME_SECONDS)) return true;
  if (apart(a.occurredAtMs, b.occurredAtMs, SAME_CLOCK_MS)) return true;
  const named = !OF_ANOTHER_TASK.test(a.kind) && !OF_ANOTHER_TASK.test(b.kind);
  return named && (differ(a.pid, b.pid) || differ(a.comm, b.comm));
}

function differ<T>(a: T | null, b: T | null): boolean {
  return a !== null && b !== null && a !== b;
}

function apart(a: number | null, b: number | null, most: number): boolean {
  return a !== null && b !== null && Math.abs(a - b) > most;
}

function agreement(a: Reading, b: Reading): string | null {
  if (!a.fatal || !b.fatal) return null;
  if (a.fault !== null && a.fault.ofCrash && a.fault.function === b.fault?.function) return 'same function';
  if (a.pid !== null && a.comm !== null && a.pid === b.pid && a.comm === b.comm) return 'same task';
  if (a.kind === b.kind) return 'same kind of crash, and nothing speaks against it';
  if (a.damage !== null || b.damage !== null) return 'a damaged text, and nothing in it speaks against it';
  return null;
}

/** The log of a crash has its code and modules; what is damaged or names nothing tells less. */
function mostTelling(readings: readonly SignedReading[]): SignedReading {
  return readings.reduce((best, one) => (telling(one) > telling(best) ? one : best));
}

function telling({ reading }: SignedReading): number {
  const { damage, kind, fault, format, frames, taint, kernelRelease, comm, hardware, cpu } = reading;
  const named = [taint, kernelRelease, comm, hardware, cpu].filter((one) => one !== null).length;
  return (
    (damage === null ? 160 : 0) +
    (kind === 'unknown' ? 0 : 80) +
    (fault?.ofCrash ? 40 : 0) +
    (format === 'console' ? 20 : 0) +
    (frames.length > 0 ? 10 : 0) +
    named
  );
}

/** crash(8) output without a crash of its own, `struct` or `dis` in a file by itself, is of the only crash there is. */
function addSessions(
  crashes: readonly GatheredCrash[],
  texts: readonly ReadText[],
): readonly GatheredCrash[] {
  const fatal = crashes.filter(({ told }) => told.reading.fatal);
  const candidates = fatal.length > 0 ? fatal : crashes;
  const [only] = candidates;
  if (only === undefined || candidates.length > 1) return crashes;
  const added = texts.flatMap(({ readings, hasSession }, text): CrashTelling[] =>
    readings.length === 0 && hasSession
      ? [{ text, reading: null, why: 'crash(8) output, and there is one crash only' }]
      : [],
  );
  return crashes.map((crash) =>
    crash === only ? { ...crash, tellings: [...crash.tellings, ...added] } : crash,
  );
}
