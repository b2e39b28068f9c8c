import { CrashDraft } from './crash-draft';
import type { DedupPlan, PlannedReceipt, ReceiptResult } from './dedup-plan';
import type { DedupState } from './dedup-state';
import { IncidentDraft } from './incident-draft';
import type { JoiningSettings } from './joining/joining-state';
import { LedgerTally, ledgerOutcome } from './ledger-tally';
import type { LedgerPlace } from './ledger-tally';
import type { LifeSettings } from './life/life-settings';
import type { Receipt, SourcePosition, TranscriptFacts } from './receipt';
import { StormDraft } from './storm/storm-draft';
import type { CrashMatchLimits } from './one-crash/match-limits';
import { STORM_RULES } from './storm/storm-rules';
import type { StormRules } from './storm/storm-rules';
import { TranscriptDraft } from './transcript-draft';

export interface DecideDeps {
  /** Gives a new UUID at each call. */
  readonly newId: () => string;
  readonly nowMs: number;
  /** How far copies of a crash are looked for; {@link CRASH_MATCH_LIMITS} when not given. */
  readonly crashMatch?: CrashMatchLimits;
  /** How keys join incidents by similarity; {@link DEFAULT_JOINING} when not given. */
  readonly joining?: JoiningSettings;
  /** Limits of incidents' lives; the defaults when not given. */
  readonly life?: LifeSettings;
  /** {@link STORM_RULES} when not given. */
  readonly storm?: StormRules;
}

export interface DecidedBatch {
  /** One for each receipt, in order. */
  readonly results: readonly ReceiptResult[];
  readonly plan: DedupPlan;
}

/** Reason of a receipt of which nothing was read but its id: no transcript saw it yet. */
export const DEAD_LETTERED = 'dead-lettered';

type Outcome = Pick<PlannedReceipt, 'outcome' | 'reason'>;
type DraftReceipt = PlannedReceipt & { readonly isNew: boolean; readonly changed: boolean };

/**
 * Decides what a batch of receipts changes, given what is known. Pure but for `newId`; `state` is left as it is. A
 * receipt that was decided before changes nothing, whatever order or company it comes in.
 */
export function decideBatch(receipts: readonly Receipt[], state: DedupState, deps: DecideDeps): DecidedBatch {
  const draft = new BatchDraft(state, deps);
  const results = receipts.map((receipt) => draft.settle(receipt));
  return { results, plan: draft.plan() };
}

class BatchDraft {
  private readonly receipts = new Map<string, DraftReceipt>();
  private readonly transcripts: TranscriptDraft;
  private readonly incidents: IncidentDraft;
  private readonly crashes: CrashDraft;
  private readonly storms: StormDraft;
  private readonly tally = new LedgerTally();

  constructor(
    private readonly state: DedupState,
    deps: DecideDeps,
  ) {
    const unknown = { tenant: '', transcriptId: null, processedAtMs: 0 };
    for (const known of state.receipts)
      this.receipts.set(known.receiptId, { ...unknown, ...known, isNew: false, changed: false });
    this.storms = new StormDraft(state.storms, deps.storm ?? STORM_RULES);
    this.transcripts = new TranscriptDraft(state);
    this.incidents = new IncidentDraft(state, deps);
    this.crashes = new CrashDraft(state, this.incidents, deps);
  }

  settle(receipt: Receipt): ReceiptResult {
    const known = this.receipts.get(receipt.receiptId);
    return known === undefined ? this.settleNew(receipt) : this.settleAgain(receipt, known);
  }

  plan(): DedupPlan {
    const receipts = [...this.receipts.values()];
    for (const { tenant, receivedAtMs } of this.crashes.gone)
      this.tally.add({ tenant, shard: 0, receivedAtMs }, 'crash', 'counted', -1);
    return {
      newReceipts: receipts.filter((one) => one.isNew),
      changedReceipts: receipts.filter((one) => !one.isNew && one.changed),
      transcripts: this.transcripts.transcripts(),
      hosts: this.transcripts.hosts(),
      readings: this.crashes.readings,
      crashes: this.crashes.crashes(),
      absorbed: this.crashes.absorbed(),
      links: this.crashes.links,
      incidents: this.incidents.incidentsTouched(),
      newIncidentIds: this.incidents.idsOpened(),
      keys: this.incidents.keys,
      stacks: this.incidents.joining.learnt,
      byHost: this.incidents.facets.list('host'),
      byRelease: this.incidents.facets.list('release'),
      byVariant: this.incidents.facets.list('variant'),
      byDay: this.incidents.facets.list('day'),
      episodes: this.incidents.episodes,
      byVerdict: this.incidents.facets.list('verdict'),
      byHardware: this.incidents.facets.list('hardware'),
      changes: this.incidents.changes(),
      audit: this.incidents.audit,
      bodies: this.storms.bodies(),
      offered: this.storms.offered(),
      storms: this.storms.storms(),
      ledger: this.tally.ledger(),
      watermark: this.tally.watermark(),
    };
  }

  private settleNew(receipt: Receipt): ReceiptResult {
    const outcome: Outcome =
      receipt.receivedAtMs < this.state.retentionFloorMs
        ? { outcome: 'rejected', reason: 'past-retention' }
        : this.settleContent(receipt, true);
    this.receipts.set(receipt.receiptId, {
      receiptId: receipt.receiptId,
      source: receipt.source,
      redeliveredFrom: [],
      ...outcome,
      tenant: receipt.tenant,
      transcriptId: receipt.transcript?.id ?? null,
      receivedAtMs: receipt.receivedAtMs,
      processedAtMs: receipt.processedAtMs,
      isNew: true,
      changed: false,
    });
    this.count(placeOf(receipt), outcome, 1);
    this.tally.mark(receipt.tenant, receipt.source);
    return { kind: 'settled', ...outcome };
  }

  /**
   * A receipt that was settled before. From another position it is a producer's retry or a replay: counted as
   * redelivered, once for each position. One that was rejected and now can be read is settled anew.
   */
  private settleAgain(receipt: Receipt, known: DraftReceipt): ReceiptResult {
    const positions = [known.source, ...known.redeliveredFrom];
    const isElsewhere = !positions.some((position) => samePosition(position, receipt.source));
    const place = { ...placeOf(receipt), shard: known.source.partition, receivedAtMs: known.receivedAtMs };
    if (isElsewhere) this.tally.add(place, 'redelivered', 'redelivered');
    const isReadable =
      known.outcome === 'rejected' &&
      known.reason !== 'past-retention' &&
      receipt.content.kind === 'read' &&
      receipt.receivedAtMs >= this.state.retentionFloorMs;
    const outcome: Outcome = isReadable ? this.settleContent(receipt, known.reason === DEAD_LETTERED) : known;
    if (!isReadable) this.offerBody(receipt);
    if (isReadable) {
      this.count(place, known, -1);
      this.count(place, outcome, 1);
    }
    this.receipts.set(receipt.receiptId, {
      ...known,
      transcriptId: receipt.transcript?.id ?? known.transcriptId,
      outcome: outcome.outcome,
      reason: outcome.reason,
      redeliveredFrom: isElsewhere ? [...known.redeliveredFrom, receipt.source] : known.redeliveredFrom,
      changed: known.changed || isElsewhere || isReadable,
    });
    return isReadable
      ? { kind: 'settled', outcome: outcome.outcome, reason: outcome.reason }
      : { kind: 'redelivered', from: receipt.source };
  }

  private settleContent(receipt: Receipt, isNewReceipt: boolean): Outcome {
    const { transcript, content } = receipt;
    if (content.kind === 'rejected') {
      const outcome = { outcome: 'rejected', reason: content.reason } as const;
      if (transcript !== null) this.transcripts.see(receipt, transcript, outcome, isNewReceipt);
      return outcome;
    }
    if (transcript === null) throw new Error(`receipt ${receipt.receiptId} was read but has no transcript`);
    if (this.transcripts.isDecided(receipt.tenant, transcript.id)) {
      this.transcripts.see(receipt, transcript, null, isNewReceipt);
      this.offerBody(receipt);
      return { outcome: 'duplicate', reason: null };
    }
    const outcome = { outcome: content.readings.length === 0 ? 'no-crash' : 'read', reason: null } as const;
    this.transcripts.see(receipt, transcript, outcome, isNewReceipt);
    this.settleReadings(receipt, transcript);
    return outcome;
  }

  private settleReadings(receipt: Receipt, transcript: TranscriptFacts): void {
    if (receipt.content.kind !== 'read') return;
    const { readings, omittedReadings } = receipt.content;
    const firstFatal = readings.find((one) => one.reading.fatal);
    const place = placeOf(receipt);
    for (const one of readings) {
      const arrival = { ...one, receipt, transcript, firstFatal: one === firstFatal };
      const outcome = this.crashes.settle(arrival);
      this.tally.add(place, 'reading', outcome);
      if (outcome !== 'same-crash') this.tally.add(place, 'crash', 'counted');
    }
    if (omittedReadings > 0) this.tally.add(place, 'reading', 'sampled-away', omittedReadings);
    this.settleBody(receipt, transcript);
  }

  private offerBody({ tenant, transcript, content }: Receipt): void {
    if (transcript !== null) this.storms.offer(tenant, transcript.sha256, content);
  }

  private settleBody({ tenant, source, receivedAtMs, content }: Receipt, transcript: TranscriptFacts): void {
    const read = content.kind === 'read' ? content.body : undefined;
    const body = { transcriptId: transcript.id, sha256: transcript.sha256, receivedAtMs, read };
    const shown = this.crashes.incidentsShownBy(tenant, transcript);
    const counts = this.storms.arrive(tenant, { ...body, model: transcript.host.model }, shown);
    for (const { outcome, by, ...at } of counts)
      this.tally.add({ tenant, shard: source.partition, ...at }, 'body', outcome, by);
  }

  private count(place: LedgerPlace, outcome: Outcome, by: 1 | -1): void {
    this.tally.add(place, 'transcript', ledgerOutcome(outcome.outcome, outcome.reason), by);
  }
}

function placeOf({ tenant, source, receivedAtMs }: Receipt): LedgerPlace {
  return { tenant, shard: source.partition, receivedAtMs };
}

function samePosition(a: SourcePosition, b: SourcePosition): boolean {
  return a.partition === b.partition && a.offset === b.offset;
}
