import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readTranscript } from '@oopstream/core-transcript';
import { sign } from '@oopstream/core-signature';
import { decideBatch } from '../../src';
import type { JoiningSettings, Receipt, SignedReading } from '../../src';
import { MemoryIncidents, SAMPLE_START_MS, sampleReceipt } from '../../src/fakes';

const CASES = join(__dirname, '../../../transcript/cases');
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** One text of a crash whose bug is known. */
export interface KnownText {
  readonly report: string;
  /** `dmesg`, `crash-bt`, …: several texts of one report show one crash. */
  readonly source: string;
  readonly bug: string;
  readonly readings: readonly SignedReading[];
}

/** Texts of a folder of the reader's cases, in order of their names. */
export function knownTexts(folder: string): KnownText[] {
  return readdirSync(join(CASES, folder)).flatMap((slug) => {
    const path = (file: string): string => join(CASES, folder, slug, file);
    const { truth } = JSON.parse(readFileSync(path('expect.json'), 'utf8')) as {
      readonly truth: { readonly bug?: string; readonly report?: string };
    };
    if (truth.bug === undefined) return [];
    const { readings } = readTranscript(readFileSync(path('transcript.txt')));
    const report = truth.report ?? slug;
    return {
      report,
      source: slug.startsWith(`${report}.`) ? slug.slice(report.length + 1) : 'log',
      bug: truth.bug,
      readings: readings.map((reading) => ({
        reading,
        signature: sign(reading, hash),
        analysis: null,
      })),
    };
  });
}

/**
 * Lets a fleet crash as the texts say, a host for each report and one text after the other, ten in a batch.
 *
 * @returns the incident of each text's first crash, `null` where it shows none
 */
export function incidentsOf(texts: readonly KnownText[], joining: JoiningSettings): (string | null)[] {
  const store = new MemoryIncidents();
  const first = new Map<string, string>();
  let ids = 0;
  const receipts = texts.map((text, n) => receiptOf(text, n));
  for (let at = 0; at < receipts.length; at += 10) {
    const batch = receipts.slice(at, at + 10);
    const { plan } = decideBatch(batch, store.load(batch, 0), {
      newId: () => `id-${String((ids += 1)).padStart(6, '0')}`,
      nowMs: SAMPLE_START_MS,
      joining,
    });
    store.apply(plan);
    store.joining.recount(0.1);
    for (const { transcriptId, crashId } of plan.links)
      if (!first.has(transcriptId)) first.set(transcriptId, crashId);
  }
  return receipts.map(
    ({ transcript }) => store.crashes.get(first.get(transcript?.id ?? '') ?? '')?.incidentId ?? null,
  );
}

function receiptOf({ report, readings }: KnownText, n: number): Receipt {
  const bundleId = hash(report).slice(0, 26).toUpperCase();
  return {
    ...sampleReceipt(n, { transcript: { hostId: report, bundleId } }),
    content: { kind: 'read', readings, omittedReadings: 0 },
  };
}

export interface PairScore {
  readonly wanted: number;
  readonly right: number;
  readonly wrong: number;
}

/** Pairs of crashes that are in one incident, against those of one bug. */
export function scorePairs(texts: readonly KnownText[], incidents: readonly (string | null)[]): PairScore {
  const score = { wanted: 0, right: 0, wrong: 0 };
  texts.forEach((one, i) =>
    texts.slice(i + 1).forEach((other, offset) => {
      const isOne = incidents[i] !== null && incidents[i] === incidents[i + 1 + offset];
      if (one.bug === other.bug) score.wanted += 1;
      if (isOne && one.bug === other.bug) score.right += 1;
      if (isOne && one.bug !== other.bug) score.wrong += 1;
    }),
  );
  return score;
}

export function sumScores(scores: readonly PairScore[]): PairScore {
  const sum = (field: keyof PairScore): number => scores.reduce((total, one) => total + one[field], 0);
  return { wanted: sum('wanted'), right: sum('right'), wrong: sum('wrong') };
}

export function precisionOf({ right, wrong }: PairScore): number {
  return right + wrong === 0 ? 1 : right / (right + wrong);
}

export function recallOf({ right, wanted }: PairScore): number {
  return wanted === 0 ? 1 : right / wanted;
}

export function f1Of(score: PairScore): number {
  const [p, r] = [precisionOf(score), recallOf(score)];
  return p + r === 0 ? 0 : (2 * p * r) / (p + r);
}

/** The same texts in another order. */
export function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  let state = seed;
  const next = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return items
    .map((item) => ({ item, at: next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
