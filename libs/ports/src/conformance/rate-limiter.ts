import type { RateDecision, RateLimiter } from '../rate-limiter';

/** A limiter under test; every `open` is a process of its own on the same store. */
export interface RateLimiterHarness {
  open(): Promise<RateLimiter>;
  /** Lets time pass for the limiter: a fake clock, or a wait. */
  passMs(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Refills one token in a quarter of an hour: nothing while a law runs. */
const SLOW = { perSecond: 0.001, burst: 10 };

/** Registers the laws that every rate limiter keeps. Needs jest's globals. */
export function rateLimiterConformance(name: string, makeHarness: () => Promise<RateLimiterHarness>): void {
  describe(`rate limiter: ${name}`, () => {
    let harness: RateLimiterHarness;
    let limiter: RateLimiter;
    let key: string;
    beforeAll(async () => {
      harness = await makeHarness();
      limiter = await harness.open();
    });
    beforeEach(() => {
      key = crypto.randomUUID();
    });
    afterAll(() => harness.close());

    it('allows the burst at once and refuses what is beyond it', async () => {
      for (let taken = 0; taken < 10; taken += 1)
        expect(await limiter.take(key, 1, SLOW)).toEqual({ allowed: true });
      const refusal = await limiter.take(key, 1, SLOW);
      expect(refusal).toEqual({ allowed: false, retryAfterMs: expect.any(Number) as number });
      expect(retryAfterMs(refusal)).toBeGreaterThan(900_000);
      expect(retryAfterMs(refusal)).toBeLessThanOrEqual(1_000_000);
    });

    it('keeps keys apart', async () => {
      await limiter.take(key, 10, SLOW);
      expect((await limiter.take(key, 1, SLOW)).allowed).toBe(false);
      expect((await limiter.take(`${key}-other`, 10, SLOW)).allowed).toBe(true);
    });

    it('takes nothing when it refuses', async () => {
      await limiter.take(key, 8, SLOW);
      expect((await limiter.take(key, 5, SLOW)).allowed).toBe(false);
      expect((await limiter.take(key, 2, SLOW)).allowed).toBe(true);
    });

    it('keeps its word: it fits after the time it named, and not much earlier', async () => {
      const limit = { perSecond: 4, burst: 5 };
      await limiter.take(key, 5, limit);
      const waitMs = retryAfterMs(await limiter.take(key, 1, limit));
      expect(Number.isInteger(waitMs)).toBe(true);
      expect(waitMs).toBeGreaterThan(125);
      expect(waitMs).toBeLessThanOrEqual(250);
      await harness.passMs(waitMs);
      expect((await limiter.take(key, 1, limit)).allowed).toBe(true);
      expect((await limiter.take(key, 2, limit)).allowed).toBe(false);
    });

    it('never holds more than the burst, however long it was left alone', async () => {
      const limit = { perSecond: 1_000, burst: 3 };
      await limiter.take(key, 3, limit);
      await harness.passMs(50);
      expect((await limiter.take(key, 3, limit)).allowed).toBe(true);
      expect((await limiter.take(key, 3, { ...limit, perSecond: 0.001 })).allowed).toBe(false);
    });

    it('counts a cost above the burst as the burst', async () => {
      expect((await limiter.take(key, 50, SLOW)).allowed).toBe(true);
      expect((await limiter.take(key, 1, SLOW)).allowed).toBe(false);
    });

    it('allows exactly the burst to many who come at once, through all processes', async () => {
      const limiters = [limiter, await harness.open()];
      const takes = Array.from({ length: 60 }, (_, index) => limiters[index % 2]!.take(key, 1, SLOW));
      const allowed = (await Promise.all(takes)).filter((decision) => decision.allowed);
      expect(allowed.length).toBe(10);
    });
  });
}

function retryAfterMs(decision: RateDecision): number {
  return decision.allowed ? 0 : decision.retryAfterMs;
}
