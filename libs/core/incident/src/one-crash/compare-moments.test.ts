import fc from 'fast-check';
import { areApart, compareMoments } from './compare-moments';
import { mergeMoments } from './known-moment';
import type { KnownMoment } from './known-moment';

const BOOT_MS = Date.UTC(2026, 10, 18, 16, 34, 9);
const MINUTE_MS = 60_000;

const of = (more: Partial<KnownMoment>, receivedAtMs = BOOT_MS + 3_600_000) => {
  const { bootedAtMs = BOOT_MS, uptimeSeconds = 7.033_594 } = more;
  const clockMs =
    bootedAtMs === null || uptimeSeconds === null ? null : Math.round(bootedAtMs + uptimeSeconds * 1000);
  return {
    moment: { bootedAtMs, uptimeSeconds, clockMs, machineStates: [], timeless: false, ...more },
    receivedAtMs,
  };
};
const evidence = (a: ReturnType<typeof of>, b: ReturnType<typeof of>) =>
  compareMoments(a, b)?.evidence ?? null;

describe('two texts are of one moment', () => {
  it.each([
    ['by boot time and uptime', of({}), of({ uptimeSeconds: 7.5 }), 'same-moment'],
    [
      'though crash(8) counts whole seconds to the end of the panic',
      of({}),
      of({ uptimeSeconds: 33 }),
      'same-moment',
    ],
    ['by the digits of the stamp where one has no clock', of({}), of({ bootedAtMs: null }), 'same-stamp'],
    [
      'though one clock is in local time',
      of({}),
      of({ bootedAtMs: BOOT_MS + 5.5 * 60 * MINUTE_MS }),
      'same-stamp',
    ],
    ['though one clock was lost', of({}), of({ bootedAtMs: Date.UTC(2016, 0, 1) }), 'same-stamp'],
    [
      'by the clock alone where one knows no uptime',
      of({}),
      of({ bootedAtMs: null, uptimeSeconds: null, clockMs: BOOT_MS + 8_000 }),
      'same-time',
    ],
    [
      'by the state of the machine',
      of({ machineStates: ['a'] }),
      of({ bootedAtMs: null, uptimeSeconds: null, machineStates: ['b', 'a'] }),
      'same-state',
    ],
  ] as const)('%s', (_, a, b, expected) => {
    expect(evidence(a, b)).toBe(expected);
    expect(evidence(b, a)).toBe(expected);
  });

  it.each([
    ['the next turn of a crash loop after as long', of({}), of({ bootedAtMs: BOOT_MS + 3 * MINUTE_MS })],
    [
      'a turn a quarter of an hour later, unless it died after the same microsecond',
      of({}),
      of({ bootedAtMs: BOOT_MS + 15 * MINUTE_MS, uptimeSeconds: 7.033_7 }),
    ],
    ['a later report of the same boot', of({}), of({ uptimeSeconds: 127.4 })],
    ['a text that knows no time', of({}), of({ bootedAtMs: null, uptimeSeconds: null })],
    ['whole seconds without a clock', of({ uptimeSeconds: 7 }), of({ uptimeSeconds: 7, bootedAtMs: null })],
    [
      'milliseconds without a clock',
      of({ uptimeSeconds: 7.03 }),
      of({ uptimeSeconds: 7.03, bootedAtMs: null }),
    ],
    [
      'a state that comes again after another time',
      of({ machineStates: ['a'] }),
      of({ machineStates: ['a'], uptimeSeconds: 127.4, bootedAtMs: null }),
    ],
  ] as const)('but not %s', (_, a, b) => {
    expect(evidence(a, b)).toBeNull();
    expect(evidence(b, a)).toBeNull();
  });

  it('is symmetric, and what they tell together does not hang on their order', () => {
    const moment = fc.record({
      bootedAtMs: fc.constantFrom(null, BOOT_MS, BOOT_MS + 1000, BOOT_MS + 3 * MINUTE_MS),
      uptimeSeconds: fc.constantFrom(null, 7, 7.033_594, 8.1, 30),
      clockMs: fc.constantFrom(null, BOOT_MS + 7000, BOOT_MS + 9000),
      machineStates: fc.subarray(['a', 'b', 'c']),
      timeless: fc.boolean(),
    });
    fc.assert(
      fc.property(moment, moment, moment, (a, b, c) => {
        expect(evidence(of(a), of(b))).toBe(evidence(of(b), of(a)));
        expect(areApart(a, b)).toBe(areApart(b, a));
        expect(mergeMoments(a, b)).toEqual(mergeMoments(b, a));
        expect(mergeMoments(mergeMoments(a, b), c)).toEqual(mergeMoments(a, mergeMoments(b, c)));
      }),
    );
  });
});
