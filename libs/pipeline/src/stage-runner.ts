import { FatalError } from '@oopstream/ports';
import type { BatchContext, BatchHandler, Clock, LogRecord } from '@oopstream/ports';
import type { Outcome } from './outcome';
import { PoisonBreaker } from './poison-breaker';
import type { BatchReport, PoisonRecord, Stage } from './stage';

export interface StageRunnerOptions<Message, State, Decision> {
  readonly stage: Stage<Message, State, Decision>;
  /** Makes dead letters durable before the batch's offset moves. */
  readonly onPoison: (poison: readonly PoisonRecord[]) => Promise<void>;
  /** Told once for each finished batch. */
  readonly onBatch: (report: BatchReport) => void;
  /** Wraps a batch, for a span; calls `work` once and gives back what it gives. */
  readonly around: <T>(records: readonly LogRecord[], work: () => Promise<T>) => Promise<T>;
  readonly clock: Clock;
  readonly breaker?: PoisonBreaker;
}

interface Taken<Message> {
  readonly record: LogRecord;
  readonly message: Message;
}

/** Turns a stage into the batch handler of a subscription. */
export function runStage<Message, State, Decision>(
  options: StageRunnerOptions<Message, State, Decision>,
): BatchHandler {
  const breaker = options.breaker ?? new PoisonBreaker();
  return (records, context) =>
    options.around(records, async () => {
      const startedAtMs = options.clock.nowMs();
      const { outcomes, poison } = await runBatch(options.stage, records, breaker, context);
      if (poison.length > 0) await options.onPoison(poison);
      options.onBatch(
        report(options.stage.name, records, outcomes, poison, options.clock.nowMs() - startedAtMs),
      );
    });
}

interface BatchResult<Decision> {
  readonly outcomes: readonly Outcome<Decision>[];
  readonly poison: readonly PoisonRecord[];
}

async function runBatch<Message, State, Decision>(
  stage: Stage<Message, State, Decision>,
  records: readonly LogRecord[],
  breaker: PoisonBreaker,
  context: BatchContext,
): Promise<BatchResult<Decision>> {
  const poison: PoisonRecord[] = [];
  const decoded = decodeAll(stage, records, poison);
  if (decoded.length === 0) {
    breaker.observe(records.length, poison.length);
    return { outcomes: [], poison };
  }
  const state = await stage.load(
    decoded.map((taken) => taken.message),
    context.signal,
  );
  try {
    await context.heartbeat();
    const { taken, outcomes } = decideAll(stage, decoded, state, poison);
    breaker.observe(records.length, poison.length);
    const decisions: Decision[] = [];
    outcomes.forEach((outcome, index) => {
      if (outcome.kind !== 'poison') decisions.push(outcome.decision);
      else poison.push({ record: taken[index]!.record, reason: outcome.reason, detail: outcome.detail });
    });
    if (decisions.length > 0) await stage.commit(decisions, state, context.signal);
    return { outcomes: outcomes.filter((outcome) => outcome.kind !== 'poison'), poison };
  } finally {
    await stage.release?.(state);
  }
}

function decodeAll<Message, State, Decision>(
  stage: Stage<Message, State, Decision>,
  records: readonly LogRecord[],
  poison: PoisonRecord[],
): Taken<Message>[] {
  const taken: Taken<Message>[] = [];
  for (const record of records) {
    try {
      taken.push({ record, message: stage.decode(record) });
    } catch (error) {
      poison.push({ record, reason: 'undecodable', detail: describe(error) });
    }
  }
  return taken;
}

/** Decides the whole batch; where that throws, finds the messages that throw by themselves and decides the rest. */
function decideAll<Message, State, Decision>(
  stage: Stage<Message, State, Decision>,
  taken: readonly Taken<Message>[],
  state: State,
  poison: PoisonRecord[],
): { taken: readonly Taken<Message>[]; outcomes: readonly Outcome<Decision>[] } {
  const decide = (some: readonly Taken<Message>[]): readonly Outcome<Decision>[] => {
    const outcomes = stage.decide(
      some.map((one) => one.message),
      state,
    );
    if (outcomes.length !== some.length)
      throw new FatalError(
        'outcome-count',
        `${stage.name} decided ${outcomes.length} of ${some.length} messages`,
      );
    return outcomes;
  };
  try {
    return { taken, outcomes: decide(taken) };
  } catch (error) {
    if (error instanceof FatalError) throw error;
    const sound = taken.filter((one) => {
      try {
        decide([one]);
        return true;
      } catch (own) {
        poison.push({ record: one.record, reason: 'decide-threw', detail: describe(own) });
        return false;
      }
    });
    if (sound.length === taken.length)
      throw new FatalError('decide-threw', `${stage.name} throws on a batch but on none of its messages`, {
        cause: error,
      });
    return { taken: sound, outcomes: sound.length === 0 ? [] : decide(sound) };
  }
}

function report<Decision>(
  stage: string,
  records: readonly LogRecord[],
  outcomes: readonly Outcome<Decision>[],
  poison: readonly PoisonRecord[],
  durationMs: number,
): BatchReport {
  const byReason = new Map<string, number>();
  const count = (key: string) => byReason.set(key, (byReason.get(key) ?? 0) + 1);
  const totals = { ok: 0, drop: 0, redirect: 0 };
  for (const outcome of outcomes) {
    if (outcome.kind === 'poison') continue;
    totals[outcome.kind] += 1;
    count(outcome.kind === 'ok' ? 'ok' : `${outcome.kind}:${outcome.reason}`);
  }
  for (const one of poison) count(`poison:${one.reason}`);
  const consumed = records.length;
  if (consumed !== totals.ok + totals.drop + totals.redirect + poison.length)
    throw new FatalError('outcome-count', `${stage} lost count of a batch of ${consumed}`);
  return {
    stage,
    topic: records[0]!.topic,
    partition: records[0]!.partition,
    consumed,
    ok: totals.ok,
    dropped: totals.drop,
    redirected: totals.redirect,
    poisoned: poison.length,
    byReason,
    durationMs,
  };
}

function describe(error: unknown): string {
  return (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 500);
}
