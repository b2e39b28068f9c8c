import type { Reading } from '@oopstream/core-transcript';
import { sampleReceipt } from '../fakes';
import { isBetterCopy, qualityOf, UNKNOWN_QUALITY } from './reading-quality';

function sample(more: Partial<Reading> = {}): Reading {
  const { content } = sampleReceipt(1, { readings: [{ bug: 'f' }] });
  if (content.kind !== 'read' || content.readings[0] === undefined) throw new Error('no reading');
  return { ...content.readings[0].reading, ...more };
}

const frame = sample().frames[0]!;
const full = sample({ frames: [frame, frame, frame], occurredAtMs: 5, taint: 'G' });

describe('of two copies the better one', () => {
  it.each([
    [
      'is sound, however little it tells',
      sample({ frames: [], fault: null }),
      { ...full, damage: 'torn' as const },
    ],
    ['names the place of the crash', sample({ frames: [] }), { ...full, fault: null }],
    ['has its offset', sample({ frames: [] }), { ...full, fault: { ...full.fault!, offset: null } }],
    ['has a stack', { ...full, taint: null, comm: null }, { ...full, frames: [] }],
    [
      'has registers',
      { ...full, taint: null, moment: { bootedAtMs: null, uptimeSeconds: null, machineStates: ['a'] } },
      full,
    ],
    [
      'knows more besides, as a session does of a bare bt',
      full,
      { ...full, kernelRelease: null, uptimeSeconds: null },
    ],
  ])('%s', (_, better, worse) => {
    expect(qualityOf(better)).toBeGreaterThan(qualityOf(worse));
    expect(qualityOf(better)).toBeLessThan(UNKNOWN_QUALITY);
  });

  it('is of equals the one with the lower transcript id, whichever came first', () => {
    const [a, b] = ['1', '2'].map((transcriptId) => ({ quality: 7, transcriptId }));
    expect([isBetterCopy(a!, b!), isBetterCopy(b!, a!), isBetterCopy(a!, a!)]).toEqual([true, false, false]);
  });
});
