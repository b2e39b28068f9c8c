import { secret } from '@oopstream/runtime';
import { z } from 'zod';

const milliseconds = (fallback: number) => z.coerce.number().int().min(1).default(fallback);

/** Section `redis`. */
export const redisConfigSchema = z.object({
  url: secret()
    .optional()
    .describe(
      '`redis://user:password@host:port/db`, `rediss://` for TLS; needed where a backend is `redis`.',
    ),
  prefix: z.string().min(1).default('oopstream').describe('Put before every key.'),
  connectTimeoutMs: milliseconds(5_000).describe('Longest time to open a connection.'),
  commandTimeoutMs: milliseconds(250).describe(
    'Longest wait for an answer; rate limits are asked on the way of every request.',
  ),
});

export type RedisConfig = z.infer<typeof redisConfigSchema>;
