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
  /** When the boot began that it was seen in; absent or `null` where unknown. */
  readonly bootedMs?: number | null;
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
 * of what the host ran at its start. So no moment counts twice, however many sightings there are. Where the next one says
 * that the host booted in between, the time up to the boot, or to the crash before it, is of the first, and the time from
 * the boot on of the second. After the last one nothing counts yet: see {@link openAliveMs}.
 *
 * @param sightings of one host, by rising time, no two of one time.
 * @param ends times at which it died, by rising time. One that no boot follows is not believed: clocks of hosts err, and
 * a host that came back without saying when was away for minutes, not until it was seen again.
 */
export function aliveTime(
  sightings: readonly Sighting[],
  maxGapMs: number,
  ends: readonly number[] = [],
): readonly AliveTime[] {
  return sumAlive(
    sightings.slice(1).flatMap((next, index) => aliveBetween(sightings[index]!, next, maxGapMs, ends)),
  );
}

function aliveBetween(one: Sighting, next: Sighting, maxGapMs: number, ends: readonly number[]): AliveTime[] {
  const untilMs = Math.min(next.atMs, one.atMs + maxGapMs);
  const bootedMs = next.bootedMs ?? null;
  if (bootedMs === null || bootedMs <= one.atMs) return splitDays(one.atMs, untilMs, one.build);
  const endMs = ends.find((atMs) => atMs >= one.atMs) ?? Infinity;
  return [
    ...splitDays(one.atMs, Math.min(untilMs, endMs, bootedMs), one.build),
    ...splitDays(Math.max(bootedMs, next.atMs - maxGapMs), next.atMs, next.build),
  ];
}

/**
 * Time alive behind a host's last sighting that lies in [`sinceMs`, `untilMs`), as of now.
 *
 * @param downMs when it died after that sighting; `null` where it did not.
 */
export function openAliveMs(
  lastAtMs: number,
  maxGapMs: number,
  { sinceMs, untilMs }: { readonly sinceMs: number; readonly untilMs: number },
  downMs: number | null = null,
): number {
  const endMs = Math.min(lastAtMs + maxGapMs, untilMs, downMs ?? Infinity);
  return Math.max(0, endMs - Math.max(lastAtMs, sinceMs));
}

/** What is known of one host's life; both by rising time, no two of one time. */
export interface HostLife {
  readonly sightings: readonly Sighting[];
  readonly ends: readonly number[];
}

/** What must be added to the host-days counted from `before` so that they are those of `after`. Without zeros. */
export function aliveDifference(before: HostLife, after: HostLife, maxGapMs: number): readonly AliveTime[] {
  const less = aliveTime(before.sightings, maxGapMs, before.ends).map((one) => ({
    ...one,
    aliveMs: -one.aliveMs,
  }));
  return sumAlive([...aliveTime(after.sightings, maxGapMs, after.ends), ...less]).filter(
    ({ aliveMs }) => aliveMs !== 0,
  );
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

/** Some order, so that it does not depend on who came first which of two claims of one moment holds. */
export function compareClaims(a: Sighting, b: Sighting): number {
  const [left, right] = [JSON.stringify(buildParts(a.build)), JSON.stringify(buildParts(b.build))];
  if (left !== right) return left < right ? -1 : 1;
  return (b.bootedMs ?? -1) - (a.bootedMs ?? -1);
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
