import type { PlannedHost, PlannedTranscript } from './dedup-plan';
import type { DedupState, KnownTranscript } from './dedup-state';
import type { Receipt, TranscriptFacts } from './receipt';

/** The transcripts and hosts of a batch while it is decided. */
export class TranscriptDraft {
  private readonly outcomes = new Map<string, KnownTranscript['outcome']>();
  private readonly seen = new Map<string, PlannedTranscript>();
  private readonly byHost = new Map<string, PlannedHost>();

  constructor(state: DedupState) {
    for (const known of state.transcripts) this.outcomes.set(`${known.tenant} ${known.id}`, known.outcome);
  }

  /** Whether another receipt of the same transcript could be read already. */
  isDecided(tenant: string, id: string): boolean {
    const outcome = this.outcomes.get(`${tenant} ${id}`);
    return outcome !== undefined && outcome !== 'rejected';
  }

  /**
   * @param outcome what to store; `null` for a duplicate
   * @param isNewReceipt whether the receipt counts as another sighting
   */
  see(
    receipt: Receipt,
    facts: TranscriptFacts,
    outcome: { readonly outcome: KnownTranscript['outcome']; readonly reason: string | null } | null,
    isNewReceipt: boolean,
  ): void {
    const key = `${receipt.tenant} ${facts.id}`;
    const before = this.seen.get(key);
    const decided = outcome !== null && !this.isDecided(receipt.tenant, facts.id) ? outcome : null;
    if (decided !== null) this.outcomes.set(key, decided.outcome);
    const omitted = receipt.content.kind === 'read' && decided !== null ? receipt.content.omittedReadings : 0;
    this.seen.set(key, {
      tenant: receipt.tenant,
      facts: before?.facts ?? facts,
      decided: decided ?? before?.decided ?? null,
      omittedReadings: (before?.omittedReadings ?? 0) + omitted,
      seen: (before?.seen ?? 0) + (isNewReceipt ? 1 : 0),
      firstReceivedAtMs: Math.min(before?.firstReceivedAtMs ?? Infinity, receipt.receivedAtMs),
      lastReceivedAtMs: Math.max(before?.lastReceivedAtMs ?? 0, receipt.receivedAtMs),
      processedAtMs: receipt.processedAtMs,
      traceparent: before?.traceparent ?? receipt.traceparent,
    });
    this.seeHost(receipt, facts);
  }

  transcripts(): PlannedTranscript[] {
    return [...this.seen.values()];
  }

  hosts(): PlannedHost[] {
    return [...this.byHost.values()];
  }

  /** The latest transcript tells what the host is called; what it does not say stays. */
  private seeHost(receipt: Receipt, facts: TranscriptFacts): void {
    const key = `${receipt.tenant} ${facts.hostId}`;
    const before = this.byHost.get(key);
    const isLatest = before === undefined || receipt.receivedAtMs >= before.lastSeenAtMs;
    const [newer, older] = isLatest ? [facts.host, before] : [before, facts.host];
    this.byHost.set(key, {
      tenant: receipt.tenant,
      hostId: facts.hostId,
      name: newer.name ?? older?.name ?? null,
      model: newer.model ?? older?.model ?? null,
      kernelRelease: newer.kernelRelease ?? older?.kernelRelease ?? null,
      labels: { ...older?.labels, ...newer.labels },
      firstSeenAtMs: Math.min(before?.firstSeenAtMs ?? Infinity, receipt.receivedAtMs),
      lastSeenAtMs: Math.max(before?.lastSeenAtMs ?? 0, receipt.receivedAtMs),
    });
  }
}
