import { limitConcurrency } from './concurrency';

describe('limitConcurrency', () => {
  it('runs at most so many tasks at once, each exactly once, in order', async () => {
    const limit = limitConcurrency(3);
    const started: number[] = [];
    let running = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        limit(async () => {
          started.push(index);
          most = Math.max(most, (running += 1));
          await Promise.resolve();
          running -= 1;
        }),
      ),
    );
    expect(most).toBe(3);
    expect(started).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  it('gives the place on after a failure, and passes the failure through', async () => {
    const limit = limitConcurrency(1);
    await expect(limit(() => Promise.reject(new Error('first')))).rejects.toThrow('first');
    await expect(limit(() => Promise.resolve('second'))).resolves.toBe('second');
  });
});
