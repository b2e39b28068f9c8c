import type { FixRow } from './fix-table';
import type { IncidentFix } from './incident-life';
import { judgeReturn, loadedLivepatches } from './judge-return';
import type { ReturnVerdict, ReturningCrash } from './judge-return';

const CLOSED_MS = Date.UTC(2026, 5, 1);
const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const crash = (kernelRelease: string | null, more: Partial<ReturningCrash> = {}): ReturningCrash => ({
  crashTimeMs: CLOSED_MS + 1,
  kernelRelease,
  livepatches: null,
  ...more,
});
const fix = (...releases: string[]): IncidentFix => ({ releases, commit: null, livepatches: [] });
const row = (more: Partial<FixRow>): FixRow => ({
  ...{ tenant: 'default', commit: COMMIT, release: null, livepatch: null },
  ...more,
});
const judge = (
  one: ReturningCrash,
  said: IncidentFix | null,
  table: readonly FixRow[] = [],
): `${ReturnVerdict['kind']} ${ReturnVerdict['reason']}` => {
  const closed = { tenant: 'default', status: 'resolved', closedAtMs: CLOSED_MS, fix: said } as const;
  const { kind, reason } = judgeReturn(one, closed, table);
  return `${kind} ${reason}`;
};

describe('a crash of a resolved incident', () => {
  it.each([
    ['5.14.0-362.8.1.el9_3.x86_64', '5.14.0-362.8.1.el9_3.x86_64', 'regressed fix-contained'],
    ['5.14.0-362.8.1.el9_3.x86_64', '5.14.0-362.2.1.el9_3.x86_64', 'expected older-than-fix'],
    ['5.14.0-362.8.1.el9_3.x86_64', '5.14.0-427.13.1.el9_4.x86_64', 'unordered unordered-release'],
    ['5.14.0-362.8.1.el9_3.x86_64', '6.1.0-18-amd64', 'unordered unordered-release'],
    ['6.1.90', '6.1.89', 'expected older-than-fix'],
    ['6.1.90', '6.1.91', 'regressed fix-contained'],
    ['6.1.90', '6.6.3', 'unordered unordered-release'],
    ['6.7.0', '6.8.1', 'regressed fix-contained'],
    ['6.1.90', '999.9.9', 'unordered unordered-release'],
    ['6.7.0', '999.9.9', 'unordered unordered-release'],
    ['4.18.0-147.5es.14', '4.18.0-147.5es.13', 'expected older-than-fix'],
    ['4.18.0-147.5es.14', '4.18.0-147.5es.15', 'regressed fix-contained'],
    ['6.1.90', 'no release', 'unordered release-unknown'],
  ])('that was fixed in %s and comes from %s: %s', (fixedIn, ran, verdict) => {
    expect(judge(crash(ran), fix(fixedIn))).toBe(verdict);
  });

  it('without anything said of the fix comes back by any crash after it', () => {
    expect(judge(crash('6.1.90'), null)).toBe('regressed after-resolve');
    expect(judge(crash('6.1.90', { crashTimeMs: CLOSED_MS }), null)).toBe('expected before-close');
  });

  it('is no regression where it happened before, whatever ran', () => {
    const late = crash('6.1.91', { crashTimeMs: CLOSED_MS - 1, livepatches: ['lp-7'] });
    expect(judge(late, { ...fix('6.1.90'), livepatches: ['lp-7'] })).toBe('expected before-close');
  });

  it('says nothing where it did not say what ran', () => {
    expect(judge(crash(null), fix('6.1.90'))).toBe('unordered release-unknown');
  });

  it('is judged by every branch that the fix table knows of the commit, abbreviated or not', () => {
    const said = { ...fix(), commit: COMMIT.slice(0, 12) };
    const table = [row({ release: '6.1.90' }), row({ release: '5.14.0-362.8.1.el9_3.x86_64' })];
    expect(judge(crash('6.1.91'), said, table)).toBe('regressed fix-contained');
    expect(judge(crash('5.14.0-362.2.1.el9_3.x86_64'), said, table)).toBe('expected older-than-fix');
    expect(judge(crash('6.6.3'), said, table)).toBe('unordered unordered-release');
    expect(judge(crash('6.1.91'), said, [])).toBe('unordered fix-not-mapped');
  });

  it('is not judged by rows of another commit or tenant', () => {
    const said = { ...fix(), commit: COMMIT };
    const others = [
      row({ release: '6.1.90', commit: `f${COMMIT.slice(1)}` }),
      row({ release: '6.1.90', tenant: 'other' }),
    ];
    expect(judge(crash('6.1.91'), said, others)).toBe('unordered fix-not-mapped');
  });

  it('comes back with the livepatch loaded, also on an old kernel', () => {
    const said = { ...fix('6.1.90'), livepatches: ['lp-7'] };
    expect(judge(crash('6.1.80', { livepatches: ['lp-6', 'lp-7'] }), said)).toBe(
      'regressed livepatch-loaded',
    );
    expect(judge(crash('6.1.80', { livepatches: ['lp-6'] }), said)).toBe('expected older-than-fix');
  });

  it('fixed by a livepatch alone is expected without it, and unordered where nobody knows', () => {
    const said = { ...fix(), livepatches: ['lp-7'] };
    expect(judge(crash('6.1.80', { livepatches: [] }), said)).toBe('expected livepatch-not-loaded');
    expect(judge(crash('6.1.80'), said)).toBe('unordered livepatch-unknown');
  });

  it('takes livepatches that the fix table names for the commit', () => {
    const said = { ...fix(), commit: COMMIT };
    const table = [row({ livepatch: 'lp-7' })];
    expect(judge(crash('6.1.80', { livepatches: ['lp-7'] }), said, table)).toBe('regressed livepatch-loaded');
  });
});

describe('a crash of an obsolete incident', () => {
  const closed = { tenant: 'default', status: 'obsolete', closedAtMs: CLOSED_MS, fix: null } as const;
  it('brings it back, unless it happened before', () => {
    expect(judgeReturn(crash(null), closed, [])).toMatchObject({
      kind: 'regressed',
      reason: 'after-obsolete',
    });
    const late = crash(null, { crashTimeMs: CLOSED_MS });
    expect(judgeReturn(late, closed, [])).toMatchObject({ kind: 'expected' });
  });
});

describe('the livepatches of a crash', () => {
  const host = {
    ...{ tenant: 'default', hostId: 'a', release: '6.1.80', bootId: 'boot-1', livepatches: ['lp-7'] },
  };
  it.each([
    ['what the sender said', ['x'], { kernelRelease: '6.1.80', bootId: 'boot-1' }, host, ['x']],
    ['those of the same boot', null, { kernelRelease: '6.1.80', bootId: 'boot-1' }, host, ['lp-7']],
    ['of the same release, boot unknown', null, { kernelRelease: '6.1.80', bootId: null }, host, ['lp-7']],
    ['of another boot: nobody knows', null, { kernelRelease: '6.1.80', bootId: 'boot-2' }, host, null],
    ['of another release: nobody knows', null, { kernelRelease: '6.1.81', bootId: null }, host, null],
    ['of no host: nobody knows', null, { kernelRelease: '6.1.80', bootId: null }, null, null],
  ] as const)('%s', (_, said, one, known, expected) => {
    expect(loadedLivepatches(said, one, known)).toEqual(expected);
  });
});
