/** What crashes of several incidents have in common. */
export const patternsSql = `
-- Shared by crashes of victims that may have one cause; null: the crash stands alone.
ALTER TABLE oopstream.crash ADD COLUMN parent_key text;
CREATE INDEX crash_by_parent ON oopstream.crash (tenant, parent_key, incident_id) WHERE parent_key IS NOT NULL;

-- What came lately, whoever it is of: crashes lie in the order in which they came.
CREATE INDEX IF NOT EXISTS crash_by_time ON oopstream.crash USING brin (received_at);

-- Kernel modules loaded at the newest heartbeat that said so.
ALTER TABLE oopstream.census_host ADD COLUMN modules jsonb NOT NULL DEFAULT '[]';
`;
