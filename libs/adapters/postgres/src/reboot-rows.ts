import { findDirtyReboot } from '@oopstream/core-fleet';
import type { Heartbeat } from '@oopstream/ports';
import { jsonRows, timestamp } from './json-rows';
import type { Sql } from './pool';

/** What was known of a host before its heartbeats came. */
export interface HostBefore {
  readonly newestMs: number | null;
  readonly bootId: string | null;
  readonly release: string;
}

const INSERT_REBOOTS = `
INSERT INTO oopstream.dirty_reboot (tenant, host_id, boot_id, kernel_release, alive_at, back_at, recorded_at, check_at)
SELECT $1, host_id, boot_id, kernel_release, alive_at, back_at, $3, $3
FROM jsonb_to_recordset($2::jsonb) AS row(host_id text, boot_id text, kernel_release text, alive_at timestamptz,
  back_at timestamptz)
ORDER BY host_id COLLATE "C", boot_id COLLATE "C"
ON CONFLICT (tenant, host_id, boot_id) DO NOTHING`;

/** Within the transaction that holds the hosts: writes down the boots that broke off, each once. */
export async function insertReboots(
  sql: Sql,
  tenant: string,
  byHost: ReadonlyMap<string, readonly Heartbeat[]>,
  known: ReadonlyMap<string, HostBefore>,
  nowMs: number,
): Promise<void> {
  const rows = [...byHost].flatMap(([hostId, own]) =>
    rebootsOf(own, known.get(hostId)).map((one) => ({
      host_id: hostId,
      boot_id: one.bootId,
      kernel_release: one.release,
      alive_at: one.aliveAtMs === null ? null : timestamp(one.aliveAtMs),
      back_at: timestamp(one.backAtMs),
    })),
  );
  if (rows.length > 0)
    await sql.query(INSERT_REBOOTS, [tenant, jsonRows(rows), timestamp(nowMs)], 'insert_reboots');
}

function rebootsOf(own: readonly Heartbeat[], before: HostBefore | undefined) {
  let known = before === undefined || before.newestMs === null ? null : { ...before, atMs: before.newestMs };
  return own
    .toSorted((a, b) => a.atMs - b.atMs)
    .flatMap((heartbeat) => {
      const found = findDirtyReboot(heartbeat, known);
      const { atMs, bootId, build } = heartbeat;
      if (known === null || atMs >= known.atMs)
        known = { newestMs: atMs, atMs, bootId, release: build.release };
      return found === null ? [] : [found];
    });
}
