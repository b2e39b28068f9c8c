import { parentKeyOf, readParentKey } from './parent-key';

const RELEASE = '4.18.0-147.5.1.el8_1.x86_64';
const analysis = (flags: readonly string[], slabCache: string | null = 'kmalloc-256') => ({
  verdict: { class: 'memory-overwrite', confidence: 'likely', text: '', flags },
  slabCache,
  hardware: { value: 0 },
});

describe('parentKeyOf', () => {
  it('is that of victims which everybody shares, by release and slab cache', () => {
    const key = parentKeyOf(analysis(['shared-victim', 'victim-differs-from-culprit']), RELEASE);
    expect(readParentKey(key ?? '')).toEqual({ kernelRelease: RELEASE, slabCache: 'kmalloc-256' });
    expect(key).not.toBe(parentKeyOf(analysis(['shared-victim'], 'kmalloc-96'), RELEASE));
    expect(key).not.toBe(parentKeyOf(analysis(['shared-victim']), '6.1.0-13-amd64'));
  });

  it('keeps victims of caches that are not told apart from those of one that is', () => {
    const key = parentKeyOf(analysis(['shared-victim'], null), RELEASE);
    expect(readParentKey(key ?? '')).toEqual({ kernelRelease: RELEASE, slabCache: null });
  });

  it('is none where the crash stands for itself', () => {
    expect(parentKeyOf(analysis(['victim-differs-from-culprit']), RELEASE)).toBeNull();
    expect(parentKeyOf(analysis(['shared-victim']), null)).toBeNull();
    expect(parentKeyOf(null, RELEASE)).toBeNull();
  });

  it.each(['', 'victims', 'hold:web-1', 'victims a b c'])('reads no ground out of %j', (key) =>
    expect(readParentKey(key)).toBeNull(),
  );
});
