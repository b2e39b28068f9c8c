/** Who is who: tenants, tokens, what was done by whom. */
export const accessSql = `
CREATE TABLE oopstream.tenant (
  tenant text PRIMARY KEY,
  -- Only ever rises, in the transaction that uses the number: gaps may come, a number never comes twice.
  next_incident_number bigint NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO oopstream.tenant (tenant) VALUES ('default');

CREATE TABLE oopstream.token (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  label text NOT NULL,
  scopes text[] NOT NULL,
  bound_host text,
  secret_hash bytea NOT NULL CHECK (length(secret_hash) = 32),
  created_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX token_by_tenant ON oopstream.token (tenant, created_at) WHERE revoked_at IS NULL;

-- Binds a transcript id made of an Idempotency-Key to the bytes that it was first used with.
CREATE TABLE oopstream.transcript_claim (
  tenant text NOT NULL,
  transcript_id text NOT NULL,
  sha256 text NOT NULL,
  claimed_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, transcript_id)
);

CREATE TABLE oopstream.audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant text NOT NULL,
  at timestamptz NOT NULL,
  -- 'token:<label>' or 'machine'.
  actor text NOT NULL,
  -- 'incident.opened', 'incident.resolved', 'transcript.raw-read', ...
  action text NOT NULL,
  -- 'incident', 'transcript', ...
  subject_kind text NOT NULL,
  subject_id text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_by_subject ON oopstream.audit (tenant, subject_kind, subject_id, id DESC);
`;
