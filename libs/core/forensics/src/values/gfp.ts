import type { ValueContext, ValueReading } from './reading';
import { GFP_ERAS, GFP_NAMES, type GfpEra } from './tables/gfp';
import type { Word } from './word';

function eraOf(context: ValueContext): GfpEra | undefined {
  const release = context.release;
  if (release === null) return undefined;
  return GFP_ERAS.find(
    ({ since }) => release.major > since[0] || (release.major === since[0] && release.minor >= since[1]),
  );
}

function namesOf(flags: number, era: GfpEra): string[] | null {
  const set = new Set<string>();
  let rest = flags;
  for (const [bit, name] of era.bits) {
    if ((flags & bit) === 0) continue;
    set.add(name);
    rest &= ~bit;
  }
  if (rest !== 0) return null;
  for (const [name, parts] of GFP_NAMES) {
    if (!parts.every((part) => set.has(part))) continue;
    for (const part of parts) set.delete(part);
    return [name, ...set];
  }
  return [...set];
}

/** Allocation flags by name; only where the text says that the value is some, since any small number would fit. */
export function readGfp(word: Word, context: ValueContext): ValueReading | null {
  if (context.role !== 'gfp' || word.hi !== 0 || word.lo === 0) return null;
  const era = eraOf(context);
  const names = era === undefined ? null : namesOf(word.lo, era);
  if (era === undefined || names === null) return null;
  return {
    kind: 'gfp-flags',
    text: names.join('|'),
    weightBits: 50,
    confidence: 'likely',
    details: { name: names.join('|'), source: era.source },
  };
}
