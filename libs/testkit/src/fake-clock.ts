import type { Clock } from '@oopstream/ports';

/** A clock that moves only when told to. */
export interface FakeClock extends Clock {
  advance(byMs: number): void;
}

/** @param startMs milliseconds since 1970; default 2026-01-01T00:00:00Z. */
export function createFakeClock(startMs = Date.UTC(2026, 0, 1)): FakeClock {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    advance(byMs) {
      nowMs += byMs;
    },
  };
}
