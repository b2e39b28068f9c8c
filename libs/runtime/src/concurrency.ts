/** Runs `task` as soon as fewer than the limit's number of tasks run; waiting tasks start in the order they came. */
export type ConcurrencyLimit = <T>(task: () => Promise<T>) => Promise<T>;

/** @param maxRunning tasks at once, at least 1. The queue itself is unbounded: bound what is put in. */
export function limitConcurrency(maxRunning: number): ConcurrencyLimit {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (running >= maxRunning) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      // The place goes straight to the next in line, so that no newcomer takes it in between.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
