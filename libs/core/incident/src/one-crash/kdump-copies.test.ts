import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sign } from '@oopstream/core-signature';
import { completeReading, readDetails, readSession, readTranscript } from '@oopstream/core-transcript';
import fc from 'fast-check';
import { decideBatch } from '../decide-batch';
import { CRASH_MATCH_LIMITS } from './match-limits';
import { MemoryIncidents, SAMPLE_START_MS, sampleReceipt } from '../fakes';
import type { Receipt, SignedReading } from '../receipt';

const KDUMP = join(__dirname, '../../../transcript/cases/kdump');
const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Shows the watchdog's stack, so another key than its log, which has the hung task's; a `bt` of another hang has it too. */
const ALONE = 'hung-task-02.crash-bt';
/**
 * Kernel threads in a kernel not loaded at random: a bare `bt` of one shows nothing that other boots do not show too. So it
 * is a copy of the nearest crash of its key; where a host had several, the order of arrival decides of which.
 */
const TIMELESS = [ALONE, 'nvc-flushd-bug-02.crash-bt', 'nvc-list-corruption-03.crash-bt'];
/** One host crashed 92 times within hours. */
const LIMITS = { ...CRASH_MATCH_LIMITS, maxCandidates: 200 };

function readingsOf(slug: string): SignedReading[] {
  const bytes = readFileSync(join(KDUMP, slug, 'transcript.txt'));
  const session = readSession(bytes);
  return readTranscript(bytes).readings.map((one) => {
    const reading = completeReading(one, readDetails(bytes, one), session);
    return { reading, signature: sign(reading, hash), analysis: null };
  });
}

const TEXTS = readdirSync(KDUMP)
  .sort()
  .map((slug) => ({ slug, report: slug.split('.')[0] ?? '', readings: readingsOf(slug) }));
const REPORTS = [...new Set(TEXTS.map(({ report }) => report))];

function receiptsOf(hostOf: (report: string) => string): Receipt[] {
  return TEXTS.map(({ report, readings }, n) => {
    const sample = sampleReceipt(n, {
      transcript: { hostId: hostOf(report) },
      receivedAtMs: Date.UTC(2026, 11, 1) + n * 60_000,
    });
    return { ...sample, content: { kind: 'read', readings, omittedReadings: 0 } };
  });
}

const withTime = (slugs: readonly string[]) => slugs.filter((slug) => !TIMELESS.includes(slug));

/** Texts of each crash, its primary first, crashes in order. */
function settled(receipts: readonly Receipt[]) {
  const store = new MemoryIncidents();
  let ids = 0;
  for (const receipt of receipts) {
    const deps = { newId: () => `id-${(ids += 1)}`, nowMs: SAMPLE_START_MS, crashMatch: LIMITS };
    store.apply(decideBatch([receipt], store.load([receipt], 0, undefined, LIMITS), deps).plan);
  }
  const slugOf = (id: string): string => TEXTS[Number(id)]?.slug ?? '';
  const crashes = [...store.crashes.values()].map(({ primaryTranscriptId, transcriptIds }) => [
    slugOf(primaryTranscriptId),
    ...transcriptIds
      .filter((id) => id !== primaryTranscriptId)
      .map(slugOf)
      .sort(),
  ]);
  const counted = [...store.incidents.values()].reduce((sum, one) => sum + one.crashes, 0);
  expect(store.counts(null)).toEqual(store.recount(null));
  expect(store.causes).toEqual(store.recountCauses());
  return {
    crashes: crashes.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    counted,
    store,
  };
}

describe.each([
  ['each on the host that it is of', (report: string) => report],
  ['all on one host', () => 'host-1'],
])('dumped crashes, %s', (_, hostOf) => {
  const receipts = receiptsOf(hostOf);

  it('are one crash for each dump, whatever shows it, and none is two', () => {
    const { crashes, counted } = settled(receipts);
    const reportsOf = (slugs: readonly string[]) => new Set(slugs.map((slug) => slug.split('.')[0]));
    expect(crashes.map(withTime).filter((slugs) => reportsOf(slugs).size > 1)).toEqual([]);
    const alone = crashes.filter((slugs) => slugs.length === 1 && slugs[0] === ALONE).length;
    expect(alone).toBe(hostOf('') === '' ? 1 : 0);
    expect(crashes).toHaveLength(REPORTS.length + alone);
    expect(counted).toBe(crashes.length);
    const mixed = crashes.filter((slugs) => reportsOf(slugs).size > 1);
    expect(mixed.length).toBeLessThanOrEqual(hostOf('') === '' ? 0 : TIMELESS.length);
  });

  it('are the same crashes with the same primary copies and counts in any order of arrival', () => {
    const expected = settled(receipts);
    fc.assert(
      fc.property(fc.shuffledSubarray(receipts, { minLength: receipts.length }), (shuffled) => {
        const found = settled(shuffled);
        expect(found.crashes.map(withTime)).toEqual(expected.crashes.map(withTime));
        expect(found.counted).toBe(expected.counted);
      }),
      { numRuns: 8, seed: 20_261_123 },
    );
  });
});
