import { RetryableError } from '@oopstream/ports';
import type { Clock, SubscribeOptions, Subscription, SubscriptionHealth } from '@oopstream/ports';
import type { Logger, Metrics } from '@oopstream/runtime';
import { setTimeout as delay } from 'node:timers/promises';
import { readBatch } from './batch-reader';
import { Doorbell } from './doorbell';
import type { EmbeddedLogConfig } from './embedded-log-config';
import type { GroupTables } from './group-tables';
import { Leases } from './leases';
import type { HeldPartition } from './leases';
import type { LogTables, Topic } from './log-tables';
import { MemberHealth } from './member-health';
import type { Wakeup, Wakeups } from './wakeups';

/** How long an aborted batch may still take before we leave without it. */
const ABORT_GRACE_MS = 2_000;
const RETRY_MS = { first: 100, most: 5_000 };

export interface MemberDeps {
  readonly config: EmbeddedLogConfig;
  readonly tables: LogTables;
  readonly group: GroupTables;
  readonly wakeups: Wakeups;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/** One member of a group: a loop that keeps the leases and sets batches to work, and the batches. */
export class Member implements Subscription {
  readonly done: Promise<void>;
  readonly #ended = Promise.withResolvers<undefined>();
  readonly #leases: Leases;
  readonly #health: MemberHealth;
  readonly #running = new Set<Promise<void>>();
  readonly #bell = new Doorbell();
  #beatAtMs = 0;
  #lookAtMs = 0;
  #startedBatchesAtMs = 0;
  #troubles = 0;
  #closeAtMs: number | null = null;
  #failure: { readonly error: unknown } | null = null;

  constructor(
    readonly options: SubscribeOptions,
    readonly topics: readonly Topic[],
    readonly deps: MemberDeps,
  ) {
    this.done = this.#ended.promise;
    // Who does not look at `done` looks at health; a rejection must not end the process.
    this.done.catch(() => undefined);
    this.#health = new MemberHealth(deps.clock);
    this.#leases = new Leases(deps.config, {
      tables: deps.group,
      topics,
      announce: () => deps.wakeups.announceGroup(options.group),
      onReset: (held) => this.#countReset(held),
    });
  }

  start(): void {
    const unsubscribe = this.deps.wakeups.subscribe((wakeup) => this.#hear(wakeup));
    const removeGauge = this.deps.metrics.gauge('oopstream_log_lag_records', () => this.#lag());
    void this.#run().finally(() => {
      unsubscribe();
      removeGauge();
    });
  }

  health(): SubscriptionHealth {
    return this.#health.report(this.#leases);
  }

  async close(): Promise<void> {
    this.#closeAtMs ??= performance.now() + this.deps.config.closeTimeoutMs;
    this.#bell.ring();
    await this.done.catch(() => undefined);
  }

  async #run(): Promise<void> {
    while (!this.#isOver()) {
      this.#bell.reset();
      try {
        await this.#turn();
        this.#troubles = 0;
        this.#health.reachesLog();
      } catch (error) {
        this.#stumble(error);
      }
      if (this.#isOver()) break;
      // After trouble nobody may wake us early.
      if (this.#troubles > 0) await delay(backOffMs(this.#troubles, 1_000));
      else await this.#bell.wait(this.#idleMs());
    }
    await this.#end();
  }

  async #turn(): Promise<void> {
    const nowMs = performance.now();
    await this.#stopStalled(nowMs);
    if (this.#leases.strayBatches > 0) return this.#standAside(nowMs);
    const isEnding = this.#closeAtMs !== null;
    if (this.#beatAtMs <= nowMs) {
      this.#beatAtMs = nowMs + this.deps.config.heartbeatMs;
      const before = this.#leases.held.length;
      await this.#leases.beat(!isEnding);
      if (this.#leases.held.length > before) this.#lookAtMs = 0;
    }
    if (isEnding) return;
    if (this.#lookAtMs <= nowMs && this.#running.size < this.deps.config.concurrentPartitions) {
      this.#lookAtMs = nowMs + this.deps.config.pollMs;
      this.#leases.update(await this.deps.tables.ends(this.topics.map((topic) => topic.id)));
      if (this.#running.size === 0) this.#health.progressed();
    }
    this.#startBatches();
  }

  /** While a batch still runs whose partition we lost, the partitions go to members that are well. */
  #standAside(nowMs: number): void {
    this.#beatAtMs = nowMs + this.deps.config.heartbeatMs;
    this.#lookAtMs = this.#beatAtMs;
  }

  /** The least recently served partitions first that have something to read. */
  #startBatches(): void {
    const nowMs = performance.now();
    this.#startedBatchesAtMs = nowMs;
    for (const held of this.#leases.held) {
      if (this.#running.size >= this.deps.config.concurrentPartitions) return;
      const isReady = held.batch === null && held.resumeAtMs <= nowMs;
      if (!isReady || held.position === null || held.position >= held.endOffset) continue;
      const work = this.#work(held).finally(() => {
        this.#running.delete(work);
        this.#bell.ring();
      });
      this.#running.add(work);
    }
  }

  async #work(held: HeldPartition): Promise<void> {
    const batch = this.#leases.begin(held);
    try {
      const result = await readBatch(held, batch, {
        options: this.options,
        tables: this.deps.tables,
        group: this.deps.group,
        leases: this.#leases,
        onReset: (one) => this.#countReset(one),
        onProgress: () => this.#health.progressed(),
      });
      held.failures = 0;
      if (result === 'committed') this.#health.progressed();
      else this.#lookAtMs = 0;
    } catch (error) {
      this.#retryOrFail(held, error);
    } finally {
      this.#leases.end(held);
      if (batch.lost.signal.aborted) this.#beatAtMs = 0;
      this.#leases.serveLast(held);
    }
  }

  #retryOrFail(held: HeldPartition, error: unknown): void {
    this.#health.failed(error);
    if (!(error instanceof RetryableError)) return this.#fail(error);
    held.failures += 1;
    held.resumeAtMs = performance.now() + (error.retryAfterMs ?? backOffMs(held.failures));
  }

  /** The loop's own trouble with the log: tried again until it is over, unless trying again cannot help. */
  #stumble(error: unknown): void {
    this.#troubles += 1;
    this.#health.losesLog(error);
    if (!(error instanceof RetryableError)) return this.#fail(error);
    this.deps.logger.warn({ err: error, group: this.options.group }, 'cannot reach the log, trying again');
    this.#beatAtMs = 0;
    this.#lookAtMs = 0;
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#closeAtMs = performance.now();
    this.#leases.abortAll();
  }

  /** Who has a batch that makes no progress leaves the group until that is over. */
  async #stopStalled(nowMs: number): Promise<void> {
    if (this.#closeAtMs !== null && this.#closeAtMs <= nowMs) this.#leases.abortAll();
    const before = nowMs - this.deps.config.stallTimeoutMs;
    const stalled = this.#leases.held.find((held) => held.batch !== null && held.batch.progressAtMs < before);
    if (stalled === undefined) return;
    const where = `${stalled.topic.name}/${stalled.claimed.partition}`;
    this.#health.failed(new Error(`a batch of ${where} makes no progress`));
    this.deps.logger.error(
      { group: this.options.group, where },
      'a batch makes no progress: leaving the group',
    );
    this.#leases.loseAll();
    await this.deps.group.leave(this.#leases.memberId);
    this.deps.wakeups.announceGroup(this.options.group);
  }

  #isOver(): boolean {
    if (this.#closeAtMs === null) return false;
    return this.#running.size === 0 || performance.now() > this.#closeAtMs + ABORT_GRACE_MS;
  }

  async #end(): Promise<void> {
    this.#leases.stop();
    try {
      await this.deps.group.leave(this.#leases.memberId);
    } catch (error) {
      // The others take over when our session is over.
      this.deps.logger.warn({ err: error, group: this.options.group }, 'cannot leave the group');
    }
    this.deps.wakeups.announceGroup(this.options.group);
    this.#health.end(this.#failure === null ? 'closed' : 'failed');
    if (this.#failure === null) return this.#ended.resolve(undefined);
    this.deps.logger.error(
      { err: this.#failure.error, group: this.options.group },
      'the subscription failed',
    );
    this.#ended.reject(this.#failure.error);
  }

  #hear(wakeup: Wakeup): void {
    if (wakeup.kind === 'records' && !this.topics.some((topic) => wakeup.topicIds.includes(topic.id))) return;
    if (wakeup.kind === 'group' && wakeup.group !== this.options.group) return;
    if (wakeup.kind !== 'records') this.#beatAtMs = 0;
    this.#lookAtMs = 0;
    this.#bell.ring();
  }

  /** How long there is nothing to do unless the bell rings. */
  #idleMs(): number {
    const nowMs = performance.now();
    const due = [this.#beatAtMs];
    if (this.#closeAtMs !== null)
      due.push(this.#closeAtMs > nowMs ? this.#closeAtMs : this.#closeAtMs + ABORT_GRACE_MS);
    else if (this.#running.size < this.deps.config.concurrentPartitions) {
      due.push(this.#lookAtMs);
      const retries = this.#leases.held.map((held) => held.resumeAtMs);
      due.push(...retries.filter((atMs) => atMs > this.#startedBatchesAtMs));
    }
    return Math.max(0, Math.min(...due) - nowMs);
  }

  #countReset(held: HeldPartition): void {
    this.#health.reset();
    const labels = { group: this.options.group, topic: held.topic.name };
    this.deps.metrics.count('oopstream_log_offset_resets', 1, labels);
    this.deps.logger.error(
      { ...labels, partition: held.claimed.partition, position: held.position },
      'the log no longer holds the records at the group’s offset: reading on from the earliest',
    );
  }

  #lag(): readonly { value: number; labels: { group: string; topic: string } }[] {
    return this.topics.map((topic) => ({
      value: this.#leases.held
        .filter((held) => held.topic === topic)
        .reduce((sum, held) => sum + Math.max(0, held.endOffset - (held.position ?? 0)), 0),
      labels: { group: this.options.group, topic: topic.name },
    }));
  }
}

/** Doubles with each failure, and some chance so that members do not all come at once. */
function backOffMs(failures: number, most = RETRY_MS.most): number {
  return Math.min(most, RETRY_MS.first * 2 ** Math.min(failures - 1, 16)) * (0.75 + Math.random() / 4);
}
