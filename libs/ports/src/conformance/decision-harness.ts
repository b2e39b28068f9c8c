import { decideBatch } from '@oopstream/core-incident';
import type { Receipt } from '@oopstream/core-incident';
import { SAMPLE_START_MS, sampleReceipt } from '@oopstream/core-incident/fakes';
import type { SampleReading, SampleReceipt } from '@oopstream/core-incident/fakes';
import type { DecisionResult, DecisionRow, DecisionStore } from '../decision-store';
import type { IncidentStore } from '../incident-store';
import type { RetentionStore } from '../retention-store';

/** An incident as laws of decisions look at it. */
export interface IncidentGlance {
  readonly number: string;
  /** Number of the incident that it leads to. */
  readonly mergedInto: string | null;
  readonly title: string;
  readonly status: string;
  readonly crashes: number;
  readonly fatalCrashes: number;
  readonly hosts: number;
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
  /** Sorted. */
  readonly groupKeys: readonly string[];
  /** Ids of the crashes that are stored, sorted. */
  readonly crashIds: readonly string[];
}

export interface DecisionStoreUnderTest {
  readonly incidents: IncidentStore;
  readonly decisions: DecisionStore;
  readonly retention: RetentionStore;
  /** UUIDs, a new one at each call. */
  newId(): string;
  /** Every incident, by number. */
  glance(): Promise<readonly IncidentGlance[]>;
  /** Counts that differ from what the stored crashes give, as far as none was dropped. */
  drift(): Promise<readonly unknown[]>;
}

export const DAY_MS = 86_400_000;
export const NOW_MS = SAMPLE_START_MS + 40 * DAY_MS;

let acts = 0;
/** A person's act, each later than the one before. */
export function act(note: string | null = null) {
  acts += 1;
  return { atMs: NOW_MS + acts, actor: 'token:ann', note, traceparent: null };
}

export function crash(n: number, bug = 'f', more: SampleReceipt = {}, reading: Partial<SampleReading> = {}) {
  return sampleReceipt(n, { ...more, readings: [{ bug, ...reading }] });
}

/** Opens a batch, decides and commits it, as dedup does. */
export async function settle(under: DecisionStoreUnderTest, receipts: readonly Receipt[]): Promise<void> {
  const batch = await under.incidents.openBatch(receipts, { nowMs: NOW_MS, retentionMs: 90 * DAY_MS });
  try {
    const deps = { newId: () => under.newId(), nowMs: NOW_MS };
    await batch.commit(decideBatch(receipts, batch.state, deps).plan, { publications: [], deliveries: [] });
  } finally {
    await batch.release();
  }
}

/** @throws where the act was refused */
export async function decided(result: Promise<DecisionResult>): Promise<DecisionRow> {
  const got = await result;
  if (got.kind === 'refused') throw new Error(`refused: ${got.reason} ${got.about ?? ''}`);
  return got.decision;
}

export async function reasonOf(result: Promise<DecisionResult>): Promise<string> {
  const got = await result;
  return got.kind === 'refused' ? got.reason : 'decided';
}

/** Which crashes are together, which keys lead where, what is counted: without numbers of incidents that stand for nothing. */
export async function grouping(under: DecisionStoreUnderTest): Promise<readonly unknown[]> {
  const living = (await under.glance()).filter((one) => one.mergedInto === null);
  return living
    .map(({ number: _number, mergedInto: _mergedInto, status: _status, ...rest }) => rest)
    .sort((a, b) => (a.title < b.title ? -1 : 1));
}
