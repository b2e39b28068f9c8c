import { FatalError, RetryableError } from '@oopstream/ports';
import { repeatWork } from './repeated-work';
import type { RepeatedWork } from './repeated-work';

/** Resolves once `count` runs have begun; `runs` tells each its number. */
function counted(count: number, run: (number: number) => Promise<void>) {
  let begun = 0;
  const { promise: reached, resolve } = Promise.withResolvers<void>();
  const work = (): Promise<void> => {
    begun += 1;
    if (begun === count) resolve();
    return run(begun);
  };
  return { work, reached, begun: () => begun };
}

describe('repeatWork', () => {
  it('goes on after trouble that may pass, and forgets it once a run succeeds', async () => {
    const troubles: string[] = [];
    const away = new RetryableError('store-unavailable', 'gone');
    const runs = counted(4, (number) => (number === 2 ? Promise.reject(away) : Promise.resolve()));
    const errors: (string | null)[] = [];
    // The first run begins before there is a handle to ask.
    let repeated: RepeatedWork | null = null;
    repeated = repeatWork({
      intervalMs: 1,
      work: () => {
        errors.push(repeated?.lastError() ?? null);
        return runs.work();
      },
      onTrouble: (error) => troubles.push(error.reason),
    });
    await runs.reached;
    await repeated.stop();
    expect(troubles).toEqual(['store-unavailable']);
    expect(errors.slice(1)).toEqual([null, 'store-unavailable: gone', null]);
  });

  it('ends on an error that running again cannot heal', async () => {
    const bug = new FatalError('bug', 'ours');
    const runs = counted(1, () => Promise.reject(bug));
    const repeated = repeatWork({ intervalMs: 1, work: runs.work, onTrouble: () => undefined });
    await expect(repeated.failed).rejects.toBe(bug);
    await repeated.stop();
    expect(runs.begun()).toBe(1);
  });

  it('lets a running one finish when it stops, tells it so, and begins no other', async () => {
    const { promise: release, resolve } = Promise.withResolvers<void>();
    let told = false;
    const runs = counted(1, () => release);
    const repeated = repeatWork({
      intervalMs: 1,
      work: async (isStopped) => {
        await runs.work();
        told = isStopped();
      },
      onTrouble: () => undefined,
    });
    await runs.reached;
    const stopped = repeated.stop();
    resolve();
    await stopped;
    expect([told, runs.begun()]).toEqual([true, 1]);
  });
});
