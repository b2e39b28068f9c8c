/** How further transcripts of a crash find it. */
export const crashMatchSql = `
ALTER TABLE oopstream.crash
  -- By the clocks of the crashed machine, right or wrong, so as numbers: milliseconds since 1970.
  ADD COLUMN booted_ms bigint,
  ADD COLUMN clock_ms bigint,
  ADD COLUMN uptime_seconds double precision,
  -- Register sets that no other boot repeats, folded.
  ADD COLUMN machine_states text[] NOT NULL DEFAULT '{}',
  -- How much its primary reading tells. What was there before is not replaced, but where it waits for a sound copy.
  ADD COLUMN quality smallint NOT NULL DEFAULT 1000;
UPDATE oopstream.crash SET quality = 0 WHERE held;
CREATE INDEX crash_by_boot_time ON oopstream.crash (tenant, host_id, booted_ms) WHERE booted_ms IS NOT NULL;
CREATE INDEX crash_by_clock ON oopstream.crash (tenant, host_id, clock_ms) WHERE clock_ms IS NOT NULL;
CREATE INDEX crash_by_uptime ON oopstream.crash (tenant, host_id, uptime_seconds) WHERE uptime_seconds IS NOT NULL;
CREATE INDEX crash_by_state ON oopstream.crash USING gin (machine_states) WHERE machine_states <> '{}';
-- Crash ids that turned out to be others' are still answered for.
ALTER TABLE oopstream.crash_seen ADD COLUMN absorbed_into uuid;
`;
