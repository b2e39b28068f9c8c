import { runMigrations } from '@oopstream/adapter-postgres';
import type { PostgresPool, Sql } from '@oopstream/adapter-postgres';
import { FatalError } from '@oopstream/ports';
import type { EventLogAdmin, TopicSpec } from '@oopstream/ports';
import { createGroupTables } from './group-tables';
import { toLogError } from './log-error';
import type { LogTables, Topic } from './log-tables';
import { LOG_MIGRATIONS } from './schema';

/** Limits are only raised, never lowered: there may be records of the old size. Retention is what was asked for last. */
const UPSERT_TOPIC = `
INSERT INTO oopstream_log.topic AS t (name, partitions, retention_ms, cleanup, max_record_bytes)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (name) DO UPDATE SET partitions = excluded.partitions, retention_ms = excluded.retention_ms,
  max_record_bytes = greatest(t.max_record_bytes, excluded.max_record_bytes)
RETURNING topic_id AS id`;

const ADD_PARTITIONS = `
INSERT INTO oopstream_log.partition (topic_id, partition)
SELECT $1, partition FROM generate_series(0, $2::integer - 1) AS partition ON CONFLICT DO NOTHING`;

export function createAdmin(pool: PostgresPool, tables: LogTables): EventLogAdmin {
  return {
    async migrate(specs) {
      try {
        await runMigrations(pool, 'embedded-log', LOG_MIGRATIONS);
        return { created: await pool.transaction((sql) => migrateTopics(sql, specs)) };
      } catch (error) {
        throw toLogError(error);
      }
    },
    positions: async (topic, group) => tables.positions(await tables.topic(topic), group),
    seek: async (group, topic, to) => createGroupTables(pool, group).seek(await tables.topic(topic), to),
    close: () => Promise.resolve(),
  };
}

async function migrateTopics(sql: Sql, specs: readonly TopicSpec[]): Promise<readonly string[]> {
  await sql.query('LOCK TABLE oopstream_log.topic IN SHARE ROW EXCLUSIVE MODE');
  const { rows } = await sql.query<Pick<Topic, 'name' | 'partitions' | 'cleanup'>>(
    'SELECT name, partitions, cleanup FROM oopstream_log.topic',
  );
  const held = new Map(rows.map((topic) => [topic.name, topic]));
  for (const spec of specs) {
    const topic = held.get(spec.name);
    if (topic === undefined) continue;
    if (topic.cleanup !== spec.cleanup || topic.partitions > spec.partitions)
      throw new FatalError(
        'topic-mismatch',
        `${spec.name} has ${topic.partitions} partitions and cleanup ${topic.cleanup}: neither can be taken back`,
      );
  }
  for (const spec of specs) {
    const values = [spec.name, spec.partitions, spec.retentionMs, spec.cleanup, spec.maxRecordBytes];
    const upserted = await sql.query<{ id: number }>(UPSERT_TOPIC, values);
    await sql.query(ADD_PARTITIONS, [upserted.rows[0]!.id, spec.partitions]);
  }
  return specs.map((spec) => spec.name).filter((name) => !held.has(name));
}
