import { randomUUID } from 'node:crypto';
import type { PostgresPool } from '@oopstream/adapter-postgres';
import type { Logger } from '@oopstream/runtime';

const CHANNEL = 'oopstream_log';
/** Notifications of a busy writer are collected for this long. */
const COLLECT_MS = 5;

/** What happened: records came to a topic, the members of a group changed, or something that was not seen. */
export type Wakeup =
  | { readonly kind: 'records'; readonly topicIds: readonly number[] }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'anything' };

/** Tells subscriptions of this and other processes that there is something to do. May be lost: everybody polls too. */
export interface Wakeups {
  announceRecords(topicIds: readonly number[]): void;
  announceGroup(group: string): void;
  /** Starts to listen with the first subscription. @returns a function that ends it */
  subscribe(onWakeup: (wakeup: Wakeup) => void): () => void;
  close(): Promise<void>;
}

interface Message {
  readonly from: string;
  readonly topicIds: readonly number[];
  readonly groups: readonly string[];
}

export function createWakeups(pool: PostgresPool, logger: Logger): Wakeups {
  return new PostgresWakeups(pool, logger);
}

class PostgresWakeups implements Wakeups {
  readonly #id = randomUUID();
  readonly #subscribers = new Set<(wakeup: Wakeup) => void>();
  readonly #topicIds = new Set<number>();
  readonly #groups = new Set<string>();
  #listening: Promise<{ close(): Promise<void> } | null> | null = null;
  #sending: Promise<void> | null = null;
  #closed = false;

  constructor(
    readonly pool: PostgresPool,
    readonly logger: Logger,
  ) {}

  announceRecords(topicIds: readonly number[]): void {
    for (const topicId of topicIds) this.#topicIds.add(topicId);
    this.#tell({ kind: 'records', topicIds });
    this.#sending ??= this.#send();
  }

  announceGroup(group: string): void {
    this.#groups.add(group);
    this.#tell({ kind: 'group', group });
    this.#sending ??= this.#send();
  }

  subscribe(onWakeup: (wakeup: Wakeup) => void): () => void {
    this.#subscribers.add(onWakeup);
    this.#listening ??= this.#listen();
    return () => this.#subscribers.delete(onWakeup);
  }

  async close(): Promise<void> {
    this.#closed = true;
    while (this.#sending !== null) await this.#sending;
    await (await this.#listening)?.close();
  }

  #tell(wakeup: Wakeup): void {
    for (const subscriber of this.#subscribers) subscriber(wakeup);
  }

  async #listen(): Promise<{ close(): Promise<void> } | null> {
    try {
      return await this.pool.listen(CHANNEL, (payload) => this.#hear(payload));
    } catch (error) {
      this.logger.warn({ err: error }, 'cannot listen for records, polling until the next subscription');
      this.#listening = null;
      return null;
    }
  }

  #hear(payload: string | null): void {
    if (payload === null) return this.#tell({ kind: 'anything' });
    const message = JSON.parse(payload) as Message;
    if (message.from === this.#id) return;
    if (message.topicIds.length > 0) this.#tell({ kind: 'records', topicIds: message.topicIds });
    for (const group of message.groups) this.#tell({ kind: 'group', group });
  }

  /** After the commit and apart from it: a transaction that notifies holds a lock that all others of its kind wait for. */
  async #send(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.#closed ? 0 : COLLECT_MS));
    const message: Message = { from: this.#id, topicIds: [...this.#topicIds], groups: [...this.#groups] };
    this.#topicIds.clear();
    this.#groups.clear();
    try {
      await this.pool.query(
        "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, $2)",
        [CHANNEL, JSON.stringify(message)],
        'oopstream_log_notify',
      );
    } catch (error) {
      this.logger.debug({ err: error }, 'cannot notify of records, others will poll');
    }
    this.#sending = this.#topicIds.size > 0 || this.#groups.size > 0 ? this.#send() : null;
  }
}
