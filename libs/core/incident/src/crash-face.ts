import { crashTime } from './crash-time';
import type { CrashCause } from './crash-cause';
import type { CrashFace } from './dedup-plan';
import type { KnownCrash } from './dedup-state';
import type { ArrivingCrash, IncidentSeed } from './incident-draft';
import { parentKeyOf } from './patterns/parent-key';
import type { CarriedAnalysis, Receipt, SignedReading, TranscriptFacts } from './receipt';

/** The kernel's own limit is 64 characters; a torn line may show any number, and stores look releases up by index. */
const MAX_RELEASE = 128;

/** A reading of a receipt that is being settled. */
export interface Arrival extends SignedReading {
  readonly receipt: Receipt;
  readonly transcript: TranscriptFacts;
  readonly firstFatal: boolean;
}

export function bootIdOf(arrival: Arrival): string | null {
  return arrival.reading.bootId ?? arrival.transcript.bootId;
}

export function faceOf({ receipt, transcript, reading, signature, analysis }: Arrival): CrashFace {
  const release = (reading.kernelRelease ?? transcript.host.kernelRelease)?.slice(0, MAX_RELEASE) ?? null;
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
    kernelRelease: release,
    comm: reading.comm,
    taint: reading.taint,
    hardware: reading.hardware,
    parentKey: parentKeyOf(analysis, release),
    traceparent: receipt.traceparent,
  };
}

export function arrivingCrash(
  own: Pick<KnownCrash, 'id' | 'receivedAtMs' | 'fatal' | 'cause'>,
  arrival: Arrival,
  face: CrashFace,
): ArrivingCrash {
  const { receipt, transcript, analysis } = arrival;
  return {
    ...own,
    tenant: receipt.tenant,
    hostId: transcript.hostId,
    hostName: transcript.host.name,
    kernelRelease: face.kernelRelease,
    exactKey: face.exactKey,
    title: face.title,
    crashTimeMs: face.crashTimeMs,
    occurredAtMs: face.occurredAtMs,
    bootId: bootIdOf(arrival),
    saidLivepatches: transcript.livepatches ?? null,
    verdictText: saysVerdict(analysis, own.cause) ? analysis.verdict.text : null,
    traceparent: receipt.traceparent,
  };
}

/** Whether the crash's verdict is that of this reading, and not of a surer one before. */
function saysVerdict(analysis: Arrival['analysis'], cause: CrashCause | null): analysis is CarriedAnalysis {
  if (analysis === null || cause === null) return false;
  return analysis.verdict.class === cause.verdict && analysis.verdict.confidence === cause.confidence;
}

export function incidentSeed({ receipt, reading, signature }: Arrival): IncidentSeed {
  const { title, family, blamed, entry, groupKey, groupText, algorithmVersion } = signature;
  const names = { title, family, blamed, entry, kind: reading.kind, module: moduleOf(reading) };
  return { tenant: receipt.tenant, holding: false, ...names, groupKey, groupText, algorithmVersion };
}

/** One holding incident for each host, whatever the algorithm: its key is the host. */
export function holdingKey(hostId: string): string {
  return `hold:${hostId}`;
}

export function holdingSeed({ receipt, transcript, signature }: Arrival): IncidentSeed {
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
