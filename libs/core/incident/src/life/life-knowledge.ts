import type { FixRow } from './fix-table';
import type { HostLivepatches } from './judge-return';

/** What judging returns of a batch's crashes takes, as stores know it. */
export interface LifeKnowledge {
  /** Rows of the commits by which the batch's incidents were resolved. */
  readonly fixes: readonly FixRow[];
  /** Census rows of the batch's hosts, where closed incidents may ask for livepatches; hosts without are absent. */
  readonly hosts: readonly HostLivepatches[];
}

export const NO_KNOWLEDGE: LifeKnowledge = { fixes: [], hosts: [] };
