/** Who is alive and what runs where: the denominator of rates. */
export const censusSql = `
-- State of a host as its newest heartbeat said; null: it did not say.
CREATE TABLE oopstream.census_host (
  tenant text NOT NULL,
  host_id text NOT NULL,
  name text,
  kernel_release text NOT NULL,
  -- Empty where unknown.
  flavour text NOT NULL,
  model text NOT NULL,
  bios text,
  livepatches jsonb NOT NULL DEFAULT '[]',
  boot_id text,
  uptime_seconds double precision,
  kdump_ready boolean,
  labels jsonb NOT NULL DEFAULT '{}',
  -- Null only within the transaction that sees the host first.
  last_seen_at timestamptz,
  -- Sightings before it are taken no more: their neighbours are gone.
  floor_at timestamptz,
  PRIMARY KEY (tenant, host_id)
);
CREATE INDEX census_host_by_time ON oopstream.census_host (tenant, last_seen_at);

-- The newest sightings of each host, so that a late one is counted where it belongs.
CREATE TABLE oopstream.census_sighting (
  tenant text NOT NULL,
  host_id text NOT NULL,
  seen_at timestamptz NOT NULL,
  kernel_release text NOT NULL,
  flavour text NOT NULL,
  model text NOT NULL,
  PRIMARY KEY (tenant, host_id, seen_at)
);

CREATE TABLE oopstream.census_host_release (
  tenant text NOT NULL,
  kernel_release text NOT NULL,
  host_id text NOT NULL,
  first_seen_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, kernel_release, host_id)
);
CREATE INDEX census_host_release_by_time ON oopstream.census_host_release (tenant, last_seen_at);

-- Host-days, exact: milliseconds alive between sightings. Sharded by host, so that heartbeats do not wait for each other.
CREATE TABLE oopstream.census_day (
  tenant text NOT NULL,
  day date NOT NULL,
  kernel_release text NOT NULL,
  model text NOT NULL,
  flavour text NOT NULL,
  shard integer NOT NULL,
  alive_ms bigint NOT NULL,
  PRIMARY KEY (tenant, day, kernel_release, model, flavour, shard)
);

-- What crashed on a release.
CREATE INDEX crash_by_release ON oopstream.crash (tenant, kernel_release, crash_time);
`;
