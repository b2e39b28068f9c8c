import type { Migration } from '@oopstream/adapter-postgres';

/**
 * The log's tables. Functions rather than statements from outside where something has to be locked before it is read:
 * within a function each statement sees what was committed up to then, and there is one round trip.
 */
export const LOG_MIGRATIONS: readonly Migration[] = [
  {
    id: 1,
    name: 'event log',
    sql: `
CREATE SCHEMA oopstream_log;

CREATE TABLE oopstream_log.topic (
  topic_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  partitions integer NOT NULL,
  retention_ms bigint NOT NULL,
  cleanup text NOT NULL CHECK (cleanup IN ('delete', 'compact')),
  max_record_bytes integer NOT NULL
);

-- The row lock of a partition is what keeps its offsets dense and its times in order.
CREATE TABLE oopstream_log.partition (
  topic_id integer NOT NULL REFERENCES oopstream_log.topic,
  partition integer NOT NULL,
  start_offset bigint NOT NULL DEFAULT 0,
  end_offset bigint NOT NULL DEFAULT 0,
  last_appended_ms bigint NOT NULL DEFAULT 0,
  compacted_to bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (topic_id, partition)
) WITH (fillfactor = 20);

-- key (UTF-8) and headers (JSON, UTF-8) are bytes: text and jsonb cannot hold U+0000.
CREATE TABLE oopstream_log.record (
  topic_id integer NOT NULL,
  partition integer NOT NULL,
  record_offset bigint NOT NULL,
  appended_ms bigint NOT NULL,
  size_bytes integer NOT NULL,
  encoding smallint NOT NULL,
  key bytea NOT NULL,
  headers bytea NOT NULL,
  value bytea NOT NULL,
  PRIMARY KEY (topic_id, partition, record_offset)
);
ALTER TABLE oopstream_log.record ALTER COLUMN value SET STORAGE EXTERNAL;

-- Where the latest record of each key of a compacted topic is, as far as it was compacted.
CREATE TABLE oopstream_log.latest (
  topic_id integer NOT NULL,
  partition integer NOT NULL,
  key bytea NOT NULL,
  record_offset bigint NOT NULL,
  PRIMARY KEY (topic_id, partition, key)
);

CREATE TABLE oopstream_log.member (
  group_name text NOT NULL,
  member_id uuid NOT NULL,
  joined integer GENERATED ALWAYS AS IDENTITY,
  topic_ids integer[] NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (group_name, member_id)
) WITH (fillfactor = 50);

-- epoch rises with each owner: a commit by an earlier one finds no row.
CREATE TABLE oopstream_log.lease (
  group_name text NOT NULL,
  topic_id integer NOT NULL,
  partition integer NOT NULL,
  committed_offset bigint,
  owner uuid,
  epoch bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (group_name, topic_id, partition)
) WITH (fillfactor = 50);

CREATE FUNCTION oopstream_log.append(slots json, records json, packed bytea) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  slot record;
  base bigint;
  stamp bigint;
  bases bigint[];
  times bigint[];
BEGIN
  -- In order of partitions, so that two writers never wait for each other.
  FOR slot IN
    SELECT * FROM json_to_recordset(slots) AS s(i integer, topic integer, partition integer, count integer)
    ORDER BY s.topic, s.partition
  LOOP
    UPDATE oopstream_log.partition AS p
    SET end_offset = end_offset + slot.count,
        last_appended_ms = greatest(last_appended_ms, floor(extract(epoch FROM clock_timestamp()) * 1000))
    WHERE p.topic_id = slot.topic AND p.partition = slot.partition
    RETURNING p.end_offset - slot.count, p.last_appended_ms INTO STRICT base, stamp;
    bases[slot.i] := base;
    times[slot.i] := stamp;
  END LOOP;
  INSERT INTO oopstream_log.record
    (topic_id, partition, record_offset, appended_ms, size_bytes, encoding, key, headers, value)
  SELECT r.t, r.p, bases[r.i] + r.n, times[r.i], r.s, r.e,
         substring(packed FROM r.a FOR r.k), substring(packed FROM r.a + r.k FOR r.h),
         substring(packed FROM r.a + r.k + r.h FOR r.v)
  FROM json_to_recordset(records) AS r(
    i integer, t integer, p integer, n integer, s integer, e smallint, a integer, k integer, h integer, v integer);
END $$;

CREATE FUNCTION oopstream_log.lock_group(of_group text) RETURNS void
LANGUAGE sql AS $$
  SELECT pg_advisory_xact_lock(hashtextextended('oopstream_log/' || of_group, 0));
$$;

-- Says that a member lives, forgets those that no longer do, and tells who there is and who holds what.
CREATE FUNCTION oopstream_log.beat(of_group text, me uuid, topics integer[], session_ms integer) RETURNS json
LANGUAGE plpgsql AS $$
BEGIN
  -- A lost heartbeat is made good by the next one.
  PERFORM set_config('synchronous_commit', 'off', true);
  PERFORM oopstream_log.lock_group(of_group);
  DELETE FROM oopstream_log.member
  WHERE group_name = of_group AND expires_at < clock_timestamp() AND member_id <> me;
  INSERT INTO oopstream_log.member (group_name, member_id, topic_ids, expires_at)
  VALUES (of_group, me, topics, clock_timestamp() + session_ms * interval '1 ms')
  ON CONFLICT (group_name, member_id) DO UPDATE SET expires_at = excluded.expires_at;
  INSERT INTO oopstream_log.lease (group_name, topic_id, partition)
  SELECT of_group, p.topic_id, p.partition FROM oopstream_log.partition AS p
  WHERE p.topic_id = ANY (topics) AND NOT EXISTS (
    SELECT FROM oopstream_log.lease AS l
    WHERE l.group_name = of_group AND l.topic_id = p.topic_id AND l.partition = p.partition);
  RETURN json_build_object(
    'members', (
      SELECT json_agg(json_build_object('id', member_id, 'topicIds', topic_ids) ORDER BY joined)
      FROM oopstream_log.member WHERE group_name = of_group),
    'leases', (
      SELECT coalesce(json_agg(json_build_object(
        'topicId', topic_id, 'partition', partition, 'owner', owner, 'epoch', epoch)
        ORDER BY topic_id, partition), '[]')
      FROM oopstream_log.lease WHERE group_name = of_group AND topic_id = ANY (topics)));
END $$;

-- Takes those of the wanted partitions that nobody alive holds.
CREATE FUNCTION oopstream_log.claim(of_group text, me uuid, wanted json) RETURNS json
LANGUAGE plpgsql AS $$
DECLARE
  taken json;
BEGIN
  PERFORM oopstream_log.lock_group(of_group);
  WITH claimed AS (
    UPDATE oopstream_log.lease AS l SET owner = me, epoch = epoch + 1
    FROM json_to_recordset(wanted) AS w("topicId" integer, partition integer)
    WHERE l.group_name = of_group AND l.topic_id = w."topicId" AND l.partition = w.partition
      AND (l.owner IS NULL OR l.owner = me OR NOT EXISTS (
        SELECT FROM oopstream_log.member AS m WHERE m.group_name = of_group AND m.member_id = l.owner))
      AND EXISTS (SELECT FROM oopstream_log.member AS m WHERE m.group_name = of_group AND m.member_id = me)
    RETURNING l.topic_id, l.partition, l.epoch, l.committed_offset)
  SELECT coalesce(json_agg(json_build_object(
    'topicId', topic_id, 'partition', partition, 'epoch', epoch, 'committedOffset', committed_offset)), '[]')
  INTO taken FROM claimed;
  RETURN taken;
END $$;

-- Null when the lease is another's by now; else where the partition ends.
CREATE FUNCTION oopstream_log.commit_offset(
  of_group text, of_topic integer, of_partition integer, me uuid, of_epoch bigint, next_offset bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
BEGIN
  -- Delivery is at least once: a commit lost with the machine means a batch seen twice.
  PERFORM set_config('synchronous_commit', 'off', true);
  UPDATE oopstream_log.lease SET committed_offset = next_offset
  WHERE group_name = of_group AND topic_id = of_topic AND partition = of_partition
    AND owner = me AND epoch = of_epoch;
  IF NOT FOUND THEN RETURN NULL; END IF;
  RETURN (SELECT end_offset FROM oopstream_log.partition WHERE topic_id = of_topic AND partition = of_partition);
END $$;

-- The first record appended at or after a time, by bisection: times never fall within a partition.
CREATE FUNCTION oopstream_log.offset_at(of_topic integer, of_partition integer, time_ms bigint) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
DECLARE
  low bigint;
  high bigint;
  probe record;
BEGIN
  SELECT start_offset, end_offset INTO STRICT low, high
  FROM oopstream_log.partition WHERE topic_id = of_topic AND partition = of_partition;
  WHILE low < high LOOP
    SELECT record_offset, appended_ms INTO probe FROM oopstream_log.record
    WHERE topic_id = of_topic AND partition = of_partition AND record_offset >= (low + high) / 2
    ORDER BY record_offset LIMIT 1;
    IF NOT FOUND OR probe.appended_ms >= time_ms THEN high := (low + high) / 2;
    ELSE low := probe.record_offset + 1;
    END IF;
  END LOOP;
  RETURN low;
END $$;

-- One sweeper at a time; who comes second has nothing to do.
CREATE FUNCTION oopstream_log.may_sweep(of_topic integer, of_partition integer) RETURNS boolean
LANGUAGE sql AS $$
  SELECT pg_try_advisory_xact_lock(hashtextextended('oopstream_log.sweep/' || of_topic || '/' || of_partition, 0));
$$;

-- Deletes at most so many records from the start of a partition, up to the first one that is young enough.
CREATE FUNCTION oopstream_log.sweep_old(of_topic integer, of_partition integer, before_ms bigint, at_most integer)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  first_held bigint;
  first_kept bigint;
BEGIN
  IF NOT oopstream_log.may_sweep(of_topic, of_partition) THEN RETURN 0; END IF;
  SELECT start_offset INTO STRICT first_held FROM oopstream_log.partition
  WHERE topic_id = of_topic AND partition = of_partition;
  first_kept := least(oopstream_log.offset_at(of_topic, of_partition, before_ms), first_held + at_most);
  IF first_kept <= first_held THEN RETURN 0; END IF;
  DELETE FROM oopstream_log.record
  WHERE topic_id = of_topic AND partition = of_partition AND record_offset < first_kept;
  UPDATE oopstream_log.partition SET start_offset = first_kept
  WHERE topic_id = of_topic AND partition = of_partition;
  RETURN first_kept - first_held;
END $$;

-- Takes the next records of a compacted partition and deletes what they or each other replace. Returns how many it took.
CREATE FUNCTION oopstream_log.compact(of_topic integer, of_partition integer, at_most integer)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  from_offset bigint;
  to_offset bigint;
BEGIN
  IF NOT oopstream_log.may_sweep(of_topic, of_partition) THEN RETURN 0; END IF;
  SELECT compacted_to, least(end_offset, compacted_to + at_most) INTO STRICT from_offset, to_offset
  FROM oopstream_log.partition WHERE topic_id = of_topic AND partition = of_partition;
  IF to_offset <= from_offset THEN RETURN 0; END IF;
  DELETE FROM oopstream_log.record AS old USING oopstream_log.record AS fresh
  WHERE old.topic_id = of_topic AND old.partition = of_partition
    AND fresh.topic_id = of_topic AND fresh.partition = of_partition
    AND old.record_offset >= from_offset AND old.record_offset < to_offset
    AND fresh.record_offset >= from_offset AND fresh.record_offset < to_offset
    AND old.key = fresh.key AND old.record_offset < fresh.record_offset;
  DELETE FROM oopstream_log.record AS old USING oopstream_log.record AS fresh, oopstream_log.latest AS l
  WHERE fresh.topic_id = of_topic AND fresh.partition = of_partition
    AND fresh.record_offset >= from_offset AND fresh.record_offset < to_offset
    AND l.topic_id = of_topic AND l.partition = of_partition AND l.key = fresh.key
    AND old.topic_id = of_topic AND old.partition = of_partition AND old.record_offset = l.record_offset;
  INSERT INTO oopstream_log.latest (topic_id, partition, key, record_offset)
  SELECT of_topic, of_partition, key, record_offset FROM oopstream_log.record
  WHERE topic_id = of_topic AND partition = of_partition
    AND record_offset >= from_offset AND record_offset < to_offset
  ON CONFLICT (topic_id, partition, key) DO UPDATE SET record_offset = excluded.record_offset;
  UPDATE oopstream_log.partition SET compacted_to = to_offset, start_offset = (
    SELECT min(record_offset) FROM oopstream_log.record
    WHERE topic_id = of_topic AND partition = of_partition)
  WHERE topic_id = of_topic AND partition = of_partition;
  RETURN to_offset - from_offset;
END $$;
`,
  },
];
