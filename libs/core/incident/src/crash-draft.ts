import type { CrashFace, PlannedCrash, PlannedLink, PlannedReading, ReadingOutcome } from './dedup-plan';
import type { DedupState, KnownCrash } from './dedup-state';
import { crashTime } from './crash-time';
import type { ArrivingCrash, IncidentDraft, IncidentSeed } from './incident-draft';
import { explainJoin } from './join-reason';
import type { JoinReason } from './join-reason';
import { matchCrash } from './match-crash';
import type { Receipt, SignedReading, TranscriptFacts } from './receipt';

/** The kernel's own limit is 64 characters; a torn line may show any number, and stores look releases up by index. */
const MAX_RELEASE = 128;

interface DraftCrash extends KnownCrash {
  readonly isNew: boolean;
  readonly changed: boolean;
  readonly primaryReplaced: boolean;
  readonly face: CrashFace | null;
}

/** A reading of a receipt that is being settled. */
export interface Arrival extends SignedReading {
  readonly receipt: Receipt;
  readonly transcript: TranscriptFacts;
  readonly firstFatal: boolean;
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
        primary: crash.face,
      }));
  }

  private open(arrival: Arrival, held: boolean): void {
    const { receipt, transcript } = arrival;
    const face = faceOf(arrival);
    const id = this.deps.newId();
    const arriving = arrivingCrash(id, arrival, face, receipt.receivedAtMs, arrival.reading.fatal);
    const seed = held ? holdingSeed(arrival) : incidentSeed(arrival);
    const incident = this.incidents.findOrOpen(seed, arriving);
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
    const reason: JoinReason = held ? 'damaged' : incident.isNew ? 'first-sighting' : 'group-key';
    this.link(arrival, { id, incidentId: incident.id }, { reason, primary: true });
  }

  /** Another copy of a crash: no count changes, unless it shows that the machine died. */
  private confirm(crash: DraftCrash, arrival: Arrival, reason: JoinReason): void {
    const fatal = crash.fatal || arrival.reading.fatal;
    if (fatal && !crash.fatal) this.incidents.makeFatal(crash.incidentId, crash);
    const bootId = crash.bootId ?? bootIdOf(arrival);
    this.replace(crash, {
      ...crash,
      ...this.seenIn(crash, arrival),
      fatal,
      bootId,
      changed: crash.changed || fatal !== crash.fatal || bootId !== crash.bootId,
    });
    this.link(arrival, crash, { reason, primary: false });
  }

  /** A sound copy of a held crash: the crash moves from the holding incident to the one of its key. */
  private promote(crash: DraftCrash, arrival: Arrival, found: JoinReason): void {
    const fatal = crash.fatal || arrival.reading.fatal;
    const face = faceOf(arrival);
    this.incidents.remove(crash.incidentId, crash);
    const arriving = arrivingCrash(crash.id, arrival, face, crash.receivedAtMs, fatal);
    const incident = this.incidents.findOrOpen(incidentSeed(arrival), arriving);
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
      { found },
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

function bootIdOf(arrival: Arrival): string | null {
  return arrival.reading.bootId ?? arrival.transcript.bootId;
}

function faceOf({ receipt, transcript, reading, signature }: Arrival): CrashFace {
  return {
    ...crashTime(reading.occurredAtMs, transcript.occurredAtMs, receipt.receivedAtMs),
    processedAtMs: receipt.processedAtMs,
    kind: reading.kind,
    family: signature.family,
    title: signature.title,
    exactKey: signature.exactKey,
    groupKey: signature.groupKey,
    looseKey: signature.looseKey,
    algorithmVersion: signature.algorithmVersion,
    blamed: signature.blamed,
    entry: signature.entry,
    module: moduleOf(reading),
    kernelRelease: (reading.kernelRelease ?? transcript.host.kernelRelease)?.slice(0, MAX_RELEASE) ?? null,
    comm: reading.comm,
    taint: reading.taint,
    hardware: reading.hardware,
    traceparent: receipt.traceparent,
  };
}

function arrivingCrash(
  id: string,
  { receipt, transcript }: Arrival,
  face: CrashFace,
  receivedAtMs: number,
  fatal: boolean,
): ArrivingCrash {
  return {
    id,
    tenant: receipt.tenant,
    hostId: transcript.hostId,
    hostName: transcript.host.name,
    kernelRelease: face.kernelRelease,
    exactKey: face.exactKey,
    title: face.title,
    crashTimeMs: face.crashTimeMs,
    occurredAtMs: face.occurredAtMs,
    receivedAtMs,
    fatal,
    traceparent: receipt.traceparent,
  };
}

function incidentSeed({ receipt, reading, signature }: Arrival): IncidentSeed {
  const { title, family, blamed, entry, groupKey, groupText, algorithmVersion } = signature;
  const names = { title, family, blamed, entry, kind: reading.kind, module: moduleOf(reading) };
  return { tenant: receipt.tenant, holding: false, ...names, groupKey, groupText, algorithmVersion };
}

/** One holding incident for each host, whatever the algorithm: its key is the host. */
export function holdingKey(hostId: string): string {
  return `hold:${hostId}`;
}

function holdingSeed({ receipt, transcript, signature }: Arrival): IncidentSeed {
  return {
    tenant: receipt.tenant,
    holding: true,
    title: `damaged reports from ${transcript.host.name ?? transcript.hostId}`,
    kind: 'damaged',
    family: 'damaged',
    blamed: null,
    entry: null,
    module: null,
    groupKey: holdingKey(transcript.hostId),
    groupText: `damaged reports of host ${transcript.hostId}`,
    algorithmVersion: signature.algorithmVersion,
  };
}

function moduleOf(reading: SignedReading['reading']): string | null {
  return reading.fault?.module ?? null;
}
