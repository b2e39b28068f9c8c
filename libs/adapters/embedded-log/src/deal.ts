/** A group as a heartbeat tells it. */
export interface GroupView {
  /** In the order they joined. */
  readonly members: readonly { readonly id: string; readonly topicIds: readonly number[] }[];
  readonly leases: readonly Lease[];
}

export interface Lease {
  readonly topicId: number;
  readonly partition: number;
  /** Who holds the partition; `null` for nobody. May be a member that is gone. */
  readonly owner: string | null;
  readonly epoch: number;
}

export interface Deal {
  /** Partitions that are ours by right and that no other holds: the free ones, and what we hold already. */
  readonly claim: readonly Lease[];
  /** Partitions that we hold and that are another's by right. */
  readonly release: readonly Lease[];
}

/**
 * Deals the partitions of each topic out in turn to the members that read it, in the order they joined. Every member
 * comes to the same result by itself; who has to give a partition away does so between two batches, and only then
 * the other can take it.
 */
export function deal(view: GroupView, me: string): Deal {
  const alive = new Set(view.members.map((member) => member.id));
  const claim: Lease[] = [];
  const release: Lease[] = [];
  for (const lease of view.leases) {
    const takers = view.members.filter((member) => member.topicIds.includes(lease.topicId));
    const mine = takers[lease.partition % takers.length]?.id === me;
    if (!mine && lease.owner === me) release.push(lease);
    if (mine && (lease.owner === null || lease.owner === me || !alive.has(lease.owner))) claim.push(lease);
  }
  return { claim, release };
}
