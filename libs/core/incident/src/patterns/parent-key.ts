import type { CarriedAnalysis } from '../receipt';

/** Slab caches are named in 32 characters at most; a torn line may show any number. */
const MAX_CACHE = 64;

/** What a parent incident is of: one release and one slab cache. */
export interface VictimGround {
  readonly kernelRelease: string;
  /** `null`: the texts do not tell which. */
  readonly slabCache: string | null;
}

/**
 * Key that symptoms of one cause share: the crash is of a victim that everybody uses (an allocator, a list) and that
 * another one damaged, so that each caller makes an incident of its own. Victims of one release and slab cache have one
 * parent. `null` where the crash stands for itself, or the release is not known.
 */
export function parentKeyOf(analysis: CarriedAnalysis | null, kernelRelease: string | null): string | null {
  if (analysis === null || kernelRelease === null) return null;
  if (analysis.verdict.flags?.includes('shared-victim') !== true) return null;
  return `victims ${kernelRelease} ${analysis.slabCache?.slice(0, MAX_CACHE) ?? ''}`.trimEnd();
}

/** The other way round. @returns `null` for what is no such key */
export function readParentKey(key: string): VictimGround | null {
  const parts = key.split(' ');
  const [word, kernelRelease, slabCache] = parts;
  if (word !== 'victims' || !kernelRelease || parts.length > 3) return null;
  return { kernelRelease, slabCache: slabCache ?? null };
}
