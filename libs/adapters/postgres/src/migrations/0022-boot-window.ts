/** Copies of one boot or bundle are looked for by its id, in the months of a window. */
export const bootWindowSql = `
DROP INDEX oopstream.crash_by_bundle;
DROP INDEX oopstream.crash_by_boot;
CREATE INDEX crash_by_bundle ON oopstream.crash (bundle_id, host_id, received_at) WHERE bundle_id IS NOT NULL;
CREATE INDEX crash_by_boot ON oopstream.crash (boot_id, host_id, received_at) WHERE boot_id IS NOT NULL;
`;
