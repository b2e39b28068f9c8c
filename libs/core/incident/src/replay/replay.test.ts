import { createAlgorithms } from '@oopstream/core-signature';
import { sampleAlgorithm } from '../fakes/sample-algorithm';
import { sampleReceipt } from '../fakes/sample-receipt';
import type { SampleReading } from '../fakes/sample-receipt';
import {
  afterReplayAct,
  bodiesNeeded,
  diffReplay,
  isWholeTenant,
  matchShadow,
  placeCrashes,
  signAgain,
} from './index';
import type { ReplayCrash, ReplayReading, ShadowState } from './index';

const hash = (text: string): string => text;
const NOTHING: ShadowState = { keys: [], standIns: [], pinnedCrashes: [], pinnedKeys: [] };
const V2 = sampleAlgorithm(2, (bug) => bug.split('_')[0] ?? '');

function readingOf(sample: SampleReading, n = 1, primary = true): ReplayReading {
  const { content } = sampleReceipt(n, { readings: [sample] });
  const signed = content.kind === 'read' ? content.readings[0] : undefined;
  if (signed === undefined) throw new Error('a sample receipt has its reading');
  return { transcriptId: `t-${n}`, byteStart: signed.reading.span.start, primary, signed };
}

function crashOf(
  id: string,
  readings: readonly ReplayReading[],
  more: Partial<ReplayCrash> = {},
): ReplayCrash {
  const first = readings[0] ?? readingOf({ bug: 'f' });
  const { reading, signature } = first.signed;
  return {
    ...{ id, tenant: 'default', hostId: 'host-1', receivedAtMs: 0, crashTimeMs: 0, kernelRelease: null },
    ...{ fatal: false, held: false, cause: null, incidentId: 'i-1' },
    keys: { ...signature, kind: reading.kind, module: null },
    readings,
    ...more,
  };
}

const again = (crash: ReplayCrash, algorithm = V2, bodies: ReadonlyMap<string, ReplayReading> = new Map()) =>
  signAgain(crash, {
    algorithm,
    hash,
    readerVersion: 2,
    readAgain: (transcriptId) => {
      const one = bodies.get(transcriptId);
      return one === undefined ? null : new Map([[one.byteStart, one.signed.reading]]);
    },
  });

describe('signing again', () => {
  it('differs only where more than the version does', () => {
    expect(again(crashOf('c', [readingOf({ bug: 'f' })])).signed).toMatchObject({
      differs: false,
      keys: { groupKey: 'v2:f', algorithmVersion: 2 },
    });
    expect(again(crashOf('c', [readingOf({ bug: 'f_x' })])).signed).toMatchObject({
      differs: true,
      keys: { groupKey: 'v2:f' },
    });
  });

  it('leaves a crash alone that has no reading, or a damaged one still', () => {
    expect(again(crashOf('c', [])).signed).toBeNull();
    const torn = readingOf({ bug: 'f', damage: 'torn' });
    expect(again(crashOf('c', [torn], { held: true })).signed).toBeNull();
    const bodies = new Map([['t-1', readingOf({ bug: 'f' })]]);
    expect(again(crashOf('c', [torn], { held: true }), V2, bodies).signed).toMatchObject({ differs: true });
  });

  it('takes readings of a newer reader where the body is kept, and says which it was', () => {
    const bodies = new Map([['t-1', readingOf({ bug: 'g' })]]);
    const { signed } = again(crashOf('c', [readingOf({ bug: 'f' })]), V2, bodies);
    expect(signed).toMatchObject({
      keys: { groupKey: 'v2:g' },
      readings: [{ signed: { readerVersion: 2 } }],
    });
  });

  it('asks for bodies that an older reader read, and for readings that were cut', () => {
    const algorithms = createAlgorithms([sampleAlgorithm(), V2]);
    const whole = crashOf('c', [readingOf({ bug: 'f' })]);
    expect(bodiesNeeded(whole, algorithms, hash, 1)).toEqual([]);
    expect(bodiesNeeded(whole, algorithms, hash, 2)).toEqual(['t-1']);
    const cut = readingOf({ bug: 'f' });
    const signature = { ...cut.signed.signature, groupKey: 'v1:of-all-frames' };
    const crash = crashOf('c', [{ ...cut, signed: { ...cut.signed, signature } }]);
    expect(bodiesNeeded(crash, algorithms, hash, 1)).toEqual(['t-1']);
  });
});

describe('placing in a shadow', () => {
  const signed = (id: string, bug: string, more: Partial<ReplayCrash> = {}) =>
    again(crashOf(id, [readingOf({ bug })], more));

  it('puts equal keys together, in an incident named by the first of them', () => {
    const plan = placeCrashes([signed('a', 'f'), signed('b', 'g'), signed('c', 'f_x')], NOTHING);
    expect(plan.placements.map(({ shadowId, reason }) => [shadowId, reason])).toEqual([
      ['a', 'new'],
      ['b', 'new'],
      ['a', 'group-key'],
    ]);
    expect(plan.keys.map(({ groupKey, shadowId }) => [groupKey, shadowId])).toEqual([
      ['v2:f', 'a'],
      ['v2:g', 'b'],
    ]);
  });

  it('obeys what people decided before keys, whatever version they spoke of', () => {
    const state: ShadowState = {
      ...NOTHING,
      keys: [{ groupKey: 'v2:f', shadowId: 'elsewhere' }],
      pinnedCrashes: [{ crashId: 'a', incidentId: 'i-7' }],
      pinnedKeys: [{ groupKey: 'v1:f_x', incidentId: 'i-8', decisionId: 'd-1' }],
    };
    const { placements, incidents } = placeCrashes(
      [signed('a', 'f'), signed('b', 'f_x'), signed('c', 'f')],
      state,
    );
    expect(placements.map(({ shadowId, reason, decision }) => [shadowId, reason, decision])).toEqual([
      ['i-7', 'pinned-crash', null],
      ['i-8', 'pinned-key', { id: 'd-1', pins: true }],
      ['elsewhere', 'group-key', null],
    ]);
    expect(incidents).toEqual([
      { id: 'i-7', standsIn: true, openedBy: null, family: null },
      { id: 'i-8', standsIn: true, openedBy: null, family: null },
    ]);
  });

  it('joins what is alike before it opens another, and later crashes of the key follow', () => {
    const learnt: string[] = [];
    const plan = placeCrashes([signed('a', 'f'), signed('b', 'g'), signed('c', 'g')], NOTHING, {
      learnt: [],
      learn: ({ keys }, _crash, shadowId) => void learnt.push(`${keys.groupKey} ${shadowId}`),
      nearest: ({ keys }) => (keys.groupKey === 'v2:g' ? { shadowId: 'a', score: 0.8 } : null),
    });
    expect(learnt).toEqual(['v2:f a', 'v2:g a', 'v2:g a']);
    expect(plan.placements.map((one) => one.shadowId)).toEqual(['a', 'a', 'a']);
    expect(plan.keys[1]).toMatchObject({ groupKey: 'v2:g', reason: 'similar', score: 0.8 });
  });
});

describe('alike stacks in a shadow', () => {
  it('are not learnt from a crash that a person pinned elsewhere', () => {
    const learnt: string[] = [];
    const one = (id: string) => again(crashOf(id, [readingOf({ bug: 'f' })]));
    const state = { ...NOTHING, pinnedCrashes: [{ crashId: 'a', incidentId: 'i-7' }] };
    placeCrashes([one('a'), one('b')], state, {
      learnt: [],
      learn: (_signed, crash) => void learnt.push(crash.id),
      nearest: () => null,
    });
    expect(learnt).toEqual(['b']);
  });
});

describe('matching with what is stored', () => {
  const numbers = new Map([
    ['i-1', 1],
    ['i-2', 2],
  ]);
  const input = { standIns: [], numbers, holding: new Set<string>() };
  const overlap = (shadowId: string, incidentId: string, crashes: number) => ({
    shadowId,
    incidentId,
    crashes,
  });

  it('goes by the largest share, the older incident where shares are alike, whatever the order', () => {
    const overlaps = [
      overlap('s', 'i-1', 3),
      overlap('t', 'i-1', 5),
      overlap('u', 'i-2', 3),
      overlap('s', 'i-2', 3),
    ];
    const expected = new Map([
      ['t', 'i-1'],
      ['s', 'i-2'],
    ]);
    expect(matchShadow({ ...input, overlaps })).toEqual(expected);
    expect(matchShadow({ ...input, overlaps: overlaps.toReversed() })).toEqual(expected);
  });

  it('gives an incident that people spoke of to nobody else, and a holding one to nobody', () => {
    const overlaps = [overlap('s', 'i-1', 9), overlap('s', 'i-2', 1)];
    expect(matchShadow({ ...input, overlaps, standIns: ['i-1'] })).toEqual(
      new Map([
        ['i-1', 'i-1'],
        ['s', 'i-2'],
      ]),
    );
    expect(matchShadow({ ...input, overlaps, holding: new Set(['i-1', 'i-2']) })).toEqual(new Map());
  });
});

describe('the diff', () => {
  it('is empty where the shadow is what is stored', () => {
    const diff = diffReplay({
      overlaps: [{ shadowId: 's', incidentId: 'i-1', crashes: 3 }],
      matched: new Map([['s', 'i-1']]),
      incidents: [{ id: 'i-1', number: 1, title: 'f', crashes: 3 }],
      titles: new Map(),
      ...{ crashes: 3, signedAnew: 0, recurring: [], unrecurring: [] },
    });
    expect(diff).toMatchObject({ moved: 0, incidentsBefore: 1, incidentsAfter: 1 });
    for (const list of [diff.split, diff.merged, diff.renamed, ...Object.values(diff.alerts)])
      expect(list).toEqual({ count: 0, examples: [] });
  });

  it('does not call an incident gone that has crashes outside the range', () => {
    const overlaps = [
      { shadowId: 's', incidentId: 'i-1', crashes: 2 },
      { shadowId: 's', incidentId: 'i-2', crashes: 5 },
    ];
    const of = (crashes: number) =>
      diffReplay({
        overlaps,
        matched: new Map([['s', 'i-2']]),
        incidents: [
          { id: 'i-1', number: 1, title: 'f', crashes },
          { id: 'i-2', number: 2, title: 'g', crashes: 5 },
        ],
        titles: new Map(),
        ...{ crashes: 7, signedAnew: 0, recurring: [], unrecurring: [] },
      }).alerts.notOpened.count;
    expect([of(2), of(3)]).toEqual([1, 0]);
  });
});

describe('a replay', () => {
  it('is switched over only after it was approved, and taken back only after that', () => {
    expect(afterReplayAct('diffed', 'approve')).toBe('approved');
    expect(afterReplayAct('diffed', 'switch')).toBeNull();
    expect(afterReplayAct('approved', 'switch')).toBe('switching');
    expect(afterReplayAct('switched', 'roll-back')).toBe('rolling-back');
    expect(afterReplayAct('switching', 'cancel')).toBeNull();
  });

  it('is of a whole tenant where nothing bounds it', () => {
    const whole = { sinceMs: null, untilMs: null, incidentId: null, release: null };
    expect([isWholeTenant(whole), isWholeTenant({ ...whole, sinceMs: 0 })]).toEqual([true, false]);
  });
});
