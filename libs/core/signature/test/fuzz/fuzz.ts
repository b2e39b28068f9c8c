import { DEFAULT_READ_LIMITS, type ReadLimits } from '@oopstream/core-transcript';
import { brokenLaw } from './fuzz-laws';
import { minimise } from './minimise';
import { MUTATIONS, rawText } from './mutations';
import { createRandom, type Random } from './random';

/** Larger than any case, small enough for a thousand a second. */
const MOST_BYTES = 400_000;

export interface Find {
  readonly seed: number;
  readonly round: number;
  readonly made: readonly string[];
  readonly law: string;
  readonly limits: ReadLimits;
  readonly text: string;
}

interface Sample {
  readonly text: string;
  readonly made: readonly string[];
  readonly limits: ReadLimits;
}

/** One text and the limits it is read with; seed and round alone decide them. */
export function sampleOf(library: readonly string[], seed: number, round: number): Sample {
  const random = createRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(round + 1, 0x85ebca6b));
  const another = () => random.pick(library);
  const limits = random.once(4) ? smallLimits(random) : DEFAULT_READ_LIMITS;
  if (random.once(8)) return { text: rawText(random, another), made: ['raw'], limits };
  const names = Object.keys(MUTATIONS);
  const made: string[] = [];
  let text = another();
  for (let n = 1 + random.below(4); n > 0; n--) {
    const name = random.pick(names);
    made.push(name);
    text = (MUTATIONS[name]?.(text, random, another) ?? text).slice(0, MOST_BYTES);
  }
  return { text, made, limits };
}

function smallLimits(random: Random): ReadLimits {
  return {
    maxLineBytes: 16 + random.below(500),
    maxReadings: 1 + random.below(8),
    maxFrames: 1 + random.below(20),
    maxMendedLines: random.below(400),
  };
}

/** Rounds from `first` on while `goesOn` says so, up to the first find. */
export function fuzz(
  library: readonly string[],
  seed: number,
  first: number,
  goesOn: (round: number) => boolean,
  broken: (bytes: Uint8Array, limits: ReadLimits) => string | null = brokenLaw,
): { rounds: number; find: Find | null } {
  let round = first;
  for (; goesOn(round); round++) {
    const { text, made, limits } = sampleOf(library, seed, round);
    const law = broken(Buffer.from(text, 'latin1'), limits);
    if (law === null) continue;
    const sort = sortOf(law);
    const least = minimise(text, (part) => {
      const again = broken(Buffer.from(part, 'latin1'), limits);
      return again !== null && sortOf(again) === sort;
    });
    return { rounds: round - first + 1, find: { seed, round, made, law, limits, text: least } };
  }
  return { rounds: round - first, find: null };
}

/** What stays the same of a broken law while its text shrinks. */
function sortOf(law: string): string {
  return (law.split('\n', 1)[0] ?? '').replace(/^\S+ at \d+: |\d+/g, '');
}

export function describeFind(find: Find): string {
  return [
    `${find.law}`,
    `again: npm run fuzz -- --seed ${find.seed} --round ${find.round}`,
    `made by: ${find.made.join(', ')}; limits ${JSON.stringify(find.limits)}`,
    `least text (${find.text.length} bytes): ${JSON.stringify(find.text)}`,
  ].join('\n');
}
