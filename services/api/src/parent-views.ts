import type { Parent } from '@oopstream/contracts';
import { readParentKey } from '@oopstream/core-incident';
import type { ParentRow } from '@oopstream/ports';
import type { PatternSettings } from './pattern-config';
import { timeText } from './time-text';

/** Damage that allocator and lists met, as answered. */
export function viewVictims(row: ParentRow): Parent {
  const { kernelRelease = null, slabCache = null } = readParentKey(row.key) ?? {};
  const where = slabCache === null ? 'a slab cache that is not told' : slabCache;
  return {
    ...viewParent(row),
    kind: 'victims',
    title: `memory damage met in ${where} on ${kernelRelease ?? 'an unknown release'}`,
    kernelRelease,
    slabCache,
    hostId: null,
  };
}

/** A host with unlike signatures, as answered. */
export function viewHostParent(row: ParentRow, { suspectHostDays }: PatternSettings): Parent {
  return {
    ...viewParent(row),
    kind: 'host',
    title: `${row.incidentCount} unlike signatures on host ${row.key} in ${suspectHostDays} days: suspect its hardware`,
    kernelRelease: null,
    slabCache: null,
    hostId: row.key,
  };
}

function viewParent({ key, crashes, hosts, incidentCount, ...row }: ParentRow) {
  return {
    ...{ key, crashes, hosts, incidentCount },
    firstSeenAt: timeText(row.firstSeenAtMs),
    lastSeenAt: timeText(row.lastSeenAtMs),
    incidents: row.incidents.map(({ lastSeenAtMs, ...member }) => ({
      ...member,
      lastSeenAt: timeText(lastSeenAtMs),
    })),
  };
}
