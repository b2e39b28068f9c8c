/** Clocks of hosts may run ahead of ours by that much before they are called wrong. */
const MAX_AHEAD_MS = 5 * 60_000;
/** A host that believes to live before 2000 has lost its clock. */
const EARLIEST_MS = Date.UTC(2000, 0, 1);

export interface CrashTime {
  /** The crash's own time as the text or else the sender has it; `null` when neither is believable. */
  readonly occurredAtMs: number | null;
  /** What crashes are ordered and compared by: the own time, else the receipt's. */
  readonly crashTimeMs: number;
}

/** The log's own clock comes before what the sender says; a time after the receipt or long past is not believed. */
export function crashTime(
  readingMs: number | null,
  contextMs: number | null,
  receivedAtMs: number,
): CrashTime {
  const believable = (timeMs: number | null): timeMs is number =>
    timeMs !== null && timeMs >= EARLIEST_MS && timeMs <= receivedAtMs + MAX_AHEAD_MS;
  const occurredAtMs = [readingMs, contextMs].find(believable) ?? null;
  return { occurredAtMs, crashTimeMs: occurredAtMs ?? receivedAtMs };
}
