/** What was missing among a million incidents. */
export const scaleSql = `
-- Without it the planner takes an assignee of a few hundred incidents for one of ten thousand.
CREATE STATISTICS oopstream.incident_assignee ON (triage ->> 'assignee') FROM oopstream.incident;
CREATE INDEX incident_by_assignee_last ON oopstream.incident (tenant, (triage ->> 'assignee'), last_seen_at DESC, id)
  WHERE triage ->> 'assignee' IS NOT NULL;

-- Titles apart from the counts: their index is dear to write, and a title hardly ever changes.
CREATE TABLE oopstream.incident_title (
  incident_id uuid PRIMARY KEY,
  tenant text NOT NULL,
  title text NOT NULL
);
INSERT INTO oopstream.incident_title (incident_id, tenant, title) SELECT id, tenant, title FROM oopstream.incident;
CREATE FUNCTION oopstream.keep_incident_title() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO oopstream.incident_title (incident_id, tenant, title) VALUES (NEW.id, NEW.tenant, NEW.title)
  ON CONFLICT (incident_id) DO UPDATE SET title = excluded.title;
  RETURN NULL;
END $$;
CREATE TRIGGER incident_title_new AFTER INSERT ON oopstream.incident
  FOR EACH ROW EXECUTE FUNCTION oopstream.keep_incident_title();
CREATE TRIGGER incident_title_changed AFTER UPDATE ON oopstream.incident
  FOR EACH ROW WHEN (OLD.title IS DISTINCT FROM NEW.title) EXECUTE FUNCTION oopstream.keep_incident_title();

-- Parts of titles are found by an index where the server has trigrams; else all titles are read.
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') THEN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX incident_title_part ON oopstream.incident_title USING gin (title gin_trgm_ops);
  END IF;
EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
  RAISE NOTICE 'titles are searched without an index: %', SQLERRM;
END $$;
`;
