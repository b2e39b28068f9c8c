/** Crashes, partitioned by month of first receipt, and the readings that show them. */
export const crashSql = `
CREATE TABLE oopstream.crash (
  tenant text NOT NULL,
  crash_id uuid NOT NULL,
  -- First receipt: the partition key, never changes.
  received_at timestamptz NOT NULL,
  incident_id uuid NOT NULL,
  host_id text NOT NULL,
  bundle_id text,
  boot_id text,
  -- The crash's own time where text or sender knew it; crash_time is what is sorted and compared by.
  occurred_at timestamptz,
  crash_time timestamptz NOT NULL,
  processed_at timestamptz NOT NULL,
  kind text NOT NULL,
  family text NOT NULL,
  -- Whether the machine died of it.
  fatal boolean NOT NULL,
  -- Waits for a better copy in its host's holding incident.
  held boolean NOT NULL,
  title text NOT NULL,
  exact_key text NOT NULL,
  group_key text NOT NULL,
  loose_key text NOT NULL,
  algorithm_version integer NOT NULL,
  blamed text,
  entry text,
  module text,
  kernel_release text,
  comm text,
  taint text,
  hardware text,
  traceparent text,
  PRIMARY KEY (crash_id, received_at)
) PARTITION BY RANGE (received_at);
CREATE INDEX crash_by_incident ON oopstream.crash (tenant, incident_id, received_at DESC, crash_id);
CREATE INDEX crash_by_host ON oopstream.crash (tenant, host_id, received_at DESC);
CREATE INDEX crash_by_bundle ON oopstream.crash (tenant, host_id, bundle_id) WHERE bundle_id IS NOT NULL;
CREATE INDEX crash_by_boot ON oopstream.crash (tenant, host_id, boot_id) WHERE boot_id IS NOT NULL;

-- Every crash id ever given, and the partition it lies in.
CREATE TABLE oopstream.crash_seen (
  crash_id uuid PRIMARY KEY,
  tenant text NOT NULL,
  received_at timestamptz NOT NULL
);

-- Nothing received before the floor is taken any more: its partition may be gone. Only ever rises.
CREATE TABLE oopstream.retention (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  floor timestamptz NOT NULL
);
INSERT INTO oopstream.retention (floor) VALUES ('1970-01-01T00:00:00Z');

-- Makes the partition of the month that holds the given time. Attaching locks out no reader or writer of the others.
CREATE FUNCTION oopstream.ensure_crash_partition(at timestamptz) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  month timestamp := date_trunc('month', at AT TIME ZONE 'UTC');
  part text := 'crash_' || to_char(month, 'YYYY_MM');
BEGIN
  IF to_regclass('oopstream.' || part) IS NOT NULL THEN RETURN part; END IF;
  -- One at a time; a table's lock, unlike an advisory one, also makes tables of others known that came meanwhile.
  LOCK TABLE oopstream.crash IN SHARE UPDATE EXCLUSIVE MODE;
  IF to_regclass('oopstream.' || part) IS NOT NULL THEN RETURN part; END IF;
  IF (month + interval '1 month') AT TIME ZONE 'UTC' <= (SELECT floor FROM oopstream.retention) THEN
    RAISE EXCEPTION 'the month of % lies before the retention floor', at;
  END IF;
  EXECUTE format('CREATE TABLE oopstream.%I (LIKE oopstream.crash INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES)', part);
  EXECUTE format('ALTER TABLE oopstream.crash ATTACH PARTITION oopstream.%I FOR VALUES FROM (%L) TO (%L)',
    part, month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
  RETURN part;
END $$;

-- Drops whole months that ended before the given time and raises the floor, so that they can never be counted again.
CREATE FUNCTION oopstream.drop_crash_partitions(before timestamptz) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  month timestamp := date_trunc('month', before AT TIME ZONE 'UTC');
  part text;
  dropped integer := 0;
BEGIN
  LOCK TABLE oopstream.crash IN SHARE UPDATE EXCLUSIVE MODE;
  -- Batches hold this one shared for their length: none of them counts on a month that goes.
  PERFORM pg_advisory_xact_lock(7246190015);
  UPDATE oopstream.retention SET floor = greatest(floor, month AT TIME ZONE 'UTC');
  FOR part IN
    SELECT child.relname FROM pg_inherits
      JOIN pg_class child ON child.oid = pg_inherits.inhrelid
      WHERE pg_inherits.inhparent = 'oopstream.crash'::regclass AND child.relname < 'crash_' || to_char(month, 'YYYY_MM')
  LOOP
    EXECUTE format('DROP TABLE oopstream.%I', part);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END $$;

SELECT oopstream.ensure_crash_partition(now() + step * interval '1 month') FROM generate_series(0, 2) AS step;

CREATE TABLE oopstream.reading (
  tenant text NOT NULL,
  transcript_id text NOT NULL,
  byte_start bigint NOT NULL,
  algorithm_version integer NOT NULL,
  -- 'grouped', 'same-crash' or 'held'.
  outcome text NOT NULL,
  kind text NOT NULL,
  family text NOT NULL,
  fatal boolean NOT NULL,
  damage text,
  title text NOT NULL,
  exact_key text NOT NULL,
  group_key text NOT NULL,
  group_text text NOT NULL,
  loose_key text NOT NULL,
  -- The whole reading as contracts describe it: frames, fault, registers to come.
  reading jsonb NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, transcript_id, byte_start, algorithm_version)
);

-- Which crash a reading shows, with history: a better copy or reader may move it, and what was is kept.
CREATE TABLE oopstream.reading_crash (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant text NOT NULL,
  transcript_id text NOT NULL,
  byte_start bigint NOT NULL,
  algorithm_version integer NOT NULL,
  crash_id uuid NOT NULL,
  -- The crash's kind, title and keys are this reading's.
  is_primary boolean NOT NULL,
  valid_from timestamptz NOT NULL,
  valid_to timestamptz,
  -- Slug of the rule, and what it looked at.
  reason text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}'
);
CREATE UNIQUE INDEX reading_crash_now ON oopstream.reading_crash (tenant, transcript_id, byte_start, algorithm_version)
  WHERE valid_to IS NULL;
CREATE INDEX reading_crash_by_crash ON oopstream.reading_crash (crash_id);
`;
