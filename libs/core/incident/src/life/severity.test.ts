import { SEVERITY_FLOORS, severityLevel, severityOf } from './severity';
import type { SeverityFacts } from './severity';

const facts = (more: Partial<SeverityFacts> = {}): SeverityFacts => ({
  ...{ kind: 'null-ptr-deref', holding: false, hosts: 1, crashes: 1, fatalCrashes: 1, fleetShare: null },
  ...more,
});
const levelOf = (more: Partial<SeverityFacts>, functions: (string | null)[] = []) =>
  severityOf(facts(more), functions).level;

describe('severity', () => {
  it.each([
    ['a use after free that kills a machine', { kind: 'kasan-use-after-free' }, 'critical'],
    [
      'a stack segment fault on a hundred hosts',
      { kind: 'stack-segment', hosts: 100, crashes: 100, fatalCrashes: 100 },
      'critical',
    ],
    ['a stack segment fault on one host', { kind: 'stack-segment' }, 'high'],
    ['a null pointer on one host', {}, 'medium'],
    ['a warning that was survived', { kind: 'warning', fatalCrashes: 0 }, 'low'],
    ['a warning on ten thousand hosts', { kind: 'warning', hosts: 10_000, fatalCrashes: 0 }, 'low'],
    ['a person who pressed sysrq', { kind: 'sysrq' }, 'low'],
    ['what is damaged, however much', { holding: true, hosts: 1_000, kind: 'kasan-use-after-free' }, 'low'],
  ] as const)('of %s is %s', (_, more, level) => expect(levelOf(more)).toBe(level));

  it('is the sum of its parts, each with a reason', () => {
    const { score, parts, level } = severityOf(facts({ hosts: 10 }), ['__ext4_journal_start_sb', null]);
    expect(parts).toEqual([
      { part: 'kind', points: 24, mostPoints: 35, why: 'null-ptr-deref' },
      { part: 'spread', points: 11, mostPoints: 25, why: '10 hosts' },
      { part: 'fatality', points: 25, mostPoints: 25, why: '1 of 1 crashes killed the machine' },
      { part: 'corruption', points: 12, mostPoints: 15, why: '__ext4_journal_start_sb keeps data on disk' },
    ]);
    expect(score).toBe(72);
    expect(level).toBe('high');
  });

  it('takes the share of the fleet where that says more than the number of hosts', () => {
    const spread = (fleetShare: number | null, hosts: number) =>
      severityOf(facts({ fleetShare, hosts }), []).parts.find(({ part }) => part === 'spread')?.points;
    expect(spread(0.01, 5)).toBe(18);
    expect(spread(0.000_01, 100)).toBe(18);
    expect(spread(1, 100)).toBe(25);
  });

  it('never leaves 0 to 100', () => {
    const worst = { kind: 'kasan-invalid-free', hosts: 1e9, crashes: 10, fatalCrashes: 10, fleetShare: 1 };
    expect(severityOf(facts(worst), []).score).toBe(100);
    expect(severityOf(facts({ kind: 'damaged', hosts: 0, crashes: 0, fatalCrashes: 0 }), []).score).toBe(0);
  });

  it('has a floor for each level', () => {
    for (const level of ['critical', 'high', 'medium', 'low'] as const)
      expect(severityLevel(SEVERITY_FLOORS[level])).toBe(level);
    expect(severityLevel(SEVERITY_FLOORS.high - 1)).toBe('medium');
  });
});
