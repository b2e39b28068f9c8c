import type { IncidentDetail } from '../api/models';
import { code, incidentMarkdown } from './incident-markdown';

const SEEN = { firstSeenAt: '2026-11-20T01:02:03.000Z', lastSeenAt: '2026-11-23T02:12:07.000Z' };
const DETAIL: IncidentDetail = {
  incident: {
    id: '0193a7c2-5b1e-7c44-9d2e-6f0a8b3c1d22',
    number: 'OOPS-42',
    tenant: 'default',
    title: '__kmalloc+171 stack_segment from usbdev_ioctl',
    kind: 'stack-segment',
    family: 'bad-access',
    blamed: 'usb_hcd_submit_urb',
    entry: 'usbdev_ioctl',
    module: null,
    status: 'open',
    holding: false,
    ...SEEN,
    resolvedAt: null,
    crashes: 312,
    fatalCrashes: 311,
    hosts: 87,
    releases: ['4.18.0-147.5.1.el8_1.x86_64'],
    groupKeys: ['v1:00ff'],
    phase: 'ongoing',
    severity: 'high',
    severityScore: 64,
    acknowledged: false,
    assignee: null,
    muted: false,
    episode: 1,
    unordered: [],
  },
  algorithmVersion: 1,
  keys: [],
  severity: { level: 'high', score: 64, parts: [] },
  triage: { acknowledgedAt: null, acknowledgedBy: null, assignee: null, mute: null },
  escalation: null,
  unordered: [],
  episodes: [],
  resolution: null,
  recurrences: 0,
  hosts: [],
  releases: [
    { release: '4.18.0-147.5.1.el8_1.x86_64', crashes: 310, fatalCrashes: 309, survivedCrashes: 1, ...SEEN },
    { release: '4.18.0-240.el8.x86_64', crashes: 2, fatalCrashes: 2, survivedCrashes: 0, ...SEEN },
  ],
  variants: [],
  verdicts: [],
  hardware: [],
  trend: { bucket: 'day', buckets: [] },
  recentCrashes: [],
  deliveries: [],
  history: [],
};

describe('incidentMarkdown', () => {
  it('says what, how much, since when and where to look', () => {
    expect(incidentMarkdown(DETAIL, 'https://oops.example/incidents/OOPS-42')).toBe(
      [
        '**[OOPS-42](https://oops.example/incidents/OOPS-42)** open · `__kmalloc+171 stack_segment from usbdev_ioctl`',
        '',
        '- 312 crashes on 87 hosts, fatal: 311 (> 99 %)',
        '- first seen 2026-11-20 01:02:03 UTC, last seen 2026-11-23 02:12:07 UTC',
        '- blamed `usb_hcd_submit_urb`, entry `usbdev_ioctl`',
        '- keys `v1:00ff`',
        '',
        '| release | crashes | fatal | first seen | last seen |',
        '|---|--:|--:|---|---|',
        '| `4.18.0-147.5.1.el8_1.x86_64` | 310 | 309 | 2026-11-20 01:02:03 UTC | 2026-11-23 02:12:07 UTC |',
        '| `4.18.0-240.el8.x86_64` | 2 | 2 | 2026-11-20 01:02:03 UTC | 2026-11-23 02:12:07 UTC |',
        '',
      ].join('\n'),
    );
  });

  it('says how many releases it left out', () => {
    const [row] = DETAIL.releases;
    if (row === undefined) throw new Error('fixture has no release');
    const many = Array.from({ length: 12 }, (_, index) => ({ ...row, release: `6.1.${index}` }));
    expect(incidentMarkdown({ ...DETAIL, releases: many }, 'x')).toContain('and 2 more releases');
  });
});

describe('code', () => {
  it('holds back ticks and pipes', () => {
    expect(code('a`b')).toBe('``a`b``');
    expect(code('a|b')).toBe('`a\\|b`');
  });
});
