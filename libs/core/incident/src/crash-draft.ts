import { stackOf } from '@oopstream/core-similarity';
import type { CrashStack } from '@oopstream/core-similarity';
import type { AbsorbedCrash, PlannedCrash, PlannedLink, PlannedReading, ReadingOutcome } from './dedup-plan';
import type { DedupState, KnownCrash } from './dedup-state';
import type { DecideDeps } from './decide-batch';
import { isSameCause, withAnalysis } from './crash-cause';
import { arrivingCrash, bootIdOf, faceOf, holdingSeed, incidentSeed } from './crash-face';
import type { Arrival } from './crash-face';
import type { ArrivingCrash, IncidentDraft } from './incident-draft';
import type { JoinReason } from './join-reason';
import { matchCrash } from './match-crash';
import type { CrashMatch } from './match-crash';
import { knownDraft, plannedCrash } from './one-crash/draft-crash';
import type { DraftCrash } from './one-crash/draft-crash';
import { momentOf } from './one-crash/known-moment';
import { LinkDraft } from './one-crash/link-draft';
import { CRASH_MATCH_LIMITS } from './one-crash/match-limits';
import { changesRow, mergeCopy, mergeCrashes, orderCrashes } from './one-crash/merge-copies';
import type { MergedCopy, MergedCrash } from './one-crash/merge-copies';
import { qualityOf } from './one-crash/reading-quality';
import type { TranscriptFacts } from './receipt';

/** The crashes of a batch, the readings that show them and why, while it is decided. */
export class CrashDraft {
  private readonly byHost = new Map<string, DraftCrash[]>();
  readonly readings: PlannedReading[] = [];
  private readonly linking: LinkDraft;
  /** Crashes that turned out to be others: stored ones, and such of this batch. */
  readonly gone: (AbsorbedCrash & { readonly wasNew: boolean })[] = [];

  constructor(
    state: DedupState,
    private readonly incidents: IncidentDraft,
    private readonly deps: Pick<DecideDeps, 'newId' | 'nowMs' | 'crashMatch'>,
  ) {
    this.linking = new LinkDraft(deps.nowMs);
    for (const crash of state.crashes) this.ofHost(crash.tenant, crash.hostId).push(knownDraft(crash));
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
      moment: momentOf(arrival.reading),
      receivedAtMs: arrival.receipt.receivedAtMs,
    };
    const crashes = this.ofHost(arrival.receipt.tenant, arrival.transcript.hostId);
    const match = matchCrash(sighting, crashes, this.deps.crashMatch ?? CRASH_MATCH_LIMITS);
    let outcome: ReadingOutcome;
    if (match === null) {
      outcome = damaged ? 'held' : 'grouped';
      this.open(arrival, damaged);
    } else {
      outcome = 'same-crash';
      this.meet(match, arrival);
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
      .map(plannedCrash);
  }

  get links(): readonly PlannedLink[] {
    return this.linking.links;
  }

  /** Stored crashes that are others'. */
  absorbed(): AbsorbedCrash[] {
    return this.gone.filter((one) => !one.wasNew);
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
      moment: momentOf(arrival.reading),
      quality: qualityOf(arrival.reading),
      primaryTranscriptId: transcript.id,
      groupKey: arrival.signature.groupKey,
      pinned: false,
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
    this.linking.add(arrival, { id, incidentId: incident.id }, { reason, primary: true }, more);
  }

  /** Another copy of a crash; it may be the better one, and may show that another crash is the same. */
  private meet({ crash, others, reason, evidence }: CrashMatch<DraftCrash>, arrival: Arrival): void {
    const one = others.reduce((kept, other) => this.absorb(kept, other, arrival), crash);
    const copy = mergeCopy(one, arrival);
    if (copy.primary === null) this.confirm(one, copy.together, arrival, { reason, evidence });
    else this.showBy(one, { ...copy, primary: copy.primary }, arrival, { reason, evidence });
  }

  /** A copy that tells less: no count changes, unless it shows that the machine died, or why. */
  private confirm(crash: DraftCrash, together: MergedCrash, arrival: Arrival, found: Found): void {
    this.addFacts(crash, together);
    const changed = crash.changed || changesRow(crash, together);
    this.replace(crash, { ...crash, ...together, changed });
    this.linking.add(
      arrival,
      crash,
      { reason: found.reason, primary: false },
      { ...(hasAny(found.evidence) && { evidence: found.evidence }) },
    );
  }

  private addFacts(crash: DraftCrash, { fatal, cause }: Pick<KnownCrash, 'fatal' | 'cause'>): void {
    if (fatal && !crash.fatal) this.incidents.makeFatal(crash.incidentId, crash);
    if (!isSameCause(cause, crash.cause))
      this.incidents.moveCause(crash.incidentId, { ...crash, fatal }, cause);
  }

  /**
   * A copy that tells more speaks for the crash from now on. Where it has another group key, or is the first sound one, the
   * crash moves to that key's incident, unless a person pinned it.
   */
  private showBy(
    crash: DraftCrash,
    { primary, together }: MergedCopy & { readonly primary: NonNullable<MergedCopy['primary']> },
    arrival: Arrival,
    found: Found,
  ): void {
    const face = faceOf(arrival);
    const { id, receivedAtMs } = crash;
    const { fatal, cause } = together;
    const arriving = arrivingCrash({ id, receivedAtMs, fatal, cause }, arrival, face);
    const moves = !crash.pinned && !primary.held && (crash.held || primary.groupKey !== crash.groupKey);
    // Nothing joins a holding incident by key or likeness: the crash surely leaves it.
    if (moves && crash.held) this.incidents.remove(crash.incidentId, crash);
    const incident = moves
      ? this.incidents.findOrOpen(incidentSeed(arrival), arriving, lookOf(arrival))
      : null;
    const incidentId = incident?.id ?? crash.incidentId;
    if (incidentId === crash.incidentId) this.incidents.showBy(incidentId, crash, arriving);
    else this.move(crash, arriving, incidentId, found.reason);
    this.linking.demote(crash.id);
    this.replace(crash, {
      ...arriving,
      ...together,
      ...primary,
      incidentId,
      pinned: crash.pinned,
      isNew: crash.isNew,
      changed: true,
      primaryReplaced: !crash.isNew,
      face,
    });
    const reason = crash.held && !primary.held ? 'better-copy' : 'fuller-copy';
    const proof = incident?.proof ?? null;
    this.linking.add(
      arrival,
      { id, incidentId },
      { reason, primary: true },
      {
        found: found.reason,
        quality: { before: crash.quality, after: primary.quality },
        ...(hasAny(found.evidence) && { evidence: found.evidence }),
        ...(proof !== null && { similarity: proof }),
      },
    );
  }

  private move(crash: DraftCrash, arriving: ArrivingCrash, to: string, found: JoinReason): void {
    const from = crash.incidentId;
    if (!crash.held) this.incidents.remove(from, crash);
    this.incidents.add(to, arriving);
    for (const id of [from, to])
      this.incidents.noteMove(id, { crashId: crash.id, from, to, reason: 'better-copy', found });
  }

  /** Two crashes turned out to be one: it is counted once, where the one that tells more is. @returns that one */
  private absorb(a: DraftCrash, b: DraftCrash, arrival: Arrival): DraftCrash {
    const [stays, goes] = a.pinned === b.pinned ? orderCrashes(a, b) : a.pinned ? [a, b] : [b, a];
    const { id, tenant, incidentId } = goes;
    this.incidents.remove(incidentId, goes);
    const together = mergeCrashes(stays, goes);
    this.addFacts(stays, together);
    const kept = { ...stays, ...together, changed: true };
    this.replace(stays, kept);
    const crashes = this.ofHost(tenant, goes.hostId);
    crashes.splice(crashes.indexOf(goes), 1);
    this.linking.follow(id, stays.id);
    this.gone.forEach((one, index) => {
      if (one.into === id) this.gone[index] = { ...one, into: stays.id };
    });
    const { receivedAtMs, isNew } = goes;
    this.gone.push({ tenant, id, receivedAtMs, into: stays.id, atMs: this.deps.nowMs, wasNew: isNew });
    for (const one of new Set([incidentId, stays.incidentId]))
      this.incidents.noteMove(one, {
        ...{ crashId: id, from: incidentId, to: stays.incidentId, into: stays.id },
        ...{ reason: 'copies-met', by: arrival.transcript.id },
      });
    return kept;
  }

  private replace(crash: DraftCrash, by: DraftCrash): void {
    const crashes = this.ofHost(crash.tenant, crash.hostId);
    crashes[crashes.indexOf(crash)] = by;
  }

  private ofHost(tenant: string, hostId: string): DraftCrash[] {
    const key = `${tenant} ${hostId}`;
    let crashes = this.byHost.get(key);
    if (crashes === undefined) this.byHost.set(key, (crashes = []));
    return crashes;
  }
}

interface Found {
  readonly reason: JoinReason;
  readonly evidence: Readonly<Record<string, unknown>>;
}

function hasAny(evidence: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(evidence).length > 0;
}

/** Most crashes have a key whose stacks are known: theirs is made once and only if it is asked for. */
function lookOf({ reading, signature }: Arrival): () => CrashStack {
  let stack: CrashStack | null = null;
  return () => (stack ??= stackOf(reading, signature));
}
