import type { Signature } from '@oopstream/core-signature';
import type { Reading } from '@oopstream/core-transcript';
import type { Receipt, SignedReading, TranscriptFacts } from '../receipt';

/** 2026-01-01T00:00:00Z: when sample receipts begin, one a second. */
export const SAMPLE_START_MS = Date.UTC(2026, 0, 1);

/** What tests say of a reading; everything else follows from the bug's name. */
export interface SampleReading {
  /** Gives the group key: readings of one bug group. */
  readonly bug: string;
  readonly start?: number;
  readonly fatal?: boolean;
  readonly damage?: Reading['damage'];
  readonly occurredAtMs?: number | null;
  readonly uptimeSeconds?: number | null | undefined;
  /** What tells the moment of the crash besides its time and uptime; nothing does where both are left out. */
  readonly bootedAtMs?: number | null | undefined;
  readonly machineStates?: readonly string[] | undefined;
  readonly bootId?: string | null;
  readonly kernelRelease?: string | null;
  /** Functions that called the bug's, innermost first: what makes its stack like another's. */
  readonly callers?: readonly string[];
  /** Gives the exact key. */
  readonly offset?: number;
  /** An analysis with that verdict; none is made where it is left out. */
  readonly verdict?: string | undefined;
  readonly confidence?: 'certain' | 'likely' | 'hint';
  readonly hardwareLikelihood?: number;
}

export interface SampleReceipt extends Partial<Omit<Receipt, 'transcript' | 'content'>> {
  readonly transcript?: Partial<TranscriptFacts>;
  readonly readings?: readonly SampleReading[];
  readonly omittedReadings?: number;
  /** Makes it a rejected one. */
  readonly rejected?: string;
}

/** @returns receipt number `n` of host `host-1`, of a transcript of its own, without readings unless given. */
export function sampleReceipt(n: number, sample: SampleReceipt = {}): Receipt {
  const { transcript, readings = [], omittedReadings = 0, rejected, ...more } = sample;
  const receivedAtMs = more.receivedAtMs ?? SAMPLE_START_MS + n * 1000;
  return {
    receiptId: `01J${String(n).padStart(23, '0')}`,
    source: { partition: n % 3, offset: n },
    tenant: 'default',
    receivedAtMs,
    processedAtMs: receivedAtMs + 10,
    traceparent: `00-${String(n).padStart(32, '0')}-00f067aa0ba902b7-01`,
    ...more,
    transcript: sampleFacts(n, transcript),
    content:
      rejected === undefined
        ? { kind: 'read', readings: readings.map(sampleReading), omittedReadings }
        : { kind: 'rejected', reason: rejected },
  };
}

function sampleFacts(n: number, more: Partial<TranscriptFacts> = {}): TranscriptFacts {
  const hostId = more.hostId ?? 'host-1';
  return {
    id: String(n).padStart(32, '0'),
    hostId,
    host: { name: `${hostId}.example`, model: null, kernelRelease: '6.1.0-18-amd64', labels: {} },
    bundleId: null,
    bootId: null,
    occurredAtMs: null,
    sha256: String(n).padStart(64, '0'),
    sizeBytes: 1000,
    context: { host: hostId },
    ...more,
  };
}

function sampleReading(sample: SampleReading, index: number): SignedReading {
  const start = sample.start ?? index * 1000;
  const location = {
    function: sample.bug,
    offset: sample.offset ?? 16,
    module: null,
    address: null,
    ofCrash: true,
  };
  const reading: Reading = {
    format: 'console',
    span: { start, end: start + 900 },
    kind: 'page-fault',
    headline: sample.callers
      ? 'BUG: unable to handle page fault'
      : `BUG: unable to handle page fault in ${sample.bug}`,
    exception: 'page_fault',
    fault: location,
    frames: [
      {
        ...location,
        size: 256,
        reliable: true,
        inline: false,
        source: null,
        span: { start, end: start + 90 },
      },
      ...(sample.callers ?? []).map((name) => ({
        ...{ ...location, function: name, size: 256, reliable: true, inline: false, source: null },
        span: { start, end: start + 90 },
      })),
    ],
    mentions: { header: [], lockSites: [], workFunction: null },
    damage: sample.damage ?? null,
    fatal: sample.fatal ?? false,
    panicked: sample.fatal ?? false,
    kernelRelease: sample.kernelRelease === undefined ? '6.1.0-18-amd64' : sample.kernelRelease,
    arch: 'x86_64',
    comm: 'bash',
    pid: 1,
    cpu: 0,
    taint: '',
    hardware: null,
    uptimeSeconds: sample.uptimeSeconds === undefined ? 12 : sample.uptimeSeconds,
    occurredAtMs: sample.occurredAtMs ?? null,
    bootId: sample.bootId ?? null,
    ...sampleMoment(sample),
  };
  return { reading, signature: sampleSignature(sample), analysis: sampleAnalysis(sample) };
}

function sampleMoment({ bootedAtMs, machineStates }: SampleReading): Pick<Reading, 'moment'> {
  if (bootedAtMs === undefined && machineStates === undefined) return {};
  const moment = { bootedAtMs: bootedAtMs ?? null, uptimeSeconds: null, machineStates: machineStates ?? [] };
  return { moment };
}

/** Whole, as the wire has it. */
function sampleAnalysis(sample: SampleReading): SignedReading['analysis'] {
  const { verdict, confidence = 'likely', hardwareLikelihood = 0 } = sample;
  if (verdict === undefined) return null;
  const analysis = {
    version: 1,
    verdict: { class: verdict, confidence, text: `${verdict} in ${sample.bug}`, flags: [], culprit: null },
    findings: [],
    registers: [],
    hardware: { value: hardwareLikelihood, parts: [] },
    missing: [],
  };
  return analysis;
}

function sampleSignature({ bug, offset = 16 }: SampleReading): Signature {
  return {
    algorithmVersion: 1,
    title: `${bug}+${offset} page_fault from entry_of_${bug}`,
    exactKey: `v1:exact:${bug}+${offset}`,
    groupKey: `v1:${bug}`,
    groupText: `bad-access ${bug}`,
    looseKey: `v1:loose:${bug}`,
    family: 'bad-access',
    blamed: bug,
    entry: `entry_of_${bug}`,
  };
}
