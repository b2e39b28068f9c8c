import type { CrashDetail } from '../api/models';
import { readingAddress, shownReading } from './shown-reading';

type Reading = Parameters<typeof shownReading>[0]['readings'][number];
const base = {
  linkedAt: '2026-11-23T02:12:07.000Z',
  link: { reason: 'group-key', detail: {} },
  outcome: 'grouped',
  analysis: null,
  signature: {
    algorithmVersion: 1,
    title: '',
    exactKey: '',
    groupKey: '',
    groupText: '',
    looseKey: '',
    family: '',
    blamed: null,
    entry: null,
  },
};
const READING: Reading['reading'] = {
  format: 'console',
  span: { start: 0, end: 1 },
  kind: 'panic',
  headline: null,
  exception: null,
  fault: null,
  frames: [],
  mentions: { header: [], lockSites: [], workFunction: null },
  damage: null,
  fatal: true,
  panicked: true,
  kernelRelease: null,
  arch: null,
  comm: null,
  pid: null,
  cpu: null,
  taint: null,
  hardware: null,
  uptimeSeconds: null,
  occurredAtMs: null,
  bootId: null,
};
const reading = (transcriptId: string, start: number, primary = false): Reading => ({
  ...base,
  transcriptId,
  primary,
  reading: { ...READING, span: { start, end: start + 10 } },
});
const transcript = (id: string): CrashDetail['transcripts'][number] => ({
  id,
  hostId: 'h',
  hostName: null,
  bundleId: null,
  source: null,
  fileName: null,
  sha256: '',
  sizeBytes: 1,
  receivedAt: base.linkedAt,
  processedAt: base.linkedAt,
  outcome: 'read',
  seenAgain: 0,
  readings: 1,
  omittedReadings: 0,
});
const DETAIL = {
  transcripts: [transcript('a'), transcript('b'), transcript('c')],
  readings: [reading('b', 70, true), reading('b', 5), reading('a', 0)],
};
const startOf = (view: Parameters<typeof shownReading>[1]) =>
  shownReading(DETAIL, view).reading?.reading.span.start ?? null;

describe('shownReading', () => {
  it('is the primary reading, its transcript first, where the address says nothing', () => {
    const shown = shownReading(DETAIL, {});
    expect(shown.transcripts.map(({ id }) => id)).toEqual(['b', 'a', 'c']);
    expect([shown.transcript?.id, startOf({})]).toEqual(['b', 70]);
  });

  it('is what the address says', () => {
    expect(startOf({ transcript: 'b', reading: '5' })).toBe(5);
    expect(startOf({ transcript: 'a' })).toBe(0);
  });

  it('takes what is not there as not said', () => {
    expect(startOf({ transcript: 'x', reading: '9' })).toBe(70);
    expect(startOf({ transcript: 'a', reading: '70' })).toBe(0);
  });

  it('has a transcript without a reading, and a crash without anything', () => {
    expect(shownReading(DETAIL, { transcript: 'c' })).toMatchObject({
      transcript: { id: 'c' },
      reading: null,
    });
    expect(shownReading({ transcripts: [], readings: [] }, {})).toEqual({
      transcripts: [],
      transcript: null,
      readings: [],
      reading: null,
    });
  });
});

describe('readingAddress', () => {
  it.each([
    { transcript: 'b', reading: '70' },
    { transcript: 'b', reading: '5' },
    { transcript: 'a' },
    { transcript: 'c' },
  ])('leads back to %j', (view) => {
    expect(readingAddress(shownReading(DETAIL, view))).toEqual(view);
  });
});
