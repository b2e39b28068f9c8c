/** What the evidence of a crash says: kept with its reading, counted by incident. */
export const analysisSql = `
-- The whole analysis as contracts describe it; null: not analysed.
ALTER TABLE oopstream.reading ADD COLUMN analysis jsonb;

-- Of its surest reading; all three are null while no reading of the crash was analysed.
ALTER TABLE oopstream.crash
  ADD COLUMN verdict text,
  ADD COLUMN verdict_confidence text,
  ADD COLUMN hardware_likelihood double precision;

-- Crashes that were not analysed are counted in neither.
CREATE TABLE oopstream.incident_verdict (
  tenant text NOT NULL,
  incident_id uuid NOT NULL,
  verdict text NOT NULL,
  crashes bigint NOT NULL,
  fatal_crashes bigint NOT NULL,
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  PRIMARY KEY (incident_id, verdict)
);
CREATE INDEX incident_verdict_by_verdict ON oopstream.incident_verdict (tenant, verdict, incident_id);

CREATE TABLE oopstream.incident_hardware (
  tenant text NOT NULL,
  incident_id uuid NOT NULL,
  -- 'likely', 'possible' or 'unlikely'.
  hardware text NOT NULL,
  crashes bigint NOT NULL,
  fatal_crashes bigint NOT NULL,
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  PRIMARY KEY (incident_id, hardware)
);
CREATE INDEX incident_hardware_by_hardware ON oopstream.incident_hardware (tenant, hardware, incident_id);
`;
