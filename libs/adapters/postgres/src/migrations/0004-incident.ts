/** Incidents, what leads to them, what they count. */
export const incidentSql = `
CREATE TABLE oopstream.incident (
  id uuid PRIMARY KEY,
  tenant text NOT NULL,
  number bigint NOT NULL,
  status text NOT NULL CHECK (status IN ('open', 'resolved')),
  holding boolean NOT NULL,
  title text NOT NULL,
  kind text NOT NULL,
  family text NOT NULL,
  blamed text,
  entry text,
  module text,
  -- Of its crashes' own times.
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  opened_at timestamptz NOT NULL,
  opened_by_crash uuid NOT NULL,
  opened_traceparent text,
  resolved_at timestamptz,
  resolved_by text,
  -- Release that holds the fix, as the person said.
  resolved_in text,
  recurrences integer NOT NULL DEFAULT 0,
  crashes bigint NOT NULL,
  fatal_crashes bigint NOT NULL,
  hosts bigint NOT NULL,
  merged_into uuid REFERENCES oopstream.incident (id),
  updated_at timestamptz NOT NULL,
  UNIQUE (tenant, number)
);
CREATE INDEX incident_by_status_last ON oopstream.incident (tenant, status, last_seen_at DESC, id);
CREATE INDEX incident_by_last ON oopstream.incident (tenant, last_seen_at DESC, id);
CREATE INDEX incident_by_status_first ON oopstream.incident (tenant, status, first_seen_at DESC, id);
CREATE INDEX incident_by_first ON oopstream.incident (tenant, first_seen_at DESC, id);
CREATE INDEX incident_by_crashes ON oopstream.incident (tenant, crashes DESC, id);
CREATE INDEX incident_by_hosts ON oopstream.incident (tenant, hosts DESC, id);

-- The rows that workers lock, in key order: a key leads to one incident. incident_id is null only within the
-- transaction that claims the key.
CREATE TABLE oopstream.incident_key (
  tenant text NOT NULL,
  group_key text NOT NULL,
  incident_id uuid REFERENCES oopstream.incident (id) DEFERRABLE INITIALLY DEFERRED,
  group_text text,
  algorithm_version integer,
  attached_at timestamptz,
  -- Why the key leads there: 'first-sighting', 'held', later 'merge', 'similar'.
  reason text,
  score real,
  PRIMARY KEY (tenant, group_key)
);
CREATE INDEX incident_key_by_incident ON oopstream.incident_key (incident_id);

CREATE TABLE oopstream.incident_host (
  tenant text NOT NULL,
  incident_id uuid NOT NULL,
  host_id text NOT NULL,
  crashes bigint NOT NULL,
  fatal_crashes bigint NOT NULL,
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  PRIMARY KEY (incident_id, host_id)
);
CREATE INDEX incident_host_by_host ON oopstream.incident_host (tenant, host_id, incident_id);
CREATE INDEX incident_host_top ON oopstream.incident_host (incident_id, crashes DESC);

CREATE TABLE oopstream.incident_release (
  tenant text NOT NULL,
  incident_id uuid NOT NULL,
  kernel_release text NOT NULL,
  crashes bigint NOT NULL,
  fatal_crashes bigint NOT NULL,
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  PRIMARY KEY (incident_id, kernel_release)
);
CREATE INDEX incident_release_by_release ON oopstream.incident_release (tenant, kernel_release, incident_id);

-- One exact signature inside an incident.
CREATE TABLE oopstream.incident_variant (
  tenant text NOT NULL,
  incident_id uuid NOT NULL,
  exact_key text NOT NULL,
  title text NOT NULL,
  crashes bigint NOT NULL,
  fatal_crashes bigint NOT NULL,
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  PRIMARY KEY (incident_id, exact_key)
);

-- Trend: crashes by their own UTC day.
CREATE TABLE oopstream.incident_daily (
  tenant text NOT NULL,
  incident_id uuid NOT NULL,
  day date NOT NULL,
  crashes bigint NOT NULL,
  fatal_crashes bigint NOT NULL,
  PRIMARY KEY (incident_id, day)
);
`;
