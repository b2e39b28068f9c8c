/** The fleet beside its crashes: when hosts booted and died, and reboots that left no dump. */
export const fleetSql = `
-- When the boot began that the host was seen in; null: it did not say.
ALTER TABLE oopstream.census_sighting ADD COLUMN booted_at timestamptz;

-- When hosts died, as their transcripts say. Not counted yet: the next heartbeat of the host takes it into its host-days.
CREATE TABLE oopstream.census_end (
  tenant text NOT NULL,
  host_id text NOT NULL,
  ended_at timestamptz NOT NULL,
  counted boolean NOT NULL DEFAULT false,
  PRIMARY KEY (tenant, host_id, ended_at)
);
CREATE INDEX census_end_pending ON oopstream.census_end (tenant, host_id) WHERE NOT counted;
CREATE INDEX census_end_by_time ON oopstream.census_end (ended_at);

CREATE INDEX census_host_release_by_host ON oopstream.census_host_release (tenant, host_id);
CREATE INDEX host_by_time ON oopstream.host (tenant, last_seen_at);

-- A host came back after a boot that broke off.
CREATE TABLE oopstream.dirty_reboot (
  reboot_id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
  tenant text NOT NULL,
  host_id text NOT NULL,
  -- The boot that broke off.
  boot_id text NOT NULL,
  kernel_release text,
  -- Last seen alive in it; null where it never was.
  alive_at timestamptz,
  -- When the next boot began.
  back_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'open', 'explained')),
  crash_id uuid,
  settled_at timestamptz,
  -- When the sweep looks at it; null: when a crash of the host comes.
  check_at timestamptz,
  PRIMARY KEY (tenant, host_id, boot_id)
);
CREATE INDEX dirty_reboot_due ON oopstream.dirty_reboot (check_at) WHERE check_at IS NOT NULL;
CREATE INDEX dirty_reboot_old ON oopstream.dirty_reboot (back_at);
CREATE INDEX dirty_reboot_by_time ON oopstream.dirty_reboot (tenant, back_at DESC, reboot_id DESC);
CREATE INDEX dirty_reboot_by_state ON oopstream.dirty_reboot (tenant, state, back_at DESC, reboot_id DESC);
`;
