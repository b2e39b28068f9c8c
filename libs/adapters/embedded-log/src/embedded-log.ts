import type { PostgresPool } from '@oopstream/adapter-postgres';
import type {
  Clock,
  EventLogAdmin,
  EventLogReader,
  EventLogWriter,
  SubscribeOptions,
} from '@oopstream/ports';
import type { Logger, Metrics } from '@oopstream/runtime';
import { createAdmin } from './admin';
import type { EmbeddedLogConfig } from './embedded-log-config';
import { createGroupTables } from './group-tables';
import { createLogTables } from './log-tables';
import { Member } from './member';
import { startSweeper } from './sweeper';
import type { SweepReport } from './sweeper';
import { createWakeups } from './wakeups';
import { createWriter } from './writer';

export interface EmbeddedLogDeps {
  /** Stays the caller's; used by several statements at a time, and by one listening connection of its own. */
  readonly pool: PostgresPool;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

export interface EmbeddedLog {
  readonly writer: EventLogWriter;
  readonly reader: EventLogReader;
  readonly admin: EventLogAdmin;
  /** Deletes now what retention lets go; this also happens by itself every `sweepMs`. */
  sweep(): Promise<SweepReport>;
  /** Closes the writer and every subscription, then stops sweeping and listening. */
  close(): Promise<void>;
}

/**
 * The event log on PostgreSQL, in schema `oopstream_log` (made by `admin.migrate`): the same port, and the same laws,
 * as Kafka's. Several processes may open it. PostgreSQL may restart under it: appends fail with `log-unavailable`
 * meanwhile, subscriptions say `recovering` and go on.
 */
export function createEmbeddedLog(config: EmbeddedLogConfig, deps: EmbeddedLogDeps): EmbeddedLog {
  const { pool, logger } = deps;
  const tables = createLogTables(pool);
  const wakeups = createWakeups(pool, logger);
  const writer = createWriter(config, { ...deps, tables, wakeups });
  const sweeper = startSweeper(config, { ...deps, tables });
  const members = new Set<Member>();

  const subscribe = async (options: SubscribeOptions): Promise<Member> => {
    const topics = await Promise.all(options.topics.map((name) => tables.topic(name)));
    const group = createGroupTables(pool, options.group);
    const member = new Member(options, topics, { ...deps, config, tables, group, wakeups });
    members.add(member);
    const forget = () => members.delete(member);
    member.done.then(forget, forget);
    member.start();
    return member;
  };

  return {
    writer,
    reader: { subscribe },
    admin: createAdmin(pool, tables),
    sweep: () => sweeper.sweep(),
    async close() {
      await writer.close();
      await Promise.all([...members].map((member) => member.close()));
      await sweeper.close();
      await wakeups.close();
    },
  };
}
