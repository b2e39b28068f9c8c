import { proveMembership } from './prove-membership';
import type { MembershipFacts, ProvenDecision, ProvenLink } from './prove-membership';

const PIN: ProvenDecision = { id: 'd', kind: 'pin-crash', actor: 'token:ann', atMs: 30, note: 'mine' };
const link = (validFromMs: number, incidentNumber: string, reason: string): ProvenLink => ({
  ...{ transcriptId: 't', primary: true, validFromMs, validToMs: null, reason, explanation: null },
  incidentNumber,
});
const FACTS: MembershipFacts = {
  ...{ crashId: 'c', incidentNumber: 'OOPS-1', held: false, groupKey: 'k', groupText: 'text of k' },
  key: {
    ...{ groupKey: 'k', incidentNumber: 'OOPS-1', reason: 'similar', score: 0.8, detail: null },
    ...{ attachedAtMs: 1, decidedBy: null },
  },
  ...{ pinnedBy: null, links: [link(1, 'OOPS-1', 'similar')], moves: [] },
};

describe('the proof of a membership', () => {
  it('is the key, with how it was attached', () => {
    expect(proveMembership(FACTS)).toMatchObject({ rule: 'similar', decision: null });
  });

  it('is the pin before any key', () => {
    expect(proveMembership({ ...FACTS, pinnedBy: PIN })).toMatchObject({ rule: 'pinned', decision: PIN });
  });

  it('is the host that it waits for while it is held', () => {
    expect(proveMembership({ ...FACTS, held: true }).rule).toBe('damaged');
  });

  it('is how it came there where its key leads elsewhere', () => {
    const key = FACTS.key === null ? null : { ...FACTS.key, incidentNumber: 'OOPS-7' };
    const links = [link(1, 'OOPS-9', 'damaged'), link(2, 'OOPS-1', 'better-copy')];
    expect(proveMembership({ ...FACTS, key, links }).rule).toBe('better-copy');
    expect(proveMembership({ ...FACTS, key: null, links: [] }).rule).toBe('unknown');
  });

  it('tells of each place once, in order of time, by machine and by people', () => {
    const links = [
      link(1, 'OOPS-9', 'damaged'),
      link(2, 'OOPS-1', 'better-copy'),
      link(3, 'OOPS-1', 'same-boot'),
    ];
    const moves = [{ decision: PIN, fromNumber: 'OOPS-1', toNumber: 'OOPS-7' }];
    const { memberships } = proveMembership({ ...FACTS, incidentNumber: 'OOPS-7', links, moves });
    expect(memberships.map((one) => [one.fromMs, one.incidentNumber, one.rule])).toEqual([
      [1, 'OOPS-9', 'damaged'],
      [2, 'OOPS-1', 'better-copy'],
      [30, 'OOPS-7', 'pin-crash'],
    ]);
  });
});
