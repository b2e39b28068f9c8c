import { newLife } from '@oopstream/core-incident';
import type {
  CrashReadingRow,
  CrashRow,
  IncidentFacets,
  IncidentRow,
  TranscriptRow,
} from '../incident-queries';
import type { EpisodeRow } from '../life-store';
import type { StoredCrash, StoredIncident } from './memory-incident-queries';

/** 2026-11-20T00:00:00Z: what the rows below count from. */
export const FIXTURE_TIME_MS = Date.UTC(2026, 10, 20);
const DAY_MS = 86_400_000;
const HEX_KEY = '0123456789abcdef';

/** @returns a version 7 UUID that sorts by `n`. */
export function fixtureUuid(n: number): string {
  return `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
}

/** @returns an open incident with one crash on one host, `n` hours after the beginning. */
export function fixtureIncident(
  n: number,
  more: Partial<IncidentRow> = {},
  facets: Partial<IncidentFacets> = {},
): StoredIncident {
  const seenAtMs = FIXTURE_TIME_MS + n * 3_600_000;
  const { trend, severity, triage, fix, life } = newLife(seenAtMs);
  const incident: IncidentRow = {
    id: fixtureUuid(n),
    number: `OOPS-${n}`,
    tenant: 'default',
    title: `__kmalloc+171 stack_segment from usbdev_ioctl${n}`,
    kind: 'stack-segment',
    family: 'bad-access',
    blamed: '__kmalloc',
    entry: 'usbdev_ioctl',
    module: null,
    status: 'open',
    holding: false,
    firstSeenAtMs: seenAtMs,
    lastSeenAtMs: seenAtMs,
    resolvedAtMs: null,
    crashes: 1,
    fatalCrashes: 1,
    hosts: 1,
    releases: ['6.1.0-18-amd64'],
    groupKeys: [`v1:${HEX_KEY}${n}`],
    living: { ...{ trend, severity, triage, fix, life }, recurrences: facets.recurrences ?? 0 },
    ...more,
  };
  return {
    incident,
    mergedInto: null,
    facets: { ...fixtureFacets(incident), ...facets },
    crashes: [fixtureCrash(n * 1000, incident)],
  };
}

function fixtureFacets(incident: IncidentRow): IncidentFacets {
  const seen = {
    crashes: incident.crashes,
    firstSeenAtMs: incident.firstSeenAtMs,
    lastSeenAtMs: incident.lastSeenAtMs,
  };
  const { fatalCrashes } = incident;
  return {
    recurrences: 0,
    resolution: null,
    episodes: [fixtureEpisode(incident)],
    keys: incident.groupKeys.map((groupKey) => ({
      groupKey,
      groupText: 'bad-access __kmalloc',
      algorithmVersion: 1,
      attachedAtMs: incident.firstSeenAtMs,
      reason: 'first-sighting',
      score: null,
      decision: null,
    })),
    hosts: [{ ...seen, hostId: 'host-1', name: 'web-1', model: 'R640', fatalCrashes }],
    releases: incident.releases.map((release) => ({ ...seen, release, fatalCrashes })),
    variants: [{ ...seen, title: incident.title, exactKey: `v1:exact${incident.number}` }],
    verdicts: [{ verdict: 'memory-overwrite', crashes: incident.crashes }],
    hardware: [{ likelihood: 'unlikely', crashes: incident.crashes }],
    trend: [
      {
        atMs: Math.floor(incident.lastSeenAtMs / DAY_MS) * DAY_MS,
        fatal: fatalCrashes,
        survived: incident.crashes - fatalCrashes,
      },
    ],
    history: [
      {
        atMs: incident.firstSeenAtMs,
        action: 'incident.opened',
        actor: 'machine',
        detail: { by: 'a crash' },
      },
    ],
  };
}

/** The first, of all its crashes. */
function fixtureEpisode({ firstSeenAtMs, crashes }: IncidentRow): EpisodeRow {
  return {
    number: 1,
    opened: { atMs: firstSeenAtMs, why: 'first-sighting', crashId: null },
    closed: null,
    crashes,
  };
}

/** @returns a fatal crash of the incident, seen in transcript `n` alone. */
export function fixtureCrash(n: number, incident: IncidentRow, more: Partial<CrashRow> = {}): StoredCrash {
  const crash: CrashRow = {
    id: fixtureUuid(n),
    incidentNumber: incident.number,
    held: false,
    title: incident.title,
    kind: incident.kind,
    family: incident.family,
    blamed: incident.blamed,
    entry: incident.entry,
    module: incident.module,
    hostId: 'host-1',
    hostName: 'web-1',
    model: 'R640',
    kernelRelease: incident.releases[0] ?? null,
    bootId: null,
    verdict: { class: 'memory-overwrite', confidence: 'likely' },
    hardwareLikelihood: 0.125,
    fatal: true,
    occurredAtMs: incident.firstSeenAtMs,
    receivedAtMs: incident.firstSeenAtMs + 60_000,
    processedAtMs: incident.firstSeenAtMs + 61_000,
    ...more,
  };
  return { crash, readings: [fixtureReading(crash, fixtureTranscriptId(n))] };
}

export function fixtureTranscriptId(n: number): string {
  return n.toString(16).padStart(32, '0');
}

/** @returns a reading of the crash, whole as the wire carries it. */
export function fixtureReading(
  crash: CrashRow,
  transcriptId: string,
  more: Partial<CrashReadingRow> = {},
): CrashReadingRow {
  const span = { start: 120, end: 4096 };
  return {
    transcriptId,
    primary: true,
    linkedAtMs: crash.processedAtMs,
    link: { reason: 'similar', detail: { similarity: { score: 0.8, matched: [{ function: 'f' }] } } },
    outcome: 'grouped',
    signature: fixtureSignature(crash),
    reading: {
      format: 'console',
      span,
      kind: crash.kind,
      headline: 'stack segment: 0000 [#1] SMP NOPTI',
      exception: 'stack_segment',
      fault: { function: '__kmalloc', offset: 171, module: null, address: null, ofCrash: true },
      frames: [
        {
          function: 'usbdev_ioctl',
          offset: 10,
          size: 20,
          module: null,
          reliable: true,
          inline: false,
          source: null,
          address: null,
          span,
        },
      ],
      mentions: { header: [], lockSites: [], workFunction: null },
      damage: null,
      fatal: crash.fatal,
      panicked: crash.fatal,
      kernelRelease: crash.kernelRelease,
      arch: 'x86_64',
      comm: 'bash',
      pid: 1,
      cpu: 0,
      taint: '',
      hardware: null,
      uptimeSeconds: 12.5,
      occurredAtMs: crash.occurredAtMs,
      bootId: crash.bootId,
    },
    analysis: fixtureAnalysis(span),
    ...more,
  };
}

function fixtureSignature(crash: CrashRow): CrashReadingRow['signature'] {
  return {
    algorithmVersion: 1,
    title: crash.title,
    exactKey: `v1:exact${crash.incidentNumber}`,
    groupKey: `v1:${HEX_KEY}`,
    groupText: 'bad-access __kmalloc',
    looseKey: 'v1:loose',
    family: crash.family,
    blamed: crash.blamed,
    entry: crash.entry,
  };
}

/** Whole, as the wire carries it. */
function fixtureAnalysis(span: { readonly start: number; readonly end: number }) {
  const evidence = [{ span, note: 'RBP' }];
  return {
    version: 1,
    verdict: {
      class: 'memory-overwrite',
      confidence: 'likely',
      text: 'A slab freelist was overwritten by a USB string.',
      flags: ['shared-victim'],
      culprit: { name: 'usbcore', confidence: 'hint', why: 'it writes such strings' },
    },
    findings: [
      {
        kind: 'value',
        claim: 'RBP reads as a USB string descriptor.',
        confidence: 'likely',
        evidence,
        confirm: 'rd -8 ffff8ef487c0e9c0',
      },
    ],
    registers: [{ name: 'rbp', value: '0072006900560338', origin: 'recovered', meaning: 'USB string', span }],
    hardware: { value: 0.125, parts: [{ reason: 'a corrected error', weight: 0.125, evidence }] },
    missing: [{ command: 'kmem -s', why: 'whether the slab is torn' }],
  };
}

export function fixtureTranscript(n: number, more: Partial<TranscriptRow> = {}): TranscriptRow {
  return {
    id: fixtureTranscriptId(n),
    hostId: 'host-1',
    hostName: 'web-1',
    bundleId: null,
    sha256: n.toString(16).padStart(64, '0'),
    sizeBytes: 4096,
    receivedAtMs: FIXTURE_TIME_MS,
    processedAtMs: FIXTURE_TIME_MS + 1_000,
    outcome: 'read',
    seenAgain: 0,
    readings: 1,
    omittedReadings: 0,
    context: { host: 'web-1', source: 'vmcore-dmesg', fileName: 'vmcore-dmesg.txt' },
    ...more,
  };
}
