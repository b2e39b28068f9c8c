/** What came in and what became of it: hosts, transcripts, receipts, the ledger. */
export const receiptSql = `
CREATE TABLE oopstream.host (
  tenant text NOT NULL,
  host_id text NOT NULL,
  -- Attributes as the latest transcript had them; null where none ever said.
  name text,
  model text,
  kernel_release text,
  labels jsonb NOT NULL DEFAULT '{}',
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, host_id)
);
CREATE INDEX host_by_name ON oopstream.host (tenant, name);

CREATE TABLE oopstream.transcript (
  tenant text NOT NULL,
  transcript_id text NOT NULL,
  host_id text NOT NULL,
  bundle_id text,
  sha256 text NOT NULL,
  size_bytes bigint NOT NULL,
  context jsonb NOT NULL,
  -- Of the receipt that decided: 'read', 'no-crash', 'rejected'.
  outcome text NOT NULL,
  reason text,
  -- Receipts of it, the first included.
  seen_count bigint NOT NULL,
  -- Readings beyond the reader's limit: counted as sampled away.
  omitted_readings bigint NOT NULL DEFAULT 0,
  first_received_at timestamptz NOT NULL,
  last_received_at timestamptz NOT NULL,
  processed_at timestamptz NOT NULL,
  traceparent text,
  PRIMARY KEY (tenant, transcript_id)
);
CREATE INDEX transcript_by_host ON oopstream.transcript (tenant, host_id, first_received_at DESC);
CREATE INDEX transcript_by_bundle ON oopstream.transcript (tenant, bundle_id) WHERE bundle_id IS NOT NULL;

CREATE TABLE oopstream.receipt (
  receipt_id text PRIMARY KEY,
  tenant text NOT NULL,
  -- Null where the record's headers could not be read.
  transcript_id text,
  -- Where it lay in transcript.received.
  source_partition integer NOT NULL,
  source_offset bigint NOT NULL,
  -- 'duplicate', 'no-crash', 'read' or 'rejected', the last with a reason slug.
  outcome text NOT NULL,
  reason text,
  received_at timestamptz NOT NULL,
  processed_at timestamptz NOT NULL,
  -- Further positions of the log that carried the same receipt (a producer's retry, a replay of what was rejected).
  redelivered_from jsonb NOT NULL DEFAULT '[]'
);
CREATE INDEX receipt_by_transcript ON oopstream.receipt (tenant, transcript_id);

-- Counters of the ledger; one shard for each partition, so that workers do not wait for each other.
CREATE TABLE oopstream.ledger_count (
  tenant text NOT NULL,
  shard integer NOT NULL,
  -- 'transcript', 'reading' or 'redelivered'.
  kind text NOT NULL,
  outcome text NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (tenant, shard, kind, outcome)
);
CREATE TABLE oopstream.ledger_watermark (
  tenant text NOT NULL,
  source_partition integer NOT NULL,
  receipts bigint NOT NULL,
  max_offset bigint NOT NULL,
  PRIMARY KEY (tenant, source_partition)
);
`;
