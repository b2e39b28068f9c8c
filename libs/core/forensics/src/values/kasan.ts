import type { Layout } from './layout';
import type { ValueReading } from './reading';
import { readPoison } from './poison';
import { hex, toWord, type Word } from './word';

/** One shadow byte stands for eight bytes of memory. */
const SCALE_SHIFT = 3n;
const SHADOW_SIZE = 1n << 61n;
/** Structures at NULL that KASAN itself calls null-ptr-deref (mm/kasan/report.c, kasan_non_canonical_hook). */
const NULL_REACH = 0x1000n;

/**
 * What address a non-canonical value is the generic KASAN shadow of. Told only where the shadowed address itself is
 * telling: NULL and a little, or a poison.
 */
export function readKasanShadow(word: Word, layout: Layout): ValueReading | null {
  const offset = layout.shadowOffset;
  // All that is telling lies from the shadow of NULL upward.
  if (offset === null || word.hi < 0xdfff_0000) return null;
  const distance = word.value - offset;
  if (distance < 0n || distance >= SHADOW_SIZE) return null;
  const target = distance << SCALE_SHIFT;
  const shadowed = toWord(target, layout.context);
  const poison = shadowed === null || target < NULL_REACH ? null : readPoison(shadowed, layout);
  if (target >= NULL_REACH && poison === null) return null;
  const what = poison === null ? 'NULL and a small offset' : poison.text;
  return {
    kind: 'kasan-shadow',
    text: `KASAN shadow of ${hex(target)}…${hex(target + 7n)}: ${what}`,
    weightBits: 46,
    confidence: 'likely',
    details: { target, source: 'mm/kasan/report.c, kasan_non_canonical_hook()' },
  };
}
