import { MAX_REBOOTS_NAMED, REBOOTED_DIRTY } from '@oopstream/contracts';
import type { RebootedDirty } from '@oopstream/contracts';
import { settleReboot } from '@oopstream/core-fleet';
import type { OutboxDelivery, RebootRow, SettledReboots } from '@oopstream/ports';
import type { DueReboot } from '@oopstream/ports';
import { repeatWork } from '@oopstream/runtime';
import type { RepeatedWork } from '@oopstream/runtime';
import { retentionMs } from './config';
import type { DedupDeps } from './deps';

/** Heartbeats never come so late that an end from before would still be counted. */
const ENDS_KEPT_MS = 100 * 86_400_000;

type SweepDeps = Pick<DedupDeps, 'config' | 'logger' | 'metrics' | 'clock'> & {
  readonly stores: Pick<DedupDeps['stores'], 'census' | 'reboots'>;
  readonly newId: () => string;
  /** Told when there is something to hand on. */
  readonly onTold: () => void;
};

/** Looks from time to time at hosts that came back after a boot that broke off: has a transcript come, or has time run out? */
export function startRebootSweep(deps: SweepDeps): RepeatedWork {
  return repeatWork({
    intervalMs: deps.config.rebootSweepMs,
    work: (isStopped) => sweepReboots(deps, isStopped),
    onTrouble: (error) =>
      deps.logger.warn({ err: error }, 'dirty reboots could not be looked at; they will again'),
  });
}

/** One sweep in small transactions, until nothing is due; none of it where another process is at it. */
export async function sweepReboots(deps: SweepDeps, isStopped: () => boolean = () => false): Promise<void> {
  const { config, metrics, clock, newId } = deps;
  const { reboots, census } = deps.stores;
  const nowMs = clock.nowMs();
  const limits = { windowMs: config.rebootWindowMs, slackMs: config.rebootSlackMs };
  for (let isMore = true; isMore && !isStopped();) {
    const swept = await reboots.settle(
      nowMs,
      config.rebootSweepRows,
      limits.slackMs,
      (due, endpoints): SettledReboots => {
        const verdicts = due.map(({ reboot, crashes }) => ({
          id: reboot.id,
          ...settleReboot(reboot, crashes, limits, nowMs),
        }));
        const opened = due.flatMap(({ reboot }, index) =>
          verdicts[index]!.state === 'open' && reboot.state !== 'open' ? [reboot] : [],
        );
        return { verdicts, deliveries: tellOf(opened, endpoints, nowMs, config.consoleUrl, newId) };
      },
    );
    if (swept === null) return;
    for (const state of ['opened', 'explained'] as const)
      if (swept[state] > 0) metrics.count('oopstream_reboots_settled', swept[state], { state });
    if (swept.opened > 0) deps.onTold();
    isMore = swept.due === config.rebootSweepRows;
  }
  await reboots.forget(nowMs - retentionMs(config));
  await census.forgetEnds(nowMs - ENDS_KEPT_MS);
}

/** One alert for each endpoint of a tenant, whatever the number of hosts: a power cut is one event. */
function tellOf(
  opened: readonly DueReboot['reboot'][],
  endpoints: readonly { readonly tenant: string; readonly id: string }[],
  nowMs: number,
  consoleUrl: string,
  newId: () => string,
): OutboxDelivery[] {
  return [...Map.groupBy(opened, ({ tenant }) => tenant)].flatMap(([tenant, own]) => {
    const body = JSON.stringify(bodyOf(tenant, own, nowMs, consoleUrl));
    return endpoints
      .filter((endpoint) => endpoint.tenant === tenant)
      .map((endpoint) => ({
        id: newId(),
        tenant,
        // It is about no incident: the first reboot stands in for one.
        incidentId: own[0]!.id,
        endpointId: endpoint.id,
        body,
        createdAtMs: nowMs,
        traceparent: null,
      }));
  });
}

function bodyOf(
  tenant: string,
  reboots: readonly RebootRow[],
  nowMs: number,
  consoleUrl: string,
): RebootedDirty {
  const time = (timeMs: number): string => new Date(timeMs).toISOString();
  return {
    type: REBOOTED_DIRTY,
    timestamp: time(nowMs),
    data: {
      version: 1,
      tenant,
      count: reboots.length,
      reboots: reboots.slice(0, MAX_REBOOTS_NAMED).map((one) => ({
        id: one.id,
        hostId: one.hostId,
        hostName: one.hostName,
        bootId: one.bootId,
        kernelRelease: one.release,
        aliveAt: one.aliveAtMs === null ? null : time(one.aliveAtMs),
        backAt: time(one.backAtMs),
      })),
      url: `${consoleUrl}/v1/reboots?state=open`,
    },
  };
}
