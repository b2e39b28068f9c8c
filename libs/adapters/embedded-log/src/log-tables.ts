import type { PostgresPool } from '@oopstream/adapter-postgres';
import { FatalError } from '@oopstream/ports';
import type { LogRecord, PartitionPosition } from '@oopstream/ports';
import { toLogError } from './log-error';
import { decodeRecords } from './record-codec';
import type { EncodedRecord, FetchedMeta } from './record-codec';

export interface Topic {
  readonly id: number;
  readonly name: string;
  readonly partitions: number;
  readonly retentionMs: number;
  readonly cleanup: 'delete' | 'compact';
  readonly maxRecordBytes: number;
}

/** Records of one partition, to be appended in this order. */
export interface AppendSlot {
  readonly topic: Topic;
  readonly partition: number;
  readonly records: readonly EncodedRecord[];
}

export interface PartitionEnds {
  readonly topicId: number;
  readonly partition: number;
  readonly startOffset: number;
  readonly endOffset: number;
}

export interface FetchLimits {
  readonly maxRecords: number;
  readonly maxBytes: number;
}

/** Topics and their records in PostgreSQL. Throws `log-unavailable` and `log-query-failed`. */
export interface LogTables {
  /** @throws FatalError `unknown-topic` */
  topic(name: string): Promise<Topic>;
  topics(): Promise<readonly Topic[]>;
  /** Commits all or nothing. */
  append(slots: readonly AppendSlot[]): Promise<void>;
  ends(topicIds: readonly number[]): Promise<readonly PartitionEnds[]>;
  /** Records from an offset on, within limits; the first one even when it alone is beyond them. */
  fetch(topic: Topic, partition: number, from: number, limits: FetchLimits): Promise<readonly LogRecord[]>;
  positions(topic: Topic, group: string): Promise<readonly PartitionPosition[]>;
}

const TOPIC_COLUMNS = `topic_id AS id, name, partitions, retention_ms AS "retentionMs", cleanup,
  max_record_bytes AS "maxRecordBytes"`;

const FETCH = `
SELECT json_agg(json_build_array(record_offset, appended_ms, octet_length(key), octet_length(headers),
         octet_length(value), encoding) ORDER BY record_offset) AS metas,
       string_agg(key || headers || value, ''::bytea ORDER BY record_offset) AS packed
FROM (
  SELECT *, sum(size_bytes) OVER w AS upto, row_number() OVER w AS nth FROM (
    SELECT * FROM oopstream_log.record WHERE topic_id = $1 AND partition = $2 AND record_offset >= $3
    ORDER BY record_offset LIMIT $4) AS few
  WINDOW w AS (ORDER BY record_offset)) AS sized
WHERE upto <= $5 OR nth = 1`;

const POSITIONS = `
SELECT p.partition, p.start_offset AS "startOffset", p.end_offset AS "endOffset",
       l.committed_offset AS "committedOffset"
FROM oopstream_log.partition AS p
LEFT JOIN oopstream_log.lease AS l
  ON l.group_name = $2 AND l.topic_id = p.topic_id AND l.partition = p.partition
WHERE p.topic_id = $1 ORDER BY p.partition`;

export function createLogTables(pool: PostgresPool): LogTables {
  const rowsOf = async <Row extends object>(
    name: string,
    text: string,
    values: readonly unknown[],
  ): Promise<readonly Row[]> => {
    try {
      return (await pool.query<Row>(text, values, `oopstream_log_${name}`)).rows;
    } catch (error) {
      throw toLogError(error);
    }
  };
  return {
    async topic(name) {
      const text = `SELECT ${TOPIC_COLUMNS} FROM oopstream_log.topic WHERE name = $1`;
      const [topic] = await rowsOf<Topic>('topic', text, [name]);
      if (topic === undefined) throw new FatalError('unknown-topic', `${name} was never migrated`);
      return topic;
    },
    topics: () =>
      rowsOf<Topic>('topics', `SELECT ${TOPIC_COLUMNS} FROM oopstream_log.topic ORDER BY name`, []),
    async append(slots) {
      await rowsOf('append', 'SELECT oopstream_log.append($1, $2, $3)', packSlots(slots));
    },
    ends: (topicIds) =>
      rowsOf<PartitionEnds>(
        'ends',
        `SELECT topic_id AS "topicId", partition, start_offset AS "startOffset", end_offset AS "endOffset"
         FROM oopstream_log.partition WHERE topic_id = ANY ($1)`,
        [topicIds],
      ),
    async fetch(topic, partition, from, limits) {
      const values = [topic.id, partition, from, limits.maxRecords, limits.maxBytes];
      const [row] = await rowsOf<{ metas: readonly FetchedMeta[] | null; packed: Buffer }>(
        'fetch',
        FETCH,
        values,
      );
      return row === undefined || row.metas === null
        ? []
        : decodeRecords(topic.name, partition, row.metas, row.packed);
    },
    async positions(topic, group) {
      const rows = await rowsOf<PartitionPosition>('positions', POSITIONS, [topic.id, group]);
      return rows.map((row) => ({ ...row, topic: topic.name }));
    },
  };
}

/** Keys, headers and values in one binary parameter: as elements of an array they would travel as hexadecimal. */
function packSlots(slots: readonly AppendSlot[]): [slots: string, records: string, packed: Buffer] {
  const chunks: Uint8Array[] = [];
  const records: object[] = [];
  // SQL counts from one: bytes of the packed parameter, elements of arrays.
  let at = 1;
  slots.forEach(({ topic, partition, records: own }, index) => {
    own.forEach(({ key, headers, value, sizeBytes, encoding }, n) => {
      const lengths = { k: key.byteLength, h: headers.byteLength, v: value.byteLength };
      records.push({
        i: index + 1,
        t: topic.id,
        p: partition,
        n,
        s: sizeBytes,
        e: encoding,
        a: at,
        ...lengths,
      });
      chunks.push(key, headers, value);
      at += lengths.k + lengths.h + lengths.v;
    });
  });
  const allocation = slots.map(({ topic, partition, records: { length: count } }, index) => ({
    i: index + 1,
    topic: topic.id,
    partition,
    count,
  }));
  return [JSON.stringify(allocation), JSON.stringify(records), Buffer.concat(chunks)];
}
