import type { OfferedBody, PlannedBody, PlannedStorm } from '../dedup-plan';
import type { ReadBody, ReceiptContent } from '../receipt';
import { countArrival, keepBody, SAMPLED_IN_STORM } from './keep-body';
import type { BodyArrival, NewestBody, StormState } from './keep-body';
import type { StormRules } from './storm-rules';

/** What became of bodies by one decision; for the ledger, which counts it at the hour of each body's receipt. */
export interface BodyCount {
  readonly outcome: string;
  readonly receivedAtMs: number;
  readonly by: 1 | -1;
}

/** The ledger's outcomes of bodies: `kept`, `sampled-away:<reason>`, `let-go:<reason>`. */
export const BODY_KEPT = 'kept';
export const BODY_SAMPLED = sampledOutcome(SAMPLED_IN_STORM);

const KEPT: ReadBody = { sampledAway: null, isStored: true };

function sampledOutcome(reason: string): string {
  return `sampled-away:${reason}`;
}

/** The bodies of a batch while it is decided, and the storms that they are part of. */
export class StormDraft {
  private readonly states = new Map<string, StormState>();
  private readonly touched = new Map<string, PlannedStorm>();
  private readonly byTranscript = new Map<string, PlannedBody>();
  private readonly offeredByKey = new Map<string, OfferedBody>();

  constructor(
    storms: readonly { readonly incidentId: string; readonly state: StormState }[],
    private readonly rules: StormRules,
  ) {
    for (const { incidentId, state } of storms) this.states.set(incidentId, state);
  }

  /**
   * Takes in the body of a transcript that was read, unless its reader did without it. Only one that shows a single incident is ever sampled away: what
   * another incident needs is not a storm's to give up.
   */
  arrive(
    tenant: string,
    {
      read = KEPT,
      ...body
    }: NewestBody & Pick<BodyArrival, 'model'> & { readonly read?: ReadBody | undefined },
    shown: readonly { readonly incidentId: string; readonly title: string }[],
  ): readonly BodyCount[] {
    const { transcriptId, sha256, receivedAtMs } = body;
    this.put({ tenant, transcriptId, sha256, receivedAtMs, isNew: true, ...read });
    const kept: BodyCount = { outcome: BODY_KEPT, receivedAtMs, by: 1 };
    const [first, ...others] = [...new Map(shown.map((one) => [one.incidentId, one])).values()];
    if (read.sampledAway !== null || others.length > 0) {
      for (const { incidentId } of first === undefined ? [] : [first, ...others])
        this.store(tenant, incidentId, countArrival(this.stateOf(incidentId), receivedAtMs, this.rules));
      return read.sampledAway === null ? [kept] : [{ ...kept, outcome: sampledOutcome(read.sampledAway) }];
    }
    if (first === undefined) return [kept];
    const { incidentId, title } = first;
    const { state, displaced } = keepBody(this.stateOf(incidentId), { ...body, title }, this.rules);
    this.store(tenant, incidentId, state);
    return displaced === null ? [kept] : [kept, ...this.displace(tenant, displaced)];
  }

  /** Takes note of bytes that came with a repeat: another copy may have been kept without them. */
  offer(tenant: string, sha256: string, content: ReceiptContent): void {
    if (content.kind !== 'read' || !(content.body ?? KEPT).isStored) return;
    this.offeredByKey.set(`${tenant} ${sha256}`, { tenant, sha256 });
  }

  offered(): readonly OfferedBody[] {
    return [...this.offeredByKey.values()];
  }

  bodies(): readonly PlannedBody[] {
    return [...this.byTranscript.values()];
  }

  storms(): readonly PlannedStorm[] {
    return [...this.touched.values()];
  }

  private displace(tenant: string, { transcriptId, sha256, receivedAtMs }: NewestBody): BodyCount[] {
    const isNew = this.byTranscript.get(`${tenant} ${transcriptId}`)?.isNew ?? false;
    const sampledAway = SAMPLED_IN_STORM;
    this.put({ tenant, transcriptId, sha256, receivedAtMs, isNew, sampledAway, isStored: true });
    return [
      { outcome: BODY_KEPT, receivedAtMs, by: -1 },
      { outcome: BODY_SAMPLED, receivedAtMs, by: 1 },
    ];
  }

  private stateOf(incidentId: string): StormState | null {
    return this.states.get(incidentId) ?? null;
  }

  private store(tenant: string, incidentId: string, state: StormState): void {
    this.states.set(incidentId, state);
    this.touched.set(incidentId, { tenant, incidentId, state });
  }

  private put(body: PlannedBody): void {
    this.byTranscript.set(`${body.tenant} ${body.transcriptId}`, body);
  }
}
