/** What others are told: publications to the log, deliveries to webhooks. */
export const alertSql = `
-- Publications of incident.changed, in the order of the changes; a row goes once the log has it.
CREATE TABLE oopstream.outbox (
  id uuid PRIMARY KEY,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  tenant text NOT NULL,
  incident_id uuid NOT NULL,
  body text NOT NULL,
  created_at timestamptz NOT NULL,
  traceparent text
);
CREATE INDEX outbox_by_seq ON oopstream.outbox (seq);

CREATE TABLE oopstream.webhook_endpoint (
  id text PRIMARY KEY,
  tenant text NOT NULL,
  url text NOT NULL,
  label text NOT NULL,
  secrets text[] NOT NULL,
  enabled boolean NOT NULL DEFAULT true,
  disabled_reason text,
  created_at timestamptz NOT NULL,
  disabled_at timestamptz,
  removed_at timestamptz
);
CREATE INDEX webhook_endpoint_by_tenant ON oopstream.webhook_endpoint (tenant, created_at) WHERE removed_at IS NULL;

CREATE TABLE oopstream.delivery (
  id uuid PRIMARY KEY,
  tenant text NOT NULL,
  incident_id uuid NOT NULL,
  endpoint_id text NOT NULL REFERENCES oopstream.webhook_endpoint (id),
  body text NOT NULL,
  traceparent text,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'delivered', 'failed', 'cancelled')),
  created_at timestamptz NOT NULL,
  -- When it was last handed to the job queue; null before the first time.
  enqueued_at timestamptz,
  next_attempt_at timestamptz,
  closed_at timestamptz
);
CREATE INDEX delivery_not_enqueued ON oopstream.delivery (created_at) WHERE state = 'open' AND enqueued_at IS NULL;
CREATE INDEX delivery_due ON oopstream.delivery (coalesce(next_attempt_at, created_at), id) WHERE state = 'open';
CREATE INDEX delivery_by_tenant ON oopstream.delivery (tenant, created_at DESC, id);
CREATE INDEX delivery_by_incident ON oopstream.delivery (tenant, incident_id, created_at DESC, id);

CREATE TABLE oopstream.delivery_attempt (
  delivery_id uuid NOT NULL REFERENCES oopstream.delivery (id) ON DELETE CASCADE,
  number integer NOT NULL,
  started_at timestamptz NOT NULL,
  duration_ms integer NOT NULL,
  status integer,
  outcome text NOT NULL,
  detail text NOT NULL,
  PRIMARY KEY (delivery_id, number)
);
`;
