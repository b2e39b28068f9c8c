import { stackOf } from '@oopstream/core-similarity';
import type { CrashStack } from '@oopstream/core-similarity';
import type { CrashFace, PlannedCrash, PlannedLink, PlannedReading, ReadingOutcome } from './dedup-plan';
import type { DedupState, KnownCrash } from './dedup-state';
import { isSameCause, withAnalysis } from './crash-cause';
import { arrivingCrash, bootIdOf, faceOf, holdingSeed, incidentSeed } from './crash-face';
import type { Arrival } from './crash-face';
import type { IncidentDraft } from './incident-draft';
import { explainJoin } from './join-reason';
import type { JoinReason } from './join-reason';
import { matchCrash } from './match-crash';
import type { TranscriptFacts } from './receipt';

interface DraftCrash extends KnownCrash {
  readonly isNew: boolean;
  readonly changed: boolean;
  readonly primaryReplaced: boolean;
  readonly face: CrashFace | null;
}

/** The crashes of a batch, the readings that show them and why, while it is decided. */
export class CrashDraft {
  private readonly byHost = new Map<string, DraftCrash[]>();
  readonly readings: PlannedReading[] = [];
  readonly links: PlannedLink[] = [];

  constructor(
    state: DedupState,
    private readonly incidents: IncidentDraft,
    private readonly deps: { readonly newId: () => string; readonly nowMs: number },
  ) {
    const fresh = { isNew: false, changed: false, primaryReplaced: false, face: null };
    for (const crash of state.crashes) this.ofHost(crash.tenant, crash.hostId).push({ ...crash, ...fresh });
  }

  /** Settles one reading: a crash seen already, one to hold, or a new one. */
  settle(arrival: Arrival): ReadingOutcome {
    const damaged = arrival.reading.damage !== null;
    const sighting = {
      transcriptId: arrival.transcript.id,
      bundleId: arrival.transcript.bundleId,
      bootId: bootIdOf(arrival),
      groupKey: arrival.signature.groupKey,
      firstFatal: arrival.firstFatal,
      damaged,
    };
    const match = matchCrash(sighting, this.ofHost(arrival.receipt.tenant, arrival.transcript.hostId));
    let outcome: ReadingOutcome;
    if (match === null) {
      outcome = damaged ? 'held' : 'grouped';
      this.open(arrival, damaged);
    } else {
      outcome = 'same-crash';
      if (match.crash.held && !damaged) this.promote(match.crash, arrival, match.reason);
      else this.confirm(match.crash, arrival, match.reason);
    }
    this.readings.push({
      tenant: arrival.receipt.tenant,
      transcriptId: arrival.transcript.id,
      reading: arrival.reading,
      signature: arrival.signature,
      analysis: arrival.analysis,
      readerVersion: arrival.readerVersion,
      outcome,
      receivedAtMs: arrival.receipt.receivedAtMs,
    });
    return outcome;
  }

  crashes(): PlannedCrash[] {
    return [...this.byHost.values()]
      .flat()
      .filter((crash) => crash.isNew || crash.changed)
      .map((crash) => ({
        id: crash.id,
        isNew: crash.isNew,
        primaryReplaced: crash.primaryReplaced,
        tenant: crash.tenant,
        receivedAtMs: crash.receivedAtMs,
        incidentId: crash.incidentId,
        hostId: crash.hostId,
        bundleId: crash.bundleId,
        bootId: crash.bootId,
        fatal: crash.fatal,
        held: crash.held,
        cause: crash.cause,
        primary: crash.face,
      }));
  }

  /** Incidents of the crashes that a transcript of the batch shows, each with a crash's title. */
  incidentsShownBy(
    tenant: string,
    { id, hostId }: TranscriptFacts,
  ): readonly { readonly incidentId: string; readonly title: string }[] {
    return this.ofHost(tenant, hostId).filter((crash) => crash.transcriptIds.includes(id));
  }

  private open(arrival: Arrival, held: boolean): void {
    const { receipt, transcript } = arrival;
    const face = faceOf(arrival);
    const id = this.deps.newId();
    const cause = withAnalysis(null, arrival.analysis);
    const own = { id, receivedAtMs: receipt.receivedAtMs, fatal: arrival.reading.fatal, cause };
    const arriving = arrivingCrash(own, arrival, face);
    const seed = held ? holdingSeed(arrival) : incidentSeed(arrival);
    const incident = this.incidents.findOrOpen(seed, arriving, held ? null : lookOf(arrival));
    this.incidents.add(incident.id, arriving);
    this.ofHost(receipt.tenant, transcript.hostId).push({
      ...arriving,
      incidentId: incident.id,
      bundleId: transcript.bundleId,
      bootId: bootIdOf(arrival),
      held,
      groupKeys: [arrival.signature.groupKey],
      transcriptIds: [transcript.id],
      isNew: true,
      changed: false,
      primaryReplaced: false,
      face,
    });
    const { isNew, proof } = incident;
    const keyed: JoinReason = isNew ? 'first-sighting' : proof === null ? 'group-key' : 'similar';
    const reason = held ? 'damaged' : keyed;
    const more = proof === null ? {} : { similarity: proof };
    this.link(arrival, { id, incidentId: incident.id }, { reason, primary: true }, more);
  }

  /** Another copy of a crash: no count changes, unless it shows that the machine died, or why. */
  private confirm(crash: DraftCrash, arrival: Arrival, reason: JoinReason): void {
    const fatal = crash.fatal || arrival.reading.fatal;
    if (fatal && !crash.fatal) this.incidents.makeFatal(crash.incidentId, crash);
    const cause = withAnalysis(crash.cause, arrival.analysis);
    if (!isSameCause(cause, crash.cause))
      this.incidents.moveCause(crash.incidentId, { ...crash, fatal }, cause);
    const bootId = crash.bootId ?? bootIdOf(arrival);
    this.replace(crash, {
      ...crash,
      ...this.seenIn(crash, arrival),
      fatal,
      bootId,
      cause,
      changed:
        crash.changed || fatal !== crash.fatal || bootId !== crash.bootId || !isSameCause(cause, crash.cause),
    });
    this.link(arrival, crash, { reason, primary: false });
  }

  /** A sound copy of a held crash: the crash moves from the holding incident to the one of its key. */
  private promote(crash: DraftCrash, arrival: Arrival, found: JoinReason): void {
    const fatal = crash.fatal || arrival.reading.fatal;
    const face = faceOf(arrival);
    this.incidents.remove(crash.incidentId, crash);
    const cause = withAnalysis(crash.cause, arrival.analysis);
    const { id, receivedAtMs } = crash;
    const arriving = arrivingCrash({ id, receivedAtMs, fatal, cause }, arrival, face);
    const incident = this.incidents.findOrOpen(incidentSeed(arrival), arriving, lookOf(arrival));
    this.incidents.add(incident.id, arriving);
    this.links.forEach((link, index) => {
      if (link.crashId === crash.id) this.links[index] = { ...link, primary: false };
    });
    this.replace(crash, {
      ...arriving,
      ...this.seenIn(crash, arrival),
      incidentId: incident.id,
      bundleId: crash.bundleId ?? arrival.transcript.bundleId,
      bootId: crash.bootId ?? bootIdOf(arrival),
      held: false,
      isNew: crash.isNew,
      changed: true,
      primaryReplaced: !crash.isNew,
      face,
    });
    this.link(
      arrival,
      { id: crash.id, incidentId: incident.id },
      { reason: 'better-copy', primary: true },
      { found, ...(incident.proof !== null && { similarity: incident.proof }) },
    );
  }

  private seenIn(crash: DraftCrash, arrival: Arrival): Pick<KnownCrash, 'groupKeys' | 'transcriptIds'> {
    return {
      groupKeys: [...new Set([...crash.groupKeys, arrival.signature.groupKey])],
      transcriptIds: [...new Set([...crash.transcriptIds, arrival.transcript.id])],
    };
  }

  private replace(crash: DraftCrash, by: DraftCrash): void {
    const crashes = this.ofHost(crash.tenant, crash.hostId);
    crashes[crashes.indexOf(crash)] = by;
  }

  private link(
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
      validFromMs: this.deps.nowMs,
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

  private ofHost(tenant: string, hostId: string): DraftCrash[] {
    const key = `${tenant} ${hostId}`;
    let crashes = this.byHost.get(key);
    if (crashes === undefined) this.byHost.set(key, (crashes = []));
    return crashes;
  }
}

/** Most crashes have a key whose stacks are known: theirs is made once and only if it is asked for. */
function lookOf({ reading, signature }: Arrival): () => CrashStack {
  let stack: CrashStack | null = null;
  return () => (stack ??= stackOf(reading, signature));
}
