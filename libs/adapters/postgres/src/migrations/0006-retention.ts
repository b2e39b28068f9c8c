/** What stays of receipts that retention lets go of, and the ways to find what is old. */
export const retentionSql = `
-- Positions of transcript.received whose receipts were counted and let go of: a replay of one counts nothing. Nearly
-- contiguous, so a few ranges a partition.
CREATE TABLE oopstream.forgotten_position (
  source_partition integer PRIMARY KEY,
  offsets int8multirange NOT NULL
);
-- What they counted: with the rows that are left it adds up to the ledger.
CREATE TABLE oopstream.forgotten_count (
  tenant text NOT NULL,
  kind text NOT NULL,
  outcome text NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (tenant, kind, outcome)
);
CREATE TABLE oopstream.forgotten_watermark (
  tenant text NOT NULL,
  source_partition integer NOT NULL,
  receipts bigint NOT NULL,
  max_offset bigint NOT NULL,
  PRIMARY KEY (tenant, source_partition)
);

CREATE INDEX receipt_by_time ON oopstream.receipt (received_at);
CREATE INDEX transcript_claim_by_time ON oopstream.transcript_claim (claimed_at);
CREATE INDEX delivery_closed ON oopstream.delivery (closed_at) WHERE state <> 'open';
`;
