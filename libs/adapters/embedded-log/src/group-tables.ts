import type { PostgresPool } from '@oopstream/adapter-postgres';
import { FatalError } from '@oopstream/ports';
import type { ReplayStart } from '@oopstream/ports';
import type { GroupView } from './deal';
import { toLogError } from './log-error';
import type { Topic } from './log-tables';

/** A partition that we hold; commits carry the epoch. */
export interface ClaimedPartition {
  readonly topicId: number;
  readonly partition: number;
  readonly epoch: number;
  /** `null` before the group's first commit. */
  readonly committedOffset: number | null;
}

export type PartitionId = Pick<ClaimedPartition, 'topicId' | 'partition'>;

/** Members and leases of one group in PostgreSQL. Throws `log-unavailable` and `log-query-failed`. */
export interface GroupTables {
  beat(member: string, topicIds: readonly number[], sessionTimeoutMs: number): Promise<GroupView>;
  /** @returns those of the wanted partitions that were free */
  claim(member: string, wanted: readonly PartitionId[]): Promise<readonly ClaimedPartition[]>;
  release(member: string, given: readonly PartitionId[]): Promise<void>;
  /** @returns where the partition ends; `null` when the lease is another's by now, and nothing was committed */
  commit(member: string, held: ClaimedPartition, nextOffset: number): Promise<number | null>;
  leave(member: string): Promise<void>;
  /** @throws FatalError `group-active` */
  seek(topic: Topic, to: ReplayStart): Promise<void>;
}

const RELEASE = `
UPDATE oopstream_log.lease AS l SET owner = NULL
FROM json_to_recordset($3) AS g("topicId" integer, partition integer)
WHERE l.group_name = $1 AND l.owner = $2 AND l.topic_id = g."topicId" AND l.partition = g.partition`;

const LEAVE = `
WITH freed AS (UPDATE oopstream_log.lease SET owner = NULL WHERE group_name = $1 AND owner = $2)
DELETE FROM oopstream_log.member WHERE group_name = $1 AND member_id = $2`;

/** The epoch rises too: a member that was only asleep cannot commit over the new position. */
const SEEK = `
INSERT INTO oopstream_log.lease AS l (group_name, topic_id, partition, committed_offset, epoch)
SELECT $1, topic_id, partition,
       CASE WHEN $3::bigint IS NULL THEN oopstream_log.offset_at(topic_id, partition, $4)
            ELSE least(greatest($3, start_offset), end_offset) END, 1
FROM oopstream_log.partition WHERE topic_id = $2
ON CONFLICT (group_name, topic_id, partition) DO UPDATE
SET committed_offset = excluded.committed_offset, owner = NULL, epoch = l.epoch + 1`;

export function createGroupTables(pool: PostgresPool, group: string): GroupTables {
  const rowsOf = async <Row extends object>(name: string, text: string, values: readonly unknown[]) => {
    try {
      return (await pool.query<Row>(text, [group, ...values], `oopstream_log_${name}`)).rows;
    } catch (error) {
      throw toLogError(error);
    }
  };
  return {
    async beat(member, topicIds, sessionTimeoutMs) {
      const text = 'SELECT oopstream_log.beat($1, $2, $3, $4) AS view';
      const [row] = await rowsOf<{ view: GroupView }>('beat', text, [member, topicIds, sessionTimeoutMs]);
      return row!.view;
    },
    async claim(member, wanted) {
      const text = 'SELECT oopstream_log.claim($1, $2, $3) AS claimed';
      const values = [member, JSON.stringify(wanted)];
      const [row] = await rowsOf<{ claimed: readonly ClaimedPartition[] }>('claim', text, values);
      return row!.claimed;
    },
    async release(member, given) {
      await rowsOf('release', RELEASE, [member, JSON.stringify(given)]);
    },
    async commit(member, { topicId, partition, epoch }, nextOffset) {
      const text = 'SELECT oopstream_log.commit_offset($1, $2, $3, $4, $5, $6) AS "endOffset"';
      const values = [topicId, partition, member, epoch, nextOffset];
      const [row] = await rowsOf<{ endOffset: number | null }>('commit', text, values);
      return row!.endOffset;
    },
    async leave(member) {
      await rowsOf('leave', LEAVE, [member]);
    },
    seek: (topic, to) => seek(pool, group, topic, to),
  };
}

async function seek(pool: PostgresPool, group: string, topic: Topic, to: ReplayStart): Promise<void> {
  const at = 'offset' in to ? [to.offset, null] : [null, to.timeMs];
  let active = false;
  try {
    await pool.transaction(async (sql) => {
      await sql.query('SELECT oopstream_log.lock_group($1)', [group]);
      const alive = await sql.query(
        'SELECT FROM oopstream_log.member WHERE group_name = $1 AND expires_at > clock_timestamp() LIMIT 1',
        [group],
      );
      active = alive.rowCount > 0;
      if (!active) await sql.query(SEEK, [group, topic.id, ...at]);
    });
  } catch (error) {
    throw toLogError(error);
  }
  if (active) throw new FatalError('group-active', `${group} has members: stop them before you seek`);
}
