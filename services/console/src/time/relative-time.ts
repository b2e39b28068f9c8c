const STEPS = [
  { unit: 's', ms: 1_000, belowMs: 60_000 },
  { unit: 'min', ms: 60_000, belowMs: 3_600_000 },
  { unit: 'h', ms: 3_600_000, belowMs: 48 * 3_600_000 },
  { unit: 'd', ms: 86_400_000, belowMs: 60 * 86_400_000 },
  { unit: 'mo', ms: 30.44 * 86_400_000, belowMs: 24 * 30.44 * 86_400_000 },
  { unit: 'y', ms: 365.25 * 86_400_000, belowMs: Number.POSITIVE_INFINITY },
] as const;

/** `now`, `40 s ago`, `3 min ago`, `in 5 min`. Whole units, rounded down: what is said has really passed. */
export function relativeTime(at: Date, now: Date): string {
  const distanceMs = now.getTime() - at.getTime();
  const span = Math.abs(distanceMs);
  if (Number.isNaN(span)) return 'unknown';
  if (span < 5_000) return 'now';
  const step = STEPS.find((candidate) => span < candidate.belowMs) ?? STEPS[5];
  const text = `${Math.floor(span / step.ms)} ${step.unit}`;
  return distanceMs >= 0 ? `${text} ago` : `in ${text}`;
}

/** `2026-11-23 03:12:07`, in `timeZone`. */
export function wallClock(at: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((candidate) => candidate.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}:${part('second')}`;
}

/** The exact time for a tooltip: the viewer's zone and UTC; once when they are the same. The host's zone is unknown. */
export function exactTime(at: Date, viewerZone: string): string {
  if (Number.isNaN(at.getTime())) return 'unknown';
  const utc = `${wallClock(at, 'UTC')} UTC`;
  const local = `${wallClock(at, viewerZone)} ${viewerZone}`;
  return viewerZone === 'UTC' || viewerZone === 'Etc/UTC' ? utc : `${local} · ${utc}`;
}

/** `4 s`, `1 min 12 s`, `3 h 4 min`, `12 d 3 h`: two largest units. For uptimes and durations. */
export function durationText(seconds: number): string {
  const units = [
    ['d', 86_400],
    ['h', 3_600],
    ['min', 60],
    ['s', 1],
  ] as const;
  if (seconds < 1) return `${Math.round(seconds * 1_000)} ms`;
  const first = units.findIndex(([, size]) => seconds >= size);
  const [unit, size] = units[first] ?? units[3];
  const head = Math.floor(seconds / size);
  const next = units[first + 1];
  const rest = next === undefined ? 0 : Math.floor((seconds - head * size) / next[1]);
  return next === undefined || rest === 0 ? `${head} ${unit}` : `${head} ${unit} ${rest} ${next[0]}`;
}
