import { whatHappened } from './what-happened';

const BASE = {
  id: '0193a7c2-5b1e-7c44-9d2e-6f0a8b3c1d22',
  number: 'OOPS-42',
  tenant: 'default',
  title: 'nvc_lookup+33 [nvcache] page_fault from nvc_ioctl',
  kind: 'null-deref',
  family: 'bad-access',
  blamed: 'nvc_lookup',
  entry: 'nvc_ioctl',
  module: 'nvcache',
  status: 'open',
  holding: false,
  firstSeenAt: '2026-11-20T01:02:03.000Z',
  lastSeenAt: '2026-11-23T02:12:07.000Z',
  resolvedAt: null,
  crashes: 5,
  fatalCrashes: 5,
  hosts: 2,
  releases: [],
  groupKeys: [],
  phase: 'ongoing',
  severity: 'high',
  severityScore: 64,
  acknowledged: false,
  assignee: null,
  muted: false,
  episode: 1,
  unordered: [],
} as const;

const sentence = (incident: object, recurrences = 0): string =>
  whatHappened({
    incident: { ...BASE, releases: [], groupKeys: [], unordered: [], ...incident },
    recurrences,
  })
    .map((piece) => piece.text)
    .join('');

describe('whatHappened', () => {
  it('says kind, where to look, how it got there and how deadly it is', () => {
    expect(sentence({})).toBe(
      'null-deref; look first at nvc_lookup in module nvcache, reached through nvc_ioctl. Each crash killed its machine.',
    );
  });

  it('says nothing about what is not known', () => {
    expect(sentence({ blamed: null, entry: null, module: null, crashes: 1, fatalCrashes: 0 })).toBe(
      'null-deref. The machine survived.',
    );
  });

  it('counts outages and warnings apart', () => {
    expect(sentence({ fatalCrashes: 2 })).toContain('2 of 5 crashes killed the machine.');
  });

  it('tells that it came back', () => {
    expect(sentence({}, 2)).toContain('It came back 2 times after a resolve.');
  });

  it('explains a holding incident instead', () => {
    expect(sentence({ holding: true })).toContain('wait here until a better copy');
  });
});
