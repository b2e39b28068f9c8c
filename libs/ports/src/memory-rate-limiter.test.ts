import { rateLimiterConformance } from './conformance';
import { createMemoryRateLimiter } from './memory-rate-limiter';

rateLimiterConformance('memory', () => {
  let nowMs = 1_000_000;
  const limiter = createMemoryRateLimiter({ clock: { nowMs: () => nowMs } });
  return Promise.resolve({
    open: () => Promise.resolve(limiter),
    passMs: (ms) => {
      nowMs += ms;
      return Promise.resolve();
    },
    close: () => limiter.close(),
  });
});

describe('memory rate limiter', () => {
  const limit = { perSecond: 0.001, burst: 1 };
  const isAllowed = async (limiter: ReturnType<typeof createMemoryRateLimiter>, key: string) =>
    (await limiter.take(key, 1, limit)).allowed;

  it('forgets the bucket that was not used for longest when there are too many', async () => {
    const limiter = createMemoryRateLimiter({ clock: { nowMs: () => 0 }, maxKeys: 2 });
    for (const key of ['a', 'b']) expect(await isAllowed(limiter, key)).toBe(true);
    expect(await isAllowed(limiter, 'a')).toBe(false);
    expect(await isAllowed(limiter, 'c')).toBe(true);
    expect(await isAllowed(limiter, 'a')).toBe(false);
    expect(await isAllowed(limiter, 'b')).toBe(true);
  });

  it('gives nothing when the clock goes back', async () => {
    let nowMs = 1_000_000;
    const limiter = createMemoryRateLimiter({ clock: { nowMs: () => nowMs } });
    expect(await isAllowed(limiter, 'a')).toBe(true);
    nowMs = 0;
    expect(await isAllowed(limiter, 'a')).toBe(false);
  });
});
