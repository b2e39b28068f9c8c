import { setTimeout as delay } from 'node:timers/promises';
import type { Stores } from '@oopstream/backends';
import { TOPICS } from '@oopstream/contracts';
import { RetryableError } from '@oopstream/ports';
import type { Clock, EventLogAdmin, TokenScope } from '@oopstream/ports';
import { ConfigError, hashTokenSecret, parseToken } from '@oopstream/runtime';
import type { Logger } from '@oopstream/runtime';
import type { MigrateConfig } from './config';

const RETRY_MS = 1_000;

export interface MigrateDeps {
  readonly config: MigrateConfig;
  readonly stores: Pick<Stores, 'migrate' | 'tokens'>;
  readonly logAdmin: EventLogAdmin;
  readonly logger: Logger;
  readonly clock: Clock;
}

/**
 * Brings schema, topics and first tokens up to this version; a second run changes nothing. Waits for backing services
 * that are still starting.
 * @throws ConfigError for a malformed token; whatever a backing service last said once `waitMs` is over
 */
export async function migrateAll(deps: MigrateDeps): Promise<void> {
  const deadlineMs = deps.clock.nowMs() + deps.config.waitMs;
  for (;;) {
    try {
      const migrations = await deps.stores.migrate();
      const { created } = await deps.logAdmin.migrate(Object.values(TOPICS));
      deps.logger.info({ migrations, topics: created }, 'migrated');
      return await ensureTokens(deps);
    } catch (error) {
      if (!(error instanceof RetryableError) || deps.clock.nowMs() >= deadlineMs) throw error;
      deps.logger.warn({ err: error }, 'a backing service is not there yet');
      await delay(RETRY_MS);
    }
  }
}

const SCOPES: Readonly<Record<'ingestToken' | 'readToken' | 'adminToken', readonly TokenScope[]>> = {
  ingestToken: ['ingest'],
  readToken: ['read'],
  adminToken: ['read', 'raw', 'admin'],
};

async function ensureTokens({ config, stores, clock, logger }: MigrateDeps): Promise<void> {
  for (const [setting, scopes] of Object.entries(SCOPES) as [keyof typeof SCOPES, readonly TokenScope[]][]) {
    const given = config[setting];
    if (given === undefined) continue;
    const token = parseToken(given.reveal());
    if (token === null) throw new ConfigError(`${setting}: not of the form oops_<id>_<secret>`);
    const label = `first ${setting.replace('Token', '')} token`;
    const { tenant } = config;
    const row = { tenant, label, scopes, boundHost: null, secretHash: hashTokenSecret(token.secret) };
    // One that is there stays as it is, and one that was revoked stays revoked.
    if ((await stores.tokens.create(row, token.id, clock.nowMs())) !== null)
      logger.info({ id: token.id, scopes }, 'token created');
  }
}
