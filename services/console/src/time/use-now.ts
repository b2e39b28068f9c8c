import { useSyncExternalStore } from 'react';

const TICK_MS = 5_000;
let now = new Date();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;

function tick(): void {
  now = new Date();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

/** One clock for the page, so that all relative times change together, at most every five seconds. */
export function useNow(): Date {
  return useSyncExternalStore(subscribe, () => now);
}
