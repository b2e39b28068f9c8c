export const DAY_MS = 86_400_000;

/** What a host ran: the classes by which host-days are kept. Unknown parts are empty. */
export interface Build {
  /** `uname -r`. */
  readonly release: string;
  /** Variant of the kernel's configuration (`rt`, `generic`); follows from the release. */
  readonly flavour: string;
  /** DMI product name. */
  readonly model: string;
}

/** A host was alive at this time and ran this. */
export interface Sighting {
  readonly atMs: number;
  readonly build: Build;
}

/** Time alive within one UTC day. */
export interface AliveTime {
  /** Start of the day, UTC. */
  readonly dayMs: number;
  readonly build: Build;
  /** May be negative in a difference. */
  readonly aliveMs: number;
}

/**
 * Time that one host was alive, by day and build: from each sighting to the next one, at most `maxGapMs` of it, all of it
 * of what the host ran at its start. So no moment counts twice, however many sightings there are. After the last one
 * nothing counts yet: see {@link openAliveMs}.
 *
 * @param sightings of one host, by rising time, no two of one time.
 */
export function aliveTime(sightings: readonly Sighting[], maxGapMs: number): readonly AliveTime[] {
  return sumAlive(
    sightings.slice(1).flatMap((next, index) => {
      const { atMs, build } = sightings[index]!;
      return splitDays(atMs, Math.min(next.atMs, atMs + maxGapMs), build);
    }),
  );
}

/** Time alive behind a host's last sighting that lies in [`sinceMs`, `untilMs`), as of now. */
export function openAliveMs(
  lastAtMs: number,
  maxGapMs: number,
  { sinceMs, untilMs }: { readonly sinceMs: number; readonly untilMs: number },
): number {
  return Math.max(0, Math.min(lastAtMs + maxGapMs, untilMs) - Math.max(lastAtMs, sinceMs));
}

/** What must be added to the host-days counted from `before` so that they are those of `after`. Without zeros. */
export function aliveDifference(
  before: readonly Sighting[],
  after: readonly Sighting[],
  maxGapMs: number,
): readonly AliveTime[] {
  const less = aliveTime(before, maxGapMs).map((one) => ({ ...one, aliveMs: -one.aliveMs }));
  return sumAlive([...aliveTime(after, maxGapMs), ...less]).filter(({ aliveMs }) => aliveMs !== 0);
}

/** Sums what is of one day and build. */
export function sumAlive(parts: readonly AliveTime[]): readonly AliveTime[] {
  const sums = new Map<string, AliveTime>();
  for (const part of parts) {
    const key = JSON.stringify([part.dayMs, ...buildParts(part.build)]);
    const known = sums.get(key);
    sums.set(key, { ...part, aliveMs: part.aliveMs + (known?.aliveMs ?? 0) });
  }
  return [...sums.values()];
}

export function dayOf(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS) * DAY_MS;
}

/** Some order of builds, so that it does not depend on who came first which of two claims of one moment holds. */
export function compareBuilds(a: Build, b: Build): number {
  const [left, right] = [JSON.stringify(buildParts(a)), JSON.stringify(buildParts(b))];
  return left === right ? 0 : left < right ? -1 : 1;
}

function buildParts({ release, flavour, model }: Build): readonly string[] {
  return [release, flavour, model];
}

function splitDays(fromMs: number, toMs: number, build: Build): AliveTime[] {
  const parts: AliveTime[] = [];
  for (let startMs = fromMs; startMs < toMs; startMs = dayOf(startMs) + DAY_MS) {
    const dayMs = dayOf(startMs);
    parts.push({ dayMs, build, aliveMs: Math.min(toMs, dayMs + DAY_MS) - startMs });
  }
  return parts;
}
