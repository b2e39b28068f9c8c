/** What a host that booted again says of the boot before. */
export interface LastBoot {
  readonly bootId: string;
  /** What that boot ran; `null` where the host did not note it. */
  readonly release: string | null;
  /** Whether it was shut down in order, or broke off. */
  readonly shutdown: 'clean' | 'dirty';
}

/** A host came back after a boot that broke off. */
export interface DirtyReboot {
  /** The boot that broke off. */
  readonly bootId: string;
  readonly release: string | null;
  /** Last time that it was seen; `null` where no sighting of that boot is known. */
  readonly aliveAtMs: number | null;
  /** When the next boot began. */
  readonly backAtMs: number;
}

/** What is looked at of a fatal crash of the host. */
export interface RebootCrash {
  readonly id: string;
  readonly bootId: string | null;
  /** Its own time; `null` where neither text nor sender knew it. */
  readonly occurredAtMs: number | null;
  readonly receivedAtMs: number;
}

export interface RebootLimits {
  /** How long a transcript of it may take before the reboot counts as one without a dump. */
  readonly windowMs: number;
  /** How far clocks of hosts and ours may be apart. */
  readonly slackMs: number;
}

/** `waiting`: a transcript may still come. `open`: none came. `explained`: a crash is known that did it. */
export type RebootState = 'waiting' | 'open' | 'explained';

export interface RebootVerdict {
  readonly state: RebootState;
  readonly crashId: string | null;
  /** When to look again by itself; `null`: when a crash of the host comes. */
  readonly checkAtMs: number | null;
}

/** A host whose last sign of life is unknown may have died so long before it came back. */
const UNSEEN_MS = 25 * 3_600_000;

/**
 * What a heartbeat tells of the boot before it: something only where it is the first of its boot and says that the one
 * before broke off. A host that says nothing of it, as in an import, gives no event: it may have been rebooted in order.
 *
 * @param known what was known of the host before; `null` for a host never seen.
 */
export function findDirtyReboot(
  heartbeat: {
    readonly atMs: number;
    readonly bootedMs?: number | null;
    readonly bootId: string | null;
    readonly lastBoot?: LastBoot | null;
  },
  known: { readonly bootId: string | null; readonly atMs: number; readonly release: string } | null,
): DirtyReboot | null {
  const lastBoot = heartbeat.lastBoot ?? null;
  if (lastBoot === null || lastBoot.shutdown !== 'dirty') return null;
  if (heartbeat.bootId === null || heartbeat.bootId === lastBoot.bootId) return null;
  if (known?.bootId === heartbeat.bootId) return null;
  const seen = known?.bootId === lastBoot.bootId ? known : null;
  return {
    bootId: lastBoot.bootId,
    release: lastBoot.release ?? seen?.release ?? null,
    aliveAtMs: seen?.atMs ?? null,
    backAtMs: heartbeat.bootedMs ?? heartbeat.atMs,
  };
}

/** Where a dirty reboot stands, given the fatal crashes that its host is known to have had. Crashes only ever explain it. */
export function settleReboot(
  reboot: DirtyReboot & { readonly state: RebootState },
  crashes: readonly RebootCrash[],
  { windowMs, slackMs }: RebootLimits,
  nowMs: number,
): RebootVerdict {
  const crash = crashes.find((one) => explains(one, reboot, windowMs, slackMs));
  if (crash !== undefined) return { state: 'explained', crashId: crash.id, checkAtMs: null };
  const endMs = reboot.backAtMs + windowMs;
  if (reboot.state === 'waiting' && nowMs < endMs)
    return { state: 'waiting', crashId: null, checkAtMs: endMs };
  return { state: 'open', crashId: null, checkAtMs: null };
}

function explains(crash: RebootCrash, reboot: DirtyReboot, windowMs: number, slackMs: number): boolean {
  if (crash.bootId !== null) return crash.bootId === reboot.bootId;
  const fromMs = (reboot.aliveAtMs ?? reboot.backAtMs - UNSEEN_MS) - slackMs;
  if (crash.occurredAtMs !== null)
    return crash.occurredAtMs >= fromMs && crash.occurredAtMs <= reboot.backAtMs + slackMs;
  return crash.receivedAtMs >= fromMs && crash.receivedAtMs <= reboot.backAtMs + windowMs;
}
