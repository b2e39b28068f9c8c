import type { Clock } from '../clock';
import type { LogRecord, SubscribeOptions, Subscription } from '../event-log';
import { MemoryMember } from './event-log-member';

export interface MemoryPartition {
  readonly topic: string;
  readonly partition: number;
  readonly records: LogRecord[];
}

/** A consumer group: who holds which partition, and how far each was read. */
export class MemoryGroup {
  readonly #members: MemoryMember[] = [];
  readonly #committed = new Map<string, number>();
  /** Partitions with a batch at work: a new owner waits for the old one's batch. */
  readonly #busy = new Set<MemoryPartition>();

  constructor(
    readonly partitionsOf: (topic: string) => readonly MemoryPartition[],
    readonly clock: Clock,
    readonly retryDelayMs: number,
  ) {}

  get isActive(): boolean {
    return this.#members.length > 0;
  }

  join(options: SubscribeOptions): Subscription {
    const member = new MemoryMember(this, options);
    this.#members.push(member);
    this.rebalance();
    member.start();
    return member;
  }

  leave(member: MemoryMember): void {
    const index = this.#members.indexOf(member);
    if (index < 0) return;
    this.#members.splice(index, 1);
    this.rebalance();
  }

  /** Deals the partitions of each topic out to its subscribers, in order of joining. */
  rebalance(): void {
    const dealt = new Map<MemoryMember, MemoryPartition[]>(this.#members.map((member) => [member, []]));
    for (const topic of new Set(this.#members.flatMap((member) => member.options.topics))) {
      const takers = this.#members.filter((member) => member.options.topics.includes(topic));
      this.partitionsOf(topic).forEach((partition, index) => {
        const taker = takers[index % takers.length];
        if (taker !== undefined) dealt.get(taker)?.push(partition);
      });
    }
    for (const [member, partitions] of dealt) member.assign(partitions);
  }

  wake(): void {
    for (const member of this.#members) member.wake();
  }

  /** Takes a partition for one batch. @returns false when another member's batch of it still runs */
  take(partition: MemoryPartition): boolean {
    if (this.#busy.has(partition)) return false;
    this.#busy.add(partition);
    return true;
  }

  giveBack(partition: MemoryPartition): void {
    this.#busy.delete(partition);
    this.wake();
  }

  committed(partition: MemoryPartition): number | null {
    return this.#committed.get(`${partition.topic}/${partition.partition}`) ?? null;
  }

  commit(partition: MemoryPartition, offset: number): void {
    this.#committed.set(`${partition.topic}/${partition.partition}`, offset);
  }
}
