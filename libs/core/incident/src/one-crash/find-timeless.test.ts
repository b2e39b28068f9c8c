import fc from 'fast-check';
import { findTimeless } from './find-timeless';
import type { KnownMoment } from './known-moment';

const UNKNOWN = { bootedAtMs: null, uptimeSeconds: null, clockMs: null, machineStates: [] };
const BARE: KnownMoment = { ...UNKNOWN, timeless: true };
const TIMED: KnownMoment = { ...UNKNOWN, clockMs: 1, timeless: false };
const text = (moment: KnownMoment, receivedAtMs = 0, more = {}) => ({
  ...{ groupKey: 'v1:f', bootId: null, damaged: false, moment, receivedAtMs },
  ...more,
});
const crash = (moment: KnownMoment, receivedAtMs = 0, more = {}) => ({
  ...{ groupKeys: ['v1:e', 'v1:f'], bootId: null, held: false, moment, receivedAtMs },
  ...more,
});

describe('a text that knows no time', () => {
  it('is a copy of the nearest crash of its key that has no such copy', () => {
    const [far, near, full] = [crash(TIMED, 0), crash(TIMED, 70), crash({ ...TIMED, timeless: true }, 99)];
    expect(findTimeless(text(BARE, 100), [far, near, full])).toBe(near);
    expect(findTimeless(text(BARE, 100), [far, full])).toBe(far);
    expect(findTimeless(text(BARE, 100, { groupKey: 'v2:f' }), [near])).toBe(near);
    expect(findTimeless(text(TIMED, 100), [far, crash(BARE, 10), near])?.moment).toBe(BARE);
  });

  it.each([
    ['of another one of its own sort', text(BARE), crash(BARE)],
    ['of a crash with another key', text(BARE), crash(TIMED, 0, { groupKeys: ['v1:g'] })],
    ['of one that waits for a sound text', text(BARE), crash(TIMED, 0, { held: true })],
    ['where it is damaged', text(BARE, 0, { damaged: true }), crash(TIMED)],
    ['where it knows its boot', text(BARE, 0, { bootId: 'b' }), crash(TIMED)],
    [
      'and none of a crash whose boot is known is of a timed text',
      text(TIMED),
      crash(BARE, 0, { bootId: 'b' }),
    ],
    ['nor is one with a time of another with a time', text(TIMED), crash(TIMED)],
    [
      'nor anything of a crash from before times were kept',
      text(TIMED),
      crash({ ...UNKNOWN, timeless: false }),
    ],
  ])('is no copy %s', (_, sighting, known) => {
    expect(findTimeless(sighting, [known])).toBeNull();
  });

  it('never adds a crash to those that know their time, and hides none, in any order of arrival', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 12 }), (order) => {
        const crashes: ReturnType<typeof crash>[] = [];
        order.forEach((isTimed, at) => {
          const moment = isTimed ? { ...TIMED, clockMs: at } : BARE;
          const found = findTimeless(text(moment, at), crashes);
          if (found === null) crashes.push(crash(moment, at));
          else
            crashes[crashes.indexOf(found)] = {
              ...found,
              moment: { ...(isTimed ? moment : found.moment), timeless: true },
            };
        });
        const timed = order.filter(Boolean).length;
        expect(crashes).toHaveLength(Math.max(timed, order.length - timed));
      }),
    );
  });
});
