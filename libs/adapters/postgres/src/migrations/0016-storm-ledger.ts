/** The ledger by hour of receipt, what became of bodies, and what a storm leaves out. */
export const stormLedgerSql = `
-- The ledger's counters by UTC hour of receipt; sharded like ledger_count, which holds their sums.
CREATE TABLE oopstream.ledger_hour (
  tenant text NOT NULL,
  hour timestamptz NOT NULL,
  shard integer NOT NULL,
  -- 'transcript', 'reading', 'redelivered', 'crash' or 'body'.
  kind text NOT NULL,
  outcome text NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (hour, tenant, shard, kind, outcome)
);

-- What became of the bytes of a transcript that was read.
CREATE TABLE oopstream.transcript_body (
  tenant text NOT NULL,
  transcript_id text NOT NULL,
  sha256 text NOT NULL,
  -- Of the receipt that was read: the hour that the ledger counts it at.
  received_at timestamptz NOT NULL,
  -- Reason slug; null: kept.
  sampled_away text,
  PRIMARY KEY (tenant, transcript_id)
);
CREATE INDEX transcript_body_by_time ON oopstream.transcript_body USING brin (received_at) WITH (autosummarize = on);

-- How many transcripts keep a stored body; one that nobody keeps is deleted some time later.
CREATE TABLE oopstream.blob_ref (
  tenant text NOT NULL,
  sha256 text NOT NULL,
  refs bigint NOT NULL CHECK (refs >= 0),
  unreferenced_at timestamptz,
  PRIMARY KEY (tenant, sha256)
);
CREATE INDEX blob_unreferenced ON oopstream.blob_ref (unreferenced_at) WHERE unreferenced_at IS NOT NULL;

-- What an incident remembers of its latest arrivals: see core's keepBody.
CREATE TABLE oopstream.incident_storm (
  incident_id uuid PRIMARY KEY,
  tenant text NOT NULL,
  state jsonb NOT NULL
);

-- Crashes that retention let go of, by incident: with the rows that are left they add up to the incident's count.
CREATE TABLE oopstream.forgotten_incident (
  incident_id uuid PRIMARY KEY,
  crashes bigint NOT NULL
);

-- What a check found and nobody has healed: told once.
CREATE TABLE oopstream.ledger_mismatch (
  tenant text NOT NULL,
  -- 'epoch': from before the retention floor, or of no hour.
  hour timestamptz NOT NULL,
  kind text NOT NULL,
  outcome text NOT NULL,
  expected bigint NOT NULL,
  found bigint NOT NULL,
  first_seen_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, hour, kind, outcome)
);
-- Where the round of checks over all hours stands.
CREATE TABLE oopstream.ledger_patrol (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  next_hour timestamptz NOT NULL
);
INSERT INTO oopstream.ledger_patrol (next_hour) VALUES ('epoch');

CREATE INDEX reading_by_time ON oopstream.reading USING brin (received_at) WITH (autosummarize = on);
CREATE INDEX transcript_by_last ON oopstream.transcript USING brin (last_received_at) WITH (autosummarize = on);
CREATE INDEX transcript_omitting ON oopstream.transcript (tenant, transcript_id) WHERE omitted_readings > 0;
CREATE INDEX crash_by_time ON oopstream.crash USING brin (received_at) WITH (autosummarize = on);
CREATE INDEX crash_seen_by_time ON oopstream.crash_seen USING brin (received_at) WITH (autosummarize = on);

-- Drops whole months that ended before the given time and raises the floor; what they counted stays.
CREATE OR REPLACE FUNCTION oopstream.drop_crash_partitions(before timestamptz) RETURNS integer LANGUAGE plpgsql AS $$
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
    EXECUTE format('INSERT INTO oopstream.forgotten_count AS known (tenant, kind, outcome, count)
      SELECT tenant, ''crash'', ''counted'', count(*) FROM oopstream.%I GROUP BY tenant
      ON CONFLICT (tenant, kind, outcome) DO UPDATE SET count = known.count + excluded.count', part);
    EXECUTE format('INSERT INTO oopstream.forgotten_incident AS known (incident_id, crashes)
      SELECT incident_id, count(*) FROM oopstream.%I GROUP BY incident_id
      ON CONFLICT (incident_id) DO UPDATE SET crashes = known.crashes + excluded.crashes', part);
    EXECUTE format('DROP TABLE oopstream.%I', part);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END $$;

-- What is stored already: bodies were all kept.
INSERT INTO oopstream.transcript_body (tenant, transcript_id, sha256, received_at)
SELECT tenant, transcript_id, sha256, first_received_at FROM oopstream.transcript WHERE outcome IN ('read', 'no-crash');
INSERT INTO oopstream.blob_ref (tenant, sha256, refs)
SELECT tenant, sha256, count(*) FROM oopstream.transcript_body GROUP BY tenant, sha256;
INSERT INTO oopstream.forgotten_incident (incident_id, crashes)
SELECT i.id, i.crashes - count(c.crash_id) FROM oopstream.incident i
LEFT JOIN oopstream.crash c ON c.incident_id = i.id GROUP BY i.id HAVING i.crashes > count(c.crash_id);
INSERT INTO oopstream.forgotten_count AS known (tenant, kind, outcome, count)
SELECT tenant, 'crash', 'counted', count(*) FROM oopstream.crash_seen s
WHERE NOT EXISTS (SELECT FROM oopstream.crash c WHERE c.crash_id = s.crash_id) GROUP BY tenant;

INSERT INTO oopstream.ledger_hour (tenant, hour, shard, kind, outcome, count)
SELECT tenant, date_trunc('hour', at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC', 0, kind, outcome, sum(count) FROM (
  SELECT tenant, received_at AS at, 'transcript' AS kind, outcome || coalesce(':' || reason, '') AS outcome, 1 AS count
  FROM oopstream.receipt
  UNION ALL
  SELECT tenant, received_at, 'redelivered', 'redelivered', jsonb_array_length(redelivered_from)
  FROM oopstream.receipt WHERE redelivered_from <> '[]'
  UNION ALL
  SELECT tenant, received_at, 'reading', outcome, 1 FROM oopstream.reading
  UNION ALL
  SELECT tenant, first_received_at, 'reading', 'sampled-away', omitted_readings
  FROM oopstream.transcript WHERE omitted_readings > 0
  UNION ALL
  SELECT tenant, received_at, 'crash', 'counted', 1 FROM oopstream.crash
  UNION ALL
  SELECT tenant, received_at, 'body', 'kept', 1 FROM oopstream.transcript_body
  UNION ALL
  SELECT tenant, 'epoch', kind, outcome, count FROM oopstream.forgotten_count
) AS counted GROUP BY 1, 2, 4, 5;
-- Kinds that the sums did not have yet.
INSERT INTO oopstream.ledger_count (tenant, shard, kind, outcome, count)
SELECT tenant, shard, kind, outcome, sum(count) FROM oopstream.ledger_hour WHERE kind IN ('crash', 'body') GROUP BY 1, 2, 3, 4;
`;
