/** Replays of stored readings through an algorithm into a shadow, and what each tenant is signed by. */
export const replayRunsSql = `
-- The algorithm that a tenant's crashes are signed by; no row: not decided yet.
CREATE TABLE oopstream.tenant_algorithm (
  tenant text PRIMARY KEY,
  version integer NOT NULL,
  since timestamptz NOT NULL
);

CREATE TABLE oopstream.replay_run (
  id uuid PRIMARY KEY,
  tenant text NOT NULL,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  -- Of the crashes' own times; null: no bound.
  since timestamptz,
  until timestamptz,
  incident_id uuid,
  release text,
  from_version integer NOT NULL,
  to_version integer NOT NULL,
  reader_version integer NOT NULL,
  -- See core's REPLAY_STATES.
  state text NOT NULL,
  -- Links and decisions that were there when it began: what is younger is caught up with before the switch.
  links_from bigint NOT NULL DEFAULT 0,
  decisions_from bigint NOT NULL DEFAULT 0,
  -- The last crash that is done.
  cursor_time timestamptz,
  cursor_crash uuid,
  crashes_total bigint NOT NULL DEFAULT 0,
  crashes_done bigint NOT NULL DEFAULT 0,
  bodies_read bigint NOT NULL DEFAULT 0,
  -- Bodies that it would have taken and that are not kept: their readings are signed as they are.
  bodies_missing bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  updated_at timestamptz NOT NULL,
  asked_by text,
  switched_at timestamptz,
  -- Links and audit lines that were there at the switch: what is later, is newer.
  switched_link bigint,
  switched_audit bigint,
  -- Reason slug of the state, where there is one, and what it is about.
  reason text,
  detail text,
  diff jsonb
);
CREATE INDEX replay_run_by_tenant ON oopstream.replay_run (tenant, seq DESC);
CREATE INDEX replay_run_active ON oopstream.replay_run (seq)
  WHERE state IN ('planned', 'running', 'switching', 'rolling-back');
CREATE UNIQUE INDEX replay_run_open ON oopstream.replay_run (tenant)
  WHERE state IN ('planned', 'running', 'diffed', 'approved', 'switching', 'rolling-back');

CREATE TABLE oopstream.shadow_incident (
  run_id uuid NOT NULL REFERENCES oopstream.replay_run (id) ON DELETE CASCADE,
  -- Of the stored incident it stands for, else of the crash that opened it.
  shadow_id uuid NOT NULL,
  stands_in boolean NOT NULL,
  opened_by uuid,
  family text,
  -- The stored incident it became; null before the switch, and for one without crashes.
  target_id uuid,
  -- The switch opened that incident.
  target_is_new boolean NOT NULL DEFAULT false,
  PRIMARY KEY (run_id, shadow_id)
);

CREATE TABLE oopstream.shadow_key (
  run_id uuid NOT NULL REFERENCES oopstream.replay_run (id) ON DELETE CASCADE,
  group_key text NOT NULL,
  shadow_id uuid NOT NULL,
  group_text text NOT NULL,
  reason text NOT NULL,
  score real,
  decision_id uuid,
  -- The key's row before the switch, null: there was none. Kept for every key that the switch moved.
  before jsonb,
  moved boolean NOT NULL DEFAULT false,
  PRIMARY KEY (run_id, group_key)
);

-- As key_stack and key_stack_term have it of stored keys.
CREATE TABLE oopstream.shadow_stack (
  run_id uuid NOT NULL REFERENCES oopstream.replay_run (id) ON DELETE CASCADE,
  group_key text NOT NULL,
  version integer NOT NULL,
  shape text NOT NULL,
  stack jsonb NOT NULL,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  PRIMARY KEY (run_id, group_key, version, shape)
);
CREATE TABLE oopstream.shadow_stack_term (
  run_id uuid NOT NULL REFERENCES oopstream.replay_run (id) ON DELETE CASCADE,
  term text NOT NULL,
  group_key text NOT NULL,
  PRIMARY KEY (run_id, term, group_key)
);

CREATE TABLE oopstream.shadow_crash (
  run_id uuid NOT NULL REFERENCES oopstream.replay_run (id) ON DELETE CASCADE,
  crash_id uuid NOT NULL,
  received_at timestamptz NOT NULL,
  -- As it was when it was looked at: where one of these changed since, it is looked at again.
  incident_id uuid NOT NULL,
  links integer NOT NULL,
  group_key text NOT NULL,
  -- Null: it stays where it is.
  shadow_id uuid,
  new_group_key text,
  reason text NOT NULL,
  pin uuid,
  differs boolean NOT NULL,
  -- Keys and readings as they come out; null where nothing but the version in them changed.
  signed jsonb,
  -- Set by the switch for what it changed: the row and the readings as they were, and where the crash went.
  before jsonb,
  moved_to uuid,
  PRIMARY KEY (run_id, crash_id)
);
CREATE INDEX shadow_crash_by_shadow ON oopstream.shadow_crash (run_id, shadow_id, incident_id);
CREATE INDEX shadow_crash_by_key ON oopstream.shadow_crash (run_id, new_group_key);
CREATE INDEX shadow_crash_changed ON oopstream.shadow_crash (run_id) WHERE differs;
CREATE INDEX shadow_crash_moved ON oopstream.shadow_crash (run_id) WHERE moved_to IS NOT NULL;

-- Incidents that the switch changed, as they were.
CREATE TABLE oopstream.replay_incident (
  run_id uuid NOT NULL REFERENCES oopstream.replay_run (id) ON DELETE CASCADE,
  incident_id uuid NOT NULL,
  -- Title, kind, family, blamed, entry, module.
  face jsonb NOT NULL,
  merged_into uuid,
  is_new boolean NOT NULL,
  PRIMARY KEY (run_id, incident_id)
);

-- The order in which a replay walks.
CREATE INDEX crash_by_own_time ON oopstream.crash (tenant, crash_time, crash_id);
`;
