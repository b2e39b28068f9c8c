import type { Arrival } from '../crash-face';
import type { PlannedLink } from '../dedup-plan';
import type { KnownCrash } from '../dedup-state';
import { explainJoin } from '../join-reason';

/** Which crash the readings of a batch show and why, while it is decided. */
export class LinkDraft {
  readonly links: PlannedLink[] = [];

  constructor(private readonly nowMs: number) {}

  /** @param more what of the proof goes into the detail besides */
  add(
    arrival: Arrival,
    crash: Pick<KnownCrash, 'id' | 'incidentId'>,
    { reason, primary }: Pick<PlannedLink, 'reason' | 'primary'>,
    more: Readonly<Record<string, unknown>> = {},
  ): void {
    const { reading, signature } = arrival;
    this.links.push({
      tenant: arrival.receipt.tenant,
      transcriptId: arrival.transcript.id,
      byteStart: reading.span.start,
      algorithmVersion: signature.algorithmVersion,
      crashId: crash.id,
      primary,
      validFromMs: this.nowMs,
      reason,
      detail: {
        explanation: explainJoin(reason),
        incidentId: crash.incidentId,
        groupKey: signature.groupKey,
        groupText: signature.groupText,
        ...(reading.damage !== null && { damage: reading.damage }),
        ...more,
      },
    });
  }

  /** Another copy speaks for the crash from now on. */
  demote(crashId: string): void {
    this.moveLinks(crashId, crashId);
  }

  /** Two crashes turned out to be one. */
  follow(crashId: string, into: string): void {
    this.moveLinks(crashId, into);
  }

  private moveLinks(from: string, to: string): void {
    this.links.forEach((link, index) => {
      if (link.crashId === from) this.links[index] = { ...link, crashId: to, primary: false };
    });
  }
}
