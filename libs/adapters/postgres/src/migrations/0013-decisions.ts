/** What people decided of incidents, keys and crashes, and what each decision moved: enough to take it back. */
export const decisionsSql = `
CREATE TABLE oopstream.decision (
  id uuid PRIMARY KEY,
  -- Order of the decisions of a tenant: they are made one after the other.
  seq bigint GENERATED ALWAYS AS IDENTITY,
  tenant text NOT NULL,
  -- 'merge', 'split', 'pin-crash', 'unpin-crash', 'pin-key', 'unpin-key', 'undo'.
  kind text NOT NULL,
  actor text NOT NULL,
  at timestamptz NOT NULL,
  note text,
  from_incident uuid NOT NULL REFERENCES oopstream.incident (id),
  to_incident uuid NOT NULL REFERENCES oopstream.incident (id),
  -- Whether the decision opened the incident it moved to.
  opened boolean NOT NULL,
  -- Incidents that were merged into the one that this decision merged, and lead on since.
  aliases uuid[] NOT NULL DEFAULT '{}',
  -- Crashes that changed their incident.
  moved bigint NOT NULL,
  -- Links of readings to crashes that were there: what came later has a larger id.
  links_until bigint NOT NULL,
  undoes uuid REFERENCES oopstream.decision (id),
  undone_by uuid REFERENCES oopstream.decision (id)
);
CREATE INDEX decision_by_seq ON oopstream.decision (tenant, seq DESC);
CREATE INDEX decision_by_from ON oopstream.decision (from_incident, seq DESC);
CREATE INDEX decision_by_to ON oopstream.decision (to_incident, seq DESC);

CREATE TABLE oopstream.decision_key (
  decision_id uuid NOT NULL,
  tenant text NOT NULL,
  group_key text NOT NULL,
  from_incident uuid NOT NULL,
  to_incident uuid NOT NULL,
  decided_before uuid,
  decided_after uuid,
  reason_before text,
  PRIMARY KEY (decision_id, group_key)
);
CREATE INDEX decision_key_by_key ON oopstream.decision_key (tenant, group_key);

-- With what the incident's counts see of the crash: retention may drop its row before the decision is undone.
CREATE TABLE oopstream.decision_crash (
  decision_id uuid NOT NULL,
  crash_id uuid NOT NULL,
  received_at timestamptz NOT NULL,
  from_incident uuid NOT NULL,
  to_incident uuid NOT NULL,
  pinned_before uuid,
  pinned_after uuid,
  host_id text NOT NULL,
  kernel_release text,
  exact_key text NOT NULL,
  title text NOT NULL,
  crash_time timestamptz NOT NULL,
  fatal boolean NOT NULL,
  verdict text,
  hardware_likelihood double precision,
  PRIMARY KEY (decision_id, crash_id)
);
CREATE INDEX decision_crash_by_crash ON oopstream.decision_crash (crash_id);

-- What a merged incident counted of crashes that retention had dropped by then.
CREATE TABLE oopstream.decision_count (
  decision_id uuid NOT NULL,
  from_incident uuid NOT NULL,
  to_incident uuid NOT NULL,
  -- 'total', 'host', 'release', 'variant', 'verdict', 'hardware', 'day'.
  facet text NOT NULL,
  value text NOT NULL,
  title text NOT NULL,
  crashes bigint NOT NULL,
  fatal_crashes bigint NOT NULL,
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  PRIMARY KEY (decision_id, facet, value)
);

-- This key never joins that incident by similarity: someone split it off.
CREATE TABLE oopstream.refusal (
  tenant text NOT NULL,
  group_key text NOT NULL,
  incident_id uuid NOT NULL,
  decision_id uuid NOT NULL,
  PRIMARY KEY (tenant, group_key, incident_id)
);
CREATE INDEX refusal_by_incident ON oopstream.refusal (incident_id);

CREATE TABLE oopstream.decision_refusal (
  decision_id uuid NOT NULL,
  tenant text NOT NULL,
  group_key text NOT NULL,
  incident_id uuid NOT NULL,
  -- The decision that had put the refusal there, where this one lifted it; null where this one put it there.
  lifted_from uuid,
  PRIMARY KEY (decision_id, group_key, incident_id)
);

-- Set where a person decided it: no machine moves such a key or crash, whatever copy, score or algorithm says so.
ALTER TABLE oopstream.incident_key ADD COLUMN decided_by uuid;
ALTER TABLE oopstream.crash ADD COLUMN pinned_by uuid;

CREATE INDEX incident_by_survivor ON oopstream.incident (merged_into) WHERE merged_into IS NOT NULL;
`;
