/** Status, trend and triage of incidents. */
export const lifeSql = `
ALTER TABLE oopstream.incident
  DROP CONSTRAINT incident_status_check,
  ADD CONSTRAINT incident_status_check CHECK (status IN ('open', 'resolved', 'obsolete')),
  -- 'new', 'ongoing', 'escalating' or 'regressed'.
  ADD COLUMN trend text NOT NULL DEFAULT 'ongoing',
  -- 0 to 100; its level and parts follow from the row.
  ADD COLUMN severity smallint NOT NULL DEFAULT 0,
  -- Who acknowledged it, whose it is, until when it is muted.
  ADD COLUMN triage jsonb NOT NULL DEFAULT '{"acknowledgedAtMs": null, "acknowledgedBy": null, "assignee": null, "mute": null}',
  -- What is said to fix it: releases, commit, livepatches.
  ADD COLUMN fix jsonb,
  -- What the machine keeps in mind: see IncidentLife.
  ADD COLUMN life jsonb NOT NULL DEFAULT '{"openSinceMs": 0, "trendSinceMs": 0, "escalation": null, "unordered": [], "fleetShare": null}',
  -- When the life sweep looks at it next; null: nothing is due.
  ADD COLUMN due_at timestamptz;

-- The first sweeps look at everything that is open and give it its severity.
UPDATE oopstream.incident SET
  life = jsonb_build_object('openSinceMs', (extract(epoch FROM opened_at) * 1000)::bigint,
    'trendSinceMs', (extract(epoch FROM opened_at) * 1000)::bigint, 'escalation', null, 'unordered', '[]'::jsonb,
    'fleetShare', null),
  fix = CASE WHEN resolved_in IS NULL THEN NULL ELSE
    jsonb_build_object('releases', jsonb_build_array(resolved_in), 'commit', null, 'livepatches', '[]'::jsonb) END,
  due_at = updated_at;

CREATE INDEX incident_by_due ON oopstream.incident (due_at, id) WHERE due_at IS NOT NULL;
-- The worst first, and of those the latest: many have one severity, and pages are walked along one number.
CREATE INDEX incident_by_severity ON oopstream.incident (tenant,
  (severity * 100000000000 + floor(extract(epoch FROM last_seen_at - to_timestamp(0)))::bigint) DESC, id);
CREATE INDEX incident_by_status_severity ON oopstream.incident (tenant, status,
  (severity * 100000000000 + floor(extract(epoch FROM last_seen_at - to_timestamp(0)))::bigint) DESC, id);
CREATE INDEX incident_by_trend ON oopstream.incident (tenant, trend, last_seen_at DESC, id) WHERE status = 'open';
CREATE INDEX incident_by_assignee ON oopstream.incident (tenant, (triage ->> 'assignee')) WHERE triage ->> 'assignee' IS NOT NULL;
CREATE INDEX incident_muted ON oopstream.incident (tenant, last_seen_at DESC, id) WHERE triage ->> 'mute' IS NOT NULL;
CREATE INDEX incident_unordered ON oopstream.incident (tenant, last_seen_at DESC, id) WHERE life -> 'unordered' <> '[]'::jsonb;
CREATE INDEX incident_by_commit ON oopstream.incident (tenant, left(fix ->> 'commit', 12)) WHERE fix ->> 'commit' IS NOT NULL;

-- The times that an incident was open. Crashes of an episode: those until the next one's crashes_before.
CREATE TABLE oopstream.incident_episode (
  tenant text NOT NULL,
  incident_id uuid NOT NULL,
  number integer NOT NULL,
  opened_at timestamptz NOT NULL,
  opened_why text NOT NULL,
  opened_by_crash uuid,
  crashes_before bigint NOT NULL,
  closed_at timestamptz,
  closed_why text,
  PRIMARY KEY (incident_id, number)
);

-- Of incidents from before: what they were is not known any more, only that they are in their last one.
INSERT INTO oopstream.incident_episode (tenant, incident_id, number, opened_at, opened_why, opened_by_crash,
  crashes_before, closed_at, closed_why)
SELECT tenant, id, recurrences + 1, opened_at, 'before-episodes', CASE WHEN recurrences = 0 THEN opened_by_crash END, 0,
  resolved_at, CASE WHEN resolved_at IS NOT NULL THEN 'resolved' END
FROM oopstream.incident;

-- In which release of its branch a commit came first, or which livepatch carries it.
CREATE TABLE oopstream.fix (
  id uuid PRIMARY KEY,
  tenant text NOT NULL,
  commit text NOT NULL,
  release text,
  livepatch text,
  note text,
  added_at timestamptz NOT NULL,
  added_by text NOT NULL,
  CHECK ((release IS NULL) <> (livepatch IS NULL))
);
CREATE UNIQUE INDEX fix_release ON oopstream.fix (tenant, commit, release) WHERE release IS NOT NULL;
CREATE UNIQUE INDEX fix_livepatch ON oopstream.fix (tenant, commit, livepatch) WHERE livepatch IS NOT NULL;
CREATE INDEX fix_by_commit ON oopstream.fix (tenant, left(commit, 12));
CREATE INDEX fix_by_time ON oopstream.fix (tenant, added_at DESC, id);
`;
