import type { LogRecord } from '@oopstream/ports';
import type { Outcome } from './outcome';

/** One step of the journey: decode → load → decide → commit, over one batch of one partition. */
export interface Stage<Message, State, Decision> {
  /** Label of spans and metrics: the service's name. */
  readonly name: string;
  /** Bytes to contract. A throw makes the record poison with reason `undecodable`. */
  decode(record: LogRecord): Message;
  /** Reads, through ports. A stage that commits in a transaction opens it here. */
  load(messages: readonly Message[], signal: AbortSignal): Promise<State>;
  /** Pure and synchronous; one outcome for each message, in order. A message it throws on is poison. */
  decide(messages: readonly Message[], state: State): readonly Outcome<Decision>[];
  /** Writes, through ports; idempotent by key. */
  commit(decisions: readonly Decision[], state: State, signal: AbortSignal): Promise<void>;
  /** Lets go of what `load` holds; called once for each `load`, also after a failure. */
  release?(state: State): Promise<void>;
}

/** A record that a stage could not take, on its way to the dead letters. */
export interface PoisonRecord {
  readonly record: LogRecord;
  readonly reason: string;
  readonly detail: string;
}

/** Counts of one batch; `consumed = ok + dropped + poisoned + redirected` always. */
export interface BatchReport {
  readonly stage: string;
  readonly topic: string;
  readonly partition: number;
  readonly consumed: number;
  readonly ok: number;
  readonly dropped: number;
  readonly poisoned: number;
  readonly redirected: number;
  /** Count for each `<outcome>:<reason>` seen; `ok` has no reason. */
  readonly byReason: ReadonlyMap<string, number>;
  readonly durationMs: number;
}
