export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
export type SeverityLevel = (typeof SEVERITIES)[number];

/** Smallest score of each level. */
export const SEVERITY_FLOORS: Readonly<Record<SeverityLevel, number>> = {
  critical: 75,
  high: 60,
  medium: 35,
  low: 0,
};

export interface SeverityPart {
  readonly part: 'kind' | 'spread' | 'fatality' | 'corruption';
  readonly points: number;
  readonly mostPoints: number;
  readonly why: string;
}

export interface Severity {
  readonly level: SeverityLevel;
  /** Sum of the parts, 0 to 100. */
  readonly score: number;
  readonly parts: readonly SeverityPart[];
}

export interface SeverityFacts {
  readonly kind: string;
  readonly holding: boolean;
  readonly hosts: number;
  readonly crashes: number;
  readonly fatalCrashes: number;
  /** Share of the living fleet hit lately; `null` where unknown. */
  readonly fleetShare: number | null;
}

/** Points of a kind, at most 35: what an attacker or bad luck can make of it. After syzkaller's order of impact. */
const KIND_POINTS: readonly (readonly [number, readonly string[]])[] = [
  [35, ['kasan-invalid-free', 'kasan-use-after-free', 'kfence-invalid-free', 'kfence-use-after-free']],
  [
    32,
    [
      'kasan-out-of-bounds',
      'kfence-out-of-bounds',
      'kfence-memory-corruption',
      'slab-corruption',
      'bad-page',
    ],
  ],
  [
    30,
    ['stack-corruption', 'list-corruption', 'usercopy', 'fortify', 'cfi', 'refcount', 'kasan-wild-access'],
  ],
  [
    26,
    [
      'stack-segment',
      'general-protection',
      'paging-request',
      'double-fault',
      'invalid-opcode',
      'kasan-other',
      'kfence-other',
    ],
  ],
  [
    24,
    [
      'null-ptr-deref',
      'kasan-null-ptr-deref',
      'bug',
      'bug-other',
      'rust-panic',
      'stack-overflow',
      'trap-other',
      'divide-error',
      'kmsan-infoleak',
      'panic-other',
    ],
  ],
  [
    20,
    [
      'hard-lockup',
      'soft-lockup',
      'deadlock',
      'spinlock',
      'rcu-stall',
      'oom-panic',
      'workqueue-lockup',
      'hung-task',
      'hardware-error',
    ],
  ],
  [
    12,
    [
      'ubsan',
      'kmsan-uninit-value',
      'kmsan-other',
      'kcsan',
      'lock-misuse',
      'atomic-sleep',
      'ref-leak',
      'memory-leak',
      'debug-objects',
    ],
  ],
  [8, ['warning', 'rcu-usage', 'preempt-unsafe', 'irq']],
  [0, ['sysrq', 'damaged']],
];
const OTHER_KIND_POINTS = 15;
const POINTS_OF = new Map(
  KIND_POINTS.flatMap(([points, kinds]) => kinds.map((kind) => [kind, points] as const)),
);

/** Kinds that say somebody wrote where it should not, or that what lies in memory or on disk cannot be trusted. */
const CORRUPTING = new Set([
  'kasan-invalid-free',
  'kasan-use-after-free',
  'kasan-out-of-bounds',
  'kfence-invalid-free',
  'kfence-use-after-free',
  'kfence-out-of-bounds',
  'kfence-memory-corruption',
  'slab-corruption',
  'list-corruption',
  'stack-corruption',
  'bad-page',
  'refcount',
  'fortify',
]);
const SUSPECT = new Set([
  'bug',
  'general-protection',
  'stack-segment',
  'paging-request',
  'hardware-error',
  'double-fault',
]);
/** Functions of what keeps data on disk. */
const STORAGE =
  /^_*(?:ext[234]|xfs|btrfs|f2fs|jbd2|nfsd?|ceph|gfs2|ocfs2|zfs|zio|arc|dm|md|raid\d*|nvme|scsi|blk|bio|iomap)_/;

const MOST = { kind: 35, spread: 25, fatality: 25, corruption: 15 } as const;

/**
 * How bad an incident is, from its kind, how far it spread, whether machines die of it, and whether data is at risk.
 * @param functions blamed and entry function, as far as known
 */
export function severityOf(facts: SeverityFacts, functions: readonly (string | null)[]): Severity {
  const parts = facts.holding
    ? []
    : [kindPart(facts), spreadPart(facts), fatalityPart(facts), corruptionPart(facts, functions)];
  const score = parts.reduce((sum, { points }) => sum + points, 0);
  return { level: severityLevel(score), score, parts };
}

export function severityLevel(score: number): SeverityLevel {
  return SEVERITIES.find((level) => score >= SEVERITY_FLOORS[level]) ?? 'low';
}

function kindPart({ kind }: SeverityFacts): SeverityPart {
  return part('kind', POINTS_OF.get(kind) ?? OTHER_KIND_POINTS, kind);
}

/** Ten times the hosts are 7 points; a tenth of the fleet is as much as a thousand hosts. */
function spreadPart({ hosts, fleetShare }: SeverityFacts): SeverityPart {
  const byHosts = hosts < 1 ? 0 : 4 + 7 * Math.log10(hosts);
  const byShare = fleetShare === null || fleetShare <= 0 ? 0 : 4 + 7 * Math.log10(10_000 * fleetShare);
  const share = fleetShare === null ? '' : `, ${(100 * fleetShare).toFixed(2)} % of the living fleet lately`;
  return part('spread', Math.max(byHosts, byShare), `${hosts} ${hosts === 1 ? 'host' : 'hosts'}${share}`);
}

function fatalityPart({ crashes, fatalCrashes }: SeverityFacts): SeverityPart {
  const points = fatalCrashes === 0 || crashes === 0 ? 0 : 10 + (15 * fatalCrashes) / crashes;
  return part('fatality', points, `${fatalCrashes} of ${crashes} crashes killed the machine`);
}

function corruptionPart({ kind }: SeverityFacts, functions: readonly (string | null)[]): SeverityPart {
  if (CORRUPTING.has(kind)) return part('corruption', 15, 'memory was overwritten or freed wrongly');
  const storage = functions.find((name) => name !== null && STORAGE.test(name));
  if (storage != null) return part('corruption', 12, `${storage} keeps data on disk`);
  if (SUSPECT.has(kind)) return part('corruption', 6, 'memory may have been overwritten');
  return part('corruption', 0, 'nothing says that data is at risk');
}

function part(name: SeverityPart['part'], points: number, why: string): SeverityPart {
  const mostPoints = MOST[name];
  return { part: name, points: Math.round(Math.min(mostPoints, Math.max(0, points))), mostPoints, why };
}
