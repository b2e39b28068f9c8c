import { secret } from '@oopstream/runtime';
import { z } from 'zod';

const milliseconds = (fallback: number) => z.coerce.number().int().min(1).default(fallback);

/** Section `redis`. */
export const redisConfigSchema = z.object({
  /** `redis://user:password@host:port/db`, `rediss://` for TLS. Only needed where a backend is `redis`. */
  url: secret().optional(),
  /** Before every key. */
  prefix: z.string().min(1).default('oopstream'),
  connectTimeoutMs: milliseconds(5_000),
  /** Longest wait for an answer. Rate limits are asked on the way of every request. */
  commandTimeoutMs: milliseconds(250),
});

export type RedisConfig = z.infer<typeof redisConfigSchema>;
