import { randomUUID } from 'node:crypto';
import { deal } from './deal';
import type { Lease } from './deal';
import type { EmbeddedLogConfig } from './embedded-log-config';
import type { ClaimedPartition, GroupTables, PartitionId } from './group-tables';
import type { PartitionEnds, Topic } from './log-tables';

/** A partition that we hold, and how far we are. */
export interface HeldPartition {
  readonly topic: Topic;
  readonly claimed: ClaimedPartition;
  /** Next record to read; `null` until the partition's start is known. */
  position: number | null;
  /** As of the last look. */
  endOffset: number;
  /** The batch at work. */
  batch: RunningBatch | null;
  /** Tries of the batch at `position` that failed so far. */
  failures: number;
  /** Not before this, by the monotonic clock; after a failure. */
  resumeAtMs: number;
}

export interface RunningBatch {
  readonly lost: AbortController;
  /** Start, or the handler's last heartbeat, by the monotonic clock. */
  progressAtMs: number;
}

export interface LeasesDeps {
  readonly tables: GroupTables;
  readonly topics: readonly Topic[];
  /** Tells the other members that partitions are free, or that we are new. */
  readonly announce: () => void;
  readonly onReset: (held: HeldPartition) => void;
}

/**
 * Our share of a group's partitions. They are ours for as long as our heartbeats come through: when that was too long
 * ago, they are given up here without asking, because by then another member may have taken them.
 */
export class Leases {
  readonly memberId = randomUUID();
  readonly #held = new Map<string, HeldPartition>();
  /** Partitions with a batch at work, also those lost meanwhile: not to be taken again before it is over. */
  readonly #busy = new Set<string>();
  #expiry: NodeJS.Timeout | null = null;
  #introduced = false;

  constructor(
    readonly config: EmbeddedLogConfig,
    readonly deps: LeasesDeps,
  ) {}

  get held(): readonly HeldPartition[] {
    return [...this.#held.values()];
  }

  /** Shows that we live, gives up what is no longer ours and, when asked to, takes what has become ours. */
  async beat(canTake: boolean): Promise<void> {
    const { tables, topics, announce } = this.deps;
    const sentAtMs = performance.now();
    const view = await tables.beat(
      this.memberId,
      topics.map((topic) => topic.id),
      this.config.sessionTimeoutMs,
    );
    this.#expireAt(sentAtMs + this.config.sessionTimeoutMs);
    this.#dropFenced(view.leases);
    const { claim, release } = deal(view, this.memberId);
    const given = release.filter((lease) => this.#letGo(lease));
    if (given.length > 0) await tables.release(this.memberId, given);
    const isNew = (lease: Lease) => !this.#held.has(idOf(lease)) && !this.#busy.has(idOf(lease));
    const wanted = canTake ? claim.filter(isNew) : [];
    if (wanted.length > 0)
      for (const claimed of await tables.claim(this.memberId, wanted)) this.#take(claimed);
    if (given.length > 0 || !this.#introduced) announce();
    this.#introduced = true;
  }

  /** Takes in where partitions start and end; a position that is out of range goes back to the earliest record. */
  update(ends: readonly PartitionEnds[]): void {
    for (const end of ends) {
      const held = this.#held.get(idOf(end));
      if (held === undefined) continue;
      held.endOffset = end.endOffset;
      const fellOut =
        held.position !== null && held.batch === null && isOutOfRange(held.position, end, held.topic);
      if (fellOut) this.deps.onReset(held);
      if (held.position === null || fellOut) held.position = end.startOffset;
    }
  }

  /** Batches whose partition was lost while they were at work. */
  get strayBatches(): number {
    return this.#busy.size - this.held.filter((held) => held.batch !== null).length;
  }

  /** Marks a batch as being at work. */
  begin(held: HeldPartition): RunningBatch {
    const batch = { lost: new AbortController(), progressAtMs: performance.now() };
    held.batch = batch;
    this.#busy.add(idOf(held.claimed));
    return batch;
  }

  end(held: HeldPartition): void {
    held.batch = null;
    this.#busy.delete(idOf(held.claimed));
  }

  /** Gives a partition up at once: its batch is told to stop and cannot commit. */
  lose(held: HeldPartition): void {
    held.batch?.lost.abort();
    this.#held.delete(idOf(held.claimed));
  }

  loseAll(): void {
    for (const held of this.held) this.lose(held);
  }

  /** Tells the batches at work to stop; they cannot commit any more. */
  abortAll(): void {
    for (const held of this.held) held.batch?.lost.abort();
  }

  /** Moves a partition behind the others in {@link held}. */
  serveLast(held: HeldPartition): void {
    if (this.#held.delete(idOf(held.claimed))) this.#held.set(idOf(held.claimed), held);
  }

  stop(): void {
    if (this.#expiry !== null) clearTimeout(this.#expiry);
    this.loseAll();
  }

  #expireAt(atMs: number): void {
    if (this.#expiry !== null) clearTimeout(this.#expiry);
    this.#expiry = setTimeout(() => this.loseAll(), Math.max(0, atMs - performance.now()));
  }

  #dropFenced(leases: readonly Lease[]): void {
    const mine = new Map(leases.map((lease) => [idOf(lease), lease]));
    for (const held of this.held) {
      const lease = mine.get(idOf(held.claimed));
      if (lease?.owner !== this.memberId || lease.epoch !== held.claimed.epoch) this.lose(held);
    }
  }

  /** @returns whether the partition can go now: one with a batch at work goes when that is done. */
  #letGo(lease: Lease): boolean {
    const held = this.#held.get(idOf(lease));
    if (held !== undefined && held.batch !== null) return false;
    this.#held.delete(idOf(lease));
    return true;
  }

  #take(claimed: ClaimedPartition): void {
    const topic = this.deps.topics.find((one) => one.id === claimed.topicId)!;
    const position = claimed.committedOffset;
    this.#held.set(idOf(claimed), {
      ...{ topic, claimed, position, endOffset: position ?? 0 },
      ...{ batch: null, failures: 0, resumeAtMs: 0 },
    });
  }
}

function idOf({ topicId, partition }: PartitionId): string {
  return `${topicId}/${partition}`;
}

/** Compaction leaves gaps, also at the start: reading on from within one skips nothing. */
function isOutOfRange(position: number, end: PartitionEnds, topic: Topic): boolean {
  return position > end.endOffset || (position < end.startOffset && topic.cleanup === 'delete');
}
