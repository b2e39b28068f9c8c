import { isDataKind, type ValueReading } from '../values';
import { trapped, type VerdictRule } from './rule';
import type { BadValue, Scene } from './scene';
import { sentence, spellValue } from './say';

/** Bits of evidence below which a reading as data is no more than a hint: one random word in 16 million. */
const STRONG_BITS = 24;
/** Names that the kernel and drivers give the head of a list of free objects. */
const FREELIST = /(?:^|\.)(?:freelist|free_list|free|next_free|freeptr)$/;

interface DataValue {
  readonly bad: BadValue;
  readonly data: ValueReading;
}

/** A value that was used as an address and reads as data, the strongest first. */
function asData({ badValues }: Scene): DataValue | null {
  const found = badValues.flatMap((bad) => {
    // The best reading decides: what is an address first is no data.
    const [best] = bad.readings.filter(({ kind }) => kind !== 'non-canonical');
    return best !== undefined && isDataKind(best.kind) ? [{ bad, data: best }] : [];
  });
  return found.sort((a, b) => b.data.weightBits - a.data.weightBits)[0] ?? null;
}

/** The text shows that this value stands in the head of a free list: a structure's member, or crash(8)'s complaint. */
function freelistProof({ crash }: Scene, value: bigint): string | null {
  for (const { type, members } of crash.session?.structs ?? []) {
    const member = members.find((one) => FREELIST.test(one.path) && one.value === value);
    if (member !== undefined) return `${type}.${member.path} holds the same value`;
  }
  const printed = value.toString(16);
  for (const { name, complaints } of crash.session?.caches ?? []) {
    const complaint = complaints.find((one) => one.value.includes(printed));
    if (complaint !== undefined) return `crash(8) says of cache ${name}: ${complaint.value}`;
  }
  return null;
}

const SHARED =
  'The function that trapped is the victim: whoever writes past the end of a neighbouring object, or into an object that was freed, leaves such words behind and has returned long ago.';

/** A bad pointer in an allocator came out of memory that others may write: its list of free objects. */
const freelist: VerdictRule = {
  slug: 'freelist-overwritten',
  judge: (scene) => {
    if (!scene.inAllocator || scene.isGuessed || !isBadPointerKind(scene)) return null;
    const data = asData(scene);
    const bad = data?.bad ?? scene.badValues.find(({ value }) => isNoAddress(scene, value));
    if (bad === undefined) return null;
    const proof = freelistProof(scene, bad.value);
    const strong = data !== null && data.data.weightBits >= STRONG_BITS;
    const read =
      data === null
        ? 'Nothing can be read from its bytes (a kernel that hides free pointers mixes them with a secret).'
        : `Its bytes read as ${data.data.text}.`;
    const text = trapped(
      scene,
      `An allocator follows its own list of free objects here, so ${spellValue(bad)} should be the next free object.`,
      proof === null ? null : `${proof}.`,
      read,
      data === null
        ? 'Most likely a free object, whose first words hold that list, was overwritten.'
        : `${proof !== null && strong ? 'The' : 'Most likely the'} list of free objects was overwritten with such data.`,
      SHARED,
    );
    const confidence = proof !== null && strong ? 'certain' : 'likely';
    return { class: 'memory-overwrite', confidence, text, victim: true };
  },
};

/** Anywhere else: a pointer whose bytes spell something was written over, or memory of another kind was read as a structure. */
const overwritten: VerdictRule = {
  slug: 'pointer-reads-as-data',
  judge: (scene) => {
    const data = isBadPointerKind(scene) ? asData(scene) : null;
    if (data === null) return null;
    const strong = data.data.weightBits >= STRONG_BITS && !scene.isGuessed;
    const text = trapped(
      scene,
      scene.isGuessed
        ? `Which register was followed is not in this text; ${spellValue(data.bad)} reads as ${data.data.text}.`
        : `${sentence(spellValue(data.bad))} was used as a pointer; its bytes read as ${data.data.text}.`,
      strong
        ? 'Most likely the memory that held the pointer was overwritten with such data, or was freed and is in use for it now.'
        : 'Perhaps the memory that held the pointer was overwritten with such data; a value that reads so by accident is not excluded.',
      scene.inAllocator ? SHARED : null,
    );
    return { class: 'memory-overwrite', confidence: strong ? 'likely' : 'hint', text, victim: true };
  },
};

/** crash(8) walked the caches itself and found a free pointer that is none, in the cache of which something is known. */
const complained: VerdictRule = {
  slug: 'cache-complaint',
  judge: (scene) => {
    if (!scene.inAllocator) return null;
    const cache = scene.crash.session?.caches.find(({ complaints }) => complaints.length > 0);
    const complaint = cache?.complaints[0];
    if (cache === undefined || complaint === undefined) return null;
    const text = trapped(
      scene,
      `crash(8) finds cache ${cache.name} damaged: ${complaint.value}. Most likely a free object of it was overwritten.`,
      SHARED,
    );
    return { class: 'memory-overwrite', confidence: 'likely', text, victim: true };
  },
};

/** An entry of the page tables with bits that must be clear. */
const pageTable: VerdictRule = {
  slug: 'page-table-overwritten',
  judge: (scene) =>
    scene.reasons.some(({ slug }) => slug === 'page-table-corrupted') ||
    scene.crash.context.codeWords.includes('reserved-bit')
      ? {
          class: 'memory-overwrite',
          confidence: 'likely',
          text: trapped(
            scene,
            'A page table entry has bits set that must be clear: the table was most likely overwritten or freed too early; failing memory does the same.',
          ),
          victim: true,
        }
      : null,
};

const isBadPointerKind = ({ crash }: Scene): boolean =>
  /^(?:general-protection|stack-segment|paging-request|trap-other)$/.test(crash.reading.kind);

/** Not canonical, or on the kernel's side and not mapped. */
function isNoAddress(scene: Scene, value: bigint): boolean {
  const bad = scene.badValues.find((one) => one.value === value);
  if (bad === undefined || value < 0x1_0000n) return false;
  if (bad.readings.some(({ kind }) => kind === 'non-canonical')) return true;
  return scene.reasons.some(({ slug }) => slug === 'unmapped' || slug === 'non-canonical');
}

/** An allocator took a trap that only a bad address raises, and the text does not show the address. */
const blind: VerdictRule = {
  slug: 'allocator-trapped',
  judge: (scene) => {
    const { kind } = scene.crash.reading;
    if (!scene.inAllocator || !/^(?:general-protection|stack-segment)$/.test(kind)) return null;
    const shown = scene.reasons.some(({ slug }) => slug === 'stack-segment-non-canonical');
    const text = trapped(
      scene,
      'An allocator follows its own list of free objects here; the address that it followed is not in this text.',
      `${shown ? 'Most likely' : 'Perhaps'} a free object, whose first words hold that list, was overwritten.`,
      SHARED,
    );
    return { class: 'memory-overwrite', confidence: shown ? 'likely' : 'hint', text, victim: true };
  },
};

export const MEMORY: readonly VerdictRule[] = [pageTable, freelist, complained];
/** Asked when nothing better is known. */
export const BLIND: readonly VerdictRule[] = [blind];
/** Asked after rules that know what the value is. */
export const OVERWRITTEN: readonly VerdictRule[] = [overwritten];
