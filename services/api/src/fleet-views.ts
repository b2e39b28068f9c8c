import type { censusHostSchema, Reboot } from '@oopstream/contracts';
import type { CensusHost, RebootRow } from '@oopstream/ports';
import type { z } from 'zod';
import { timeText, timeTextOrNull } from './time-text';

/** A host as its newest heartbeat has it; alive for as long as it counts so, and did not die since. */
export function viewCensusHost(
  host: CensusHost,
  nowMs: number,
  maxGapMs: number,
): z.infer<typeof censusHostSchema> {
  const { hostId, name, atMs, build, bios, livepatches, bootId, uptimeSeconds, kdumpReady, labels } = host;
  return {
    ...{ hostId, name, bios, bootId, uptimeSeconds, kdumpReady, labels },
    lastSeenAt: timeText(atMs),
    alive: atMs > nowMs - maxGapMs && host.downAtMs === null,
    downAt: timeTextOrNull(host.downAtMs),
    release: build.release,
    flavour: build.flavour === '' ? null : build.flavour,
    model: build.model === '' ? null : build.model,
    livepatches: [...livepatches],
    modules: [...host.modules],
  };
}

export function viewReboot(reboot: RebootRow): Reboot {
  const { id, hostId, hostName, bootId, release, aliveAtMs, backAtMs, state, crashId, settledAtMs } = reboot;
  return {
    ...{ id, hostId, hostName, bootId, release, state, crashId },
    aliveAt: timeTextOrNull(aliveAtMs),
    backAt: timeText(backAtMs),
    settledAt: timeTextOrNull(settledAtMs),
  };
}
