import type { AdminConnection } from './admin-connection';

/** What kafkajs commits for "from the earliest" when a stored offset was not held any more. */
const EARLIEST = -2;

/**
 * Notices that reading did not go on where it stopped. kafkajs resets an offset that retention overtook without a word
 * to its user, so the first offset of each batch is compared with the one expected.
 */
export class OffsetResets {
  /** Next offset of each partition read since the last join. */
  readonly #expected = new Map<string, number>();
  /** By topic, what the group had committed when first asked since the last join. */
  readonly #committed = new Map<string, Promise<ReadonlyMap<number, number>>>();

  constructor(
    private readonly admin: AdminConnection,
    private readonly group: string,
  ) {}

  /** Other members may have read on meanwhile. */
  forget(): void {
    this.#expected.clear();
    this.#committed.clear();
  }

  /** @returns whether the batch that starts at `offset` follows a reset. @throws RetryableError `log-unavailable` */
  async isReset(topic: string, partition: number, offset: number): Promise<boolean> {
    const expected =
      this.#expected.get(`${topic}/${partition}`) ?? (await this.#committedOf(topic)).get(partition) ?? null;
    if (expected === null || expected === offset) return false;
    if (expected === EARLIEST || offset < expected) return true;
    // A gap alone proves nothing: compaction leaves gaps too.
    const start = await this.admin.ask(`asking where ${topic} starts`, async (admin) => {
      const offsets = await admin.fetchTopicOffsets(topic);
      return offsets.find((one) => one.partition === partition)?.low;
    });
    return expected < Number(start);
  }

  finished(topic: string, partition: number, nextOffset: number): void {
    this.#expected.set(`${topic}/${partition}`, nextOffset);
  }

  async #committedOf(topic: string): Promise<ReadonlyMap<number, number>> {
    const known = this.#committed.get(topic);
    if (known !== undefined) return known;
    const asked = this.admin.ask(`asking where ${this.group} is`, async (admin) => {
      const [answer] = await admin.fetchOffsets({ groupId: this.group, topics: [topic] });
      const offsets = (answer?.partitions ?? []).map((one) => [one.partition, Number(one.offset)] as const);
      return new Map(offsets.filter(([, offset]) => offset !== -1));
    });
    this.#committed.set(topic, asked);
    asked.catch(() => this.#committed.delete(topic));
    return asked;
  }
}
