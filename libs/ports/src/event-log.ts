/**
 * The event log: topics of ordered, durable, replayable records, partitioned by key.
 * Adapters: Kafka (fleet), PostgreSQL (embedded), memory (tests). One conformance suite holds for all three.
 */

/** A record to append. Bytes stay bytes: `value` is never re-encoded. */
export interface NewRecord {
  /** Records of one key share a partition and keep their order. At most 512 bytes. */
  readonly key: string;
  readonly value: Uint8Array;
  /** Names are lower-case kebab; values are text. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A record as the log holds it. */
export interface LogRecord extends NewRecord {
  readonly topic: string;
  readonly partition: number;
  /** Dense, from 0, one for each record of the partition. */
  readonly offset: number;
  /** When the log took it, milliseconds since 1970. */
  readonly appendedAtMs: number;
}

export interface EventLogWriter {
  /**
   * Resolves once every record is durable on all in-sync replicas (embedded: committed). Records of one call that
   * share a key become durable together, in the order given, with nothing of the same call between them.
   * Concurrent calls are batched by the adapter: callers never need to collect records themselves.
   *
   * @throws RetryableError `log-unavailable` when durability could not be confirmed: the records may or may not be there.
   * @throws FatalError `record-too-large` when a record (`recordSizeBytes`) exceeds the topic's limit, `unknown-topic`
   * when nobody migrated the topic; nothing of the call was sent.
   */
  append(topic: string, records: readonly NewRecord[]): Promise<void>;
  /** Waits for what is outstanding, then releases connections. */
  close(): Promise<void>;
}

export interface BatchContext {
  /**
   * Aborted when the partition is lost, or when a closing subscription has waited long enough for this batch: stop
   * soon, commit nothing more.
   */
  readonly signal: AbortSignal;
  /** Tells the log that a long batch still makes progress. Cheap; call it between steps. */
  heartbeat(): Promise<void>;
}

/** Records of one partition, in order, never empty. */
export type BatchHandler = (records: readonly LogRecord[], context: BatchContext) => Promise<void>;

export interface SubscribeOptions {
  /** Members of one group share the partitions of its topics. */
  readonly group: string;
  readonly topics: readonly string[];
  readonly maxBatchRecords: number;
  readonly maxBatchBytes: number;
  /**
   * The group's offset moves past a batch after this resolves. When it rejects, the same records come again after a
   * back-off (a RetryableError) or the subscription fails (anything else) and says so in {@link Subscription.health}.
   */
  readonly onBatch: BatchHandler;
}

export interface SubscriptionHealth {
  /** `running`: polls and makes progress; `recovering`: lost the log or retries a batch; `failed`: gave up. */
  readonly state: 'starting' | 'running' | 'recovering' | 'failed' | 'closed';
  readonly assignedPartitions: number;
  /** Last successful poll or finished batch, milliseconds since 1970; `null` before the first. */
  readonly lastProgressAtMs: number | null;
  /** Times that a stored offset had fallen out of the log's range and reading went back to the earliest record. */
  readonly offsetResets: number;
  readonly lastError: string | null;
}

export interface Subscription {
  health(): SubscriptionHealth;
  /** Resolves or rejects once when the subscription ends; rejects with what made it fail. */
  readonly done: Promise<void>;
  /** Lets the running batch finish, commits it, leaves the group. */
  close(): Promise<void>;
}

export interface EventLogReader {
  /** A new group starts at the earliest record. Delivery is at least once; order holds within a partition. */
  subscribe(options: SubscribeOptions): Promise<Subscription>;
}

export interface PartitionPosition {
  readonly topic: string;
  readonly partition: number;
  /** First record still held. */
  readonly startOffset: number;
  /** Where the next record will go. */
  readonly endOffset: number;
  /** Next record the group will read; `null` before its first commit. */
  readonly committedOffset: number | null;
}

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly retentionMs: number;
  readonly cleanup: 'delete' | 'compact';
  readonly maxRecordBytes: number;
}

export type ReplayStart = { readonly offset: number } | { readonly timeMs: number };

export interface EventLogAdmin {
  /** Creates what is missing and raises what may be raised; a second run changes nothing. @throws FatalError `topic-mismatch` */
  migrate(topics: readonly TopicSpec[]): Promise<{ readonly created: readonly string[] }>;
  positions(topic: string, group: string): Promise<readonly PartitionPosition[]>;
  /**
   * Sets where an idle group reads next, in every partition (an offset is clamped to what is held; a time goes to the
   * first record appended at or after it). @throws FatalError `group-active` when the group has members.
   */
  seek(group: string, topic: string, to: ReplayStart): Promise<void>;
  close(): Promise<void>;
}
