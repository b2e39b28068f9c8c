import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@oopstream/local-servers';
import type { LocalServer } from '@oopstream/local-servers';
import { rateLimiterConformance } from '@oopstream/ports/conformance';
import type { RateLimiter } from '@oopstream/ports';
import { ConfigError, createLogger, noMetrics } from '@oopstream/runtime';
import type { Metrics } from '@oopstream/runtime';
import { redisUrl, until } from '@oopstream/testkit';
import { createRedisRateLimiter } from './redis-rate-limiter';
import { redisConfigSchema } from './redis-config';

const logger = createLogger({ service: 'test', level: 'silent' });

function openLimiter(url: string, metrics: Metrics = noMetrics): RateLimiter {
  return createRedisRateLimiter(redisConfigSchema.parse({ url, prefix: `test-${crypto.randomUUID()}` }), {
    logger,
    metrics,
  });
}

rateLimiterConformance('redis', () => {
  const config = redisConfigSchema.parse({ url: redisUrl(), prefix: `test-${crypto.randomUUID()}` });
  const limiters: RateLimiter[] = [];
  return Promise.resolve({
    async open() {
      const limiter = createRedisRateLimiter(config, { logger, metrics: noMetrics });
      limiters.push(limiter);
      // Until it is connected it allows everything.
      const once = { perSecond: 0.001, burst: 1 };
      await until(async () => !(await limiter.take(`warm-up-${limiters.length}`, 1, once)).allowed);
      return limiter;
    },
    async passMs(ms) {
      const atMs = performance.now() + ms;
      await until(() => performance.now() >= atMs, { intervalMs: 1 });
    },
    async close() {
      await Promise.all(limiters.map((limiter) => limiter.close()));
    },
  });
});

describe('redis rate limiter while Redis is away', () => {
  const parent = mkdtempSync(join(tmpdir(), 'oopstream-redis-'));
  const dir = join(parent, 'redis');
  const once = { perSecond: 0.001, burst: 1 };
  let server: LocalServer;
  let limiter: RateLimiter;
  let failures = 0;
  beforeAll(async () => {
    server = await startRedis({ dir });
    const count: Metrics['count'] = (name) => {
      if (name === 'oopstream_limiter_failures') failures += 1;
    };
    limiter = openLimiter(server.url, { ...noMetrics, count });
  });
  afterAll(async () => {
    await limiter.close();
    await server.stop();
    rmSync(parent, { recursive: true, force: true });
  });

  const refuses = async (key: string) => !(await limiter.take(key, 1, once)).allowed;

  it('allows everything, soon, and counts it; limits again when Redis is back', async () => {
    await until(() => refuses('before'));
    await server.kill();
    failures = 0;
    const startedAtMs = performance.now();
    for (let index = 0; index < 20; index += 1) expect(await refuses('before')).toBe(false);
    expect(performance.now() - startedAtMs).toBeLessThan(1_000);
    expect(failures).toBe(20);
    server = await startRedis({ dir, port: server.port });
    await until(() => refuses('after'));
  });

  it('does not start without a url, and says which setting is missing', () => {
    const config = redisConfigSchema.parse({});
    const start = () => createRedisRateLimiter(config, { logger, metrics: noMetrics });
    expect(start).toThrow(ConfigError);
    expect(start).toThrow('OOPSTREAM_REDIS_URL');
  });
});
