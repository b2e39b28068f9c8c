/** How an exception is coloured: by what kind of trouble its family is. Colour is never the only sign: the word is there. */
export type FamilyTone = 'memory' | 'stuck' | 'assertion' | 'exhausted' | 'hardware' | 'other';

const TONES: readonly { readonly tone: FamilyTone; readonly words: RegExp }[] = [
  { tone: 'hardware', words: /mce|machine-check|nmi|hardware|ecc|iommu/ },
  { tone: 'exhausted', words: /oom|out-of-memory|alloc|exhaust/ },
  { tone: 'stuck', words: /lockup|hung|stall|deadlock|watchdog|rcu/ },
  {
    tone: 'memory',
    words: /access|fault|protection|segment|null|overflow|corrupt|kasan|kfence|poison|free|guard|stack/,
  },
  { tone: 'assertion', words: /bug|warn|panic|assert|invalid|refcount|divide|ubsan/ },
];

/** @param family crash family, or the kind where there is no family */
export function familyTone(family: string): FamilyTone {
  const words = family.toLowerCase().replaceAll('_', '-');
  return TONES.find((candidate) => candidate.words.test(words))?.tone ?? 'other';
}
