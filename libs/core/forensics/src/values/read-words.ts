import { isSameFreelistSecret } from './freelist';
import { layoutOf, sideOf, type Layout } from './layout';
import { readPoison, readPoisonPart } from './poison';
import { scanBytes } from './read-bytes';
import type { AddressedWord, ValueContext, ValueReading, WordsReading } from './reading';
import { hex, toWord, type Word } from './word';

/** Words that are looked at; a task's stack of 32 KiB has as many. */
export const WORDS_LIMIT = 4096;

/** Words at addresses that follow each other, all of them known. */
interface Stretch {
  readonly first: number;
  readonly words: readonly Word[];
  readonly addresses: readonly bigint[];
}

function stretchesOf(words: readonly AddressedWord[], context: ValueContext): Stretch[] {
  const step = context.widthBits === 32 ? 4n : 8n;
  const stretches: { first: number; words: Word[]; addresses: bigint[] }[] = [];
  let open: { first: number; words: Word[]; addresses: bigint[] } | null = null;
  let next = 0n;
  words.slice(0, WORDS_LIMIT).forEach(({ address, value }, index) => {
    const word = value === null ? null : toWord(value, context);
    if (word === null) {
      open = null;
      return;
    }
    if (open === null || address !== next) {
      open = { first: index, words: [], addresses: [] };
      stretches.push(open);
    }
    open.words.push(word);
    open.addresses.push(address);
    next = address + step;
  });
  return stretches;
}

function readMagic(word: Word): ValueReading | null {
  if (word.hi === 0xffff_ffff && word.lo === 0xffff_ffff) return NEVER_INITIALISED;
  const part = readPoisonPart(word);
  return part?.kind === 'magic' ? part : null;
}

/** One word of it says nothing; page_init_poison() fills a struct page. */
const NEVER_INITIALISED: ValueReading = {
  kind: 'poison',
  text: 'PAGE_POISON_PATTERN, all bits set: struct page that was never initialised, or erased flash',
  weightBits: 0,
  confidence: 'hint',
  details: { name: 'PAGE_POISON_PATTERN', source: 'include/linux/page-flags.h' },
};
const STRUCT_PAGE_WORDS = 7;

/** Poison that goes on from word to word, as one finding. */
function poisonRuns(stretch: Stretch, layout: Layout): WordsReading[] {
  const runs: { start: number; end: number; reading: ValueReading }[] = [];
  stretch.words.forEach((word, i) => {
    const reading =
      word.hi === 0 && word.lo < 0x100_0000 ? null : (readPoison(word, layout) ?? readMagic(word));
    if (reading === null) return;
    const index = stretch.first + i;
    const last = runs[runs.length - 1];
    if (last?.end === index && last.reading.details.name === reading.details.name) last.end = index + 1;
    else runs.push({ start: index, end: index + 1, reading });
  });
  const bytes = layout.context.widthBits / 8;
  const told = runs.filter(
    (run) => run.reading !== NEVER_INITIALISED || run.end - run.start >= STRUCT_PAGE_WORDS,
  );
  return told.map(({ start, end, reading }) =>
    end - start === 1
      ? { start, end, reading }
      : { start, end, reading: { ...reading, text: `${(end - start) * bytes} bytes of ${reading.text}` } },
  );
}

function structural(
  kind: 'list-head' | 'self-pointer',
  text: string,
  target: bigint,
  weightBits: number,
): ValueReading {
  return { kind, text, weightBits, confidence: 'likely', details: { target } };
}

/** Words that point at themselves or at one another. */
function innerPointers(stretch: Stretch): WordsReading[] {
  const { words, addresses, first } = stretch;
  const from = addresses[0] ?? 0n;
  const step = words[0]?.bytes.length ?? 8;
  const until = from + BigInt(words.length * step);
  const readings: WordsReading[] = [];
  // At addresses this low every small number would point at something.
  if (from < 0x1_0000n) return readings;
  for (let i = 0; i < words.length; i++) {
    const value = words[i]?.value ?? 0n;
    if (value < from || value >= until) continue;
    const start = first + i;
    const offset = Number(value - from);
    if (offset !== i * step) {
      const text = `points ${hex(offset % step)} bytes into word ${first + Math.floor(offset / step)} of the same dump`;
      const whole = `points to word ${first + offset / step} of the same dump`;
      readings.push({
        start,
        end: start + 1,
        reading: structural('self-pointer', offset % step === 0 ? whole : text, value, 40),
      });
      continue;
    }
    const pair = words[i + 1]?.value === value;
    const text = pair
      ? 'empty list head: both pointers lead to itself'
      : 'points to itself, as a mutex’s magic does (CONFIG_DEBUG_MUTEXES)';
    readings.push({
      start,
      end: start + (pair ? 2 : 1),
      reading: structural('list-head', text, value, pair ? 100 : 50),
    });
    if (pair) i++;
  }
  return readings;
}

/** Bytes of a stretch, and which of them belong to words that are addresses or poison. */
function layOut(stretch: Stretch, taken: readonly WordsReading[], layout: Layout) {
  const step = layout.context.widthBits / 8;
  const bytes = new Uint8Array(stretch.words.length * step);
  const walls = new Uint8Array(bytes.length);
  stretch.words.forEach((word, i) => {
    bytes.set(word.bytes, i * step);
    if (sideOf(word, layout) === 'kernel') walls.fill(1, i * step, (i + 1) * step);
  });
  for (const { start, end } of taken)
    walls.fill(1, (start - stretch.first) * step, (end - stretch.first) * step);
  return { bytes, walls, step };
}

function readStretch(stretch: Stretch, layout: Layout): WordsReading[] {
  const taken = [...poisonRuns(stretch, layout), ...innerPointers(stretch)];
  const { bytes, walls, step } = layOut(stretch, taken, layout);
  const data = scanBytes(bytes, walls, layout.context).map(({ start, end, reading }) => ({
    start: stretch.first + Math.floor(start / step),
    end: stretch.first + Math.ceil(end / step),
    reading,
  }));
  return [...taken, ...data];
}

/** Freelist words that are encoded with the secret of one cache, which data would not be. */
function freelistPairs(words: readonly AddressedWord[], layout: Layout): WordsReading[] {
  if (layout.context.role !== 'freelist' || layout.context.widthBits !== 64) return [];
  const encoded = words.slice(0, WORDS_LIMIT).flatMap((word, index) => {
    const split = word.value === null ? null : toWord(word.value, layout.context);
    return split === null || split.value === 0n || sideOf(split, layout) === 'kernel'
      ? []
      : [{ word, index }];
  });
  return encoded.slice(1).flatMap(({ word, index }, i) => {
    const before = encoded[i];
    if (before === undefined || !isSameFreelistSecret(before.word, word)) return [];
    const reading: ValueReading = {
      kind: 'obfuscated-freelist',
      text: `encoded freelist pointer: has the secret of word ${before.index}, as only pointers of one slab cache do`,
      weightBits: 19,
      confidence: 'likely',
      details: { source: 'mm/slub.c, freelist_ptr()' },
    };
    return [{ start: index, end: index + 1, reading }];
  });
}

/**
 * What goes on over several words of memory (stack words, `rd`, members of a structure, an object that SLUB dumps):
 * text, descriptors and packets across words, poison, words that point at themselves or one another. Single words are
 * `readValue`'s. In order of their begin; words behind the first 4,096 are not looked at.
 */
export function readWords(words: readonly AddressedWord[], context: ValueContext): WordsReading[] {
  const layout = layoutOf(context);
  const readings = stretchesOf(words, context).flatMap((stretch) => readStretch(stretch, layout));
  return [...readings, ...freelistPairs(words, layout)].sort((a, b) => a.start - b.start || b.end - a.end);
}
