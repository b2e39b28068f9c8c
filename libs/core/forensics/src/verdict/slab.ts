import { isDataKind, readBytes } from '../values';
import { paragraph, placeOf } from './say';
import { told, type VerdictRule } from './rule';
import type { Scene } from './scene';

const SLAB = /^(?:slab-corruption|bug|warning|bug-other)$/;
/** POISON_FREE: include/linux/poison.h. */
const FREED = 0x6b;

/** What SLUB and SLAB complain of. They meet the damage late: who wrote has long returned. */
const SAID = told([
  {
    slug: 'slab-double-free',
    kind: SLAB,
    headline: /[Oo]bject already free|double free detected|verify_redzone_free\(\): double free/,
    class: 'double-free',
    confidence: 'certain',
    says: 'The allocator checked the object: it is on the free list already and was freed again.',
    from: 'mm/slub.c free_consistency_checks; mm/slab.c verify_redzone_free',
  },
  {
    slug: 'slab-redzone',
    kind: SLAB,
    headline: /[Rr]edzone overwritten|memory outside object was overwritten|Object padding overwritten/,
    class: 'out-of-bounds',
    confidence: 'likely',
    says: 'The bytes that guard the object’s edge are changed: most likely whoever used it wrote past its end (or before its begin). The writer has left this stack; the object’s allocation and its users are where to look.',
    victim: true,
    from: 'mm/slub.c check_bytes_and_report; mm/slab.c verify_redzone_free',
  },
  {
    slug: 'slab-metadata',
    kind: SLAB,
    headline:
      /Free(?:pointer|chain|list)[\w ]* corrupt|Corrupt freechain|Freechain corrupt|Object corrupt|[Pp]adding overwritten|invalid freepointer|SLUB metadata consistency/i,
    class: 'memory-overwrite',
    confidence: 'likely',
    says: 'The allocator’s own words in this slab are overwritten: a write past the end of a neighbouring object, or one into an object that was freed. The function that met it is the victim.',
    victim: true,
    from: 'mm/slub.c on_freelist, check_slab, slab_pad_check',
  },
  {
    slug: 'slab-invalid-object',
    kind: SLAB,
    headline:
      /Invalid object pointer|Not a valid slab page|Attempt to free object\(|object at .* wrong|Wrong slab cache/i,
    class: 'wild-pointer',
    confidence: 'likely',
    says: 'What was given back to the allocator is not an object of this cache: a pointer that is none, or one of another cache.',
    from: 'mm/slub.c free_consistency_checks',
  },
  {
    slug: 'slab-left-over',
    kind: SLAB,
    headline: /[Oo]bjects remaining (?:in|on)/,
    class: 'assertion',
    confidence: 'likely',
    says: 'The cache is destroyed while objects of it are in use: they leaked, or their users outlive the module.',
    from: 'mm/slub.c list_slab_objects',
  },
  {
    slug: 'slab-naive-double-free',
    kind: /^bug$/,
    fault:
      /^(?:set_freepointer|__slab_free|do_slab_free|___cache_free|cache_free_debugcheck|slab_free_freelist_hook)$/,
    headline: /kernel BUG at mm\/sl[au]b\.c/,
    class: 'double-free',
    confidence: 'likely',
    says: 'The object freed is the head of the free list itself: it was most likely freed twice in a row, or the list is overwritten.',
    from: 'mm/slub.c set_freepointer',
  },
  {
    slug: 'slab-free-of-no-object',
    kind: /^(?:bug|warning)$/,
    fault:
      /^(?:kfree|kmem_cache_free|free_large_kmalloc|cache_from_obj|___cache_free|free_nonslab_page|kfree_sensitive|kmem_cache_free_bulk)$/,
    headline: /mm\/(?:sl[aou]b(?:_common)?\.[ch])/,
    class: 'wild-pointer',
    confidence: 'likely',
    says: 'What was freed is no object of this allocator or cache: a pointer that is none, one into the middle of something, or one that belongs to another cache.',
    from: 'mm/slub.c free_large_kmalloc; mm/slab.h cache_from_obj',
  },
  {
    slug: 'bad-page-state',
    kind: /^bad-page$/,
    headline: /Bad page state/,
    class: 'memory-overwrite',
    confidence: 'hint',
    says: 'The words that describe a page are not as a free page’s must be: it was freed while in use, its counts are wrong, or the words were overwritten.',
    victim: true,
    from: 'mm/page_alloc.c bad_page',
  },
  {
    slug: 'bad-page-table',
    kind: /^bad-page$/,
    class: 'memory-overwrite',
    confidence: 'hint',
    says: 'A page table or the counts of a process’ memory do not fit together: overwritten words, a page freed too early, or failing memory.',
    victim: true,
    from: 'mm/memory.c print_bad_pte, kernel/fork.c check_mm',
  },
]);

/** Bytes of a freed object that are not its poison any more. */
function changedBytes({ crash }: Scene): { readonly bytes: readonly number[]; readonly at: number } | null {
  const dump = crash.details.dumps.find(
    ({ what, bytes }) =>
      what === 'object' && bytes.filter((byte) => byte === FREED).length * 2 > bytes.length,
  );
  const at = dump?.bytes.findIndex((byte) => byte !== FREED) ?? -1;
  if (dump === undefined || at < 0) return null;
  const after = dump.bytes.slice(at).findIndex((byte) => byte === FREED);
  const end = after < 0 ? dump.bytes.length : at + after;
  // The last byte of a freed object is POISON_END.
  return end - at === 1 && at === dump.bytes.length - 1 ? null : { bytes: dump.bytes.slice(at, end), at };
}

const isOneBit = (value: number): boolean => value !== 0 && (value & (value - 1)) === 0;

/** A freed object holds POISON_FREE until it is allocated again; SLUB and SLAB look when they hand it out. */
const writeAfterFree: VerdictRule = {
  slug: 'slab-poison-overwritten',
  judge: (scene) => {
    const { headline, crash } = scene;
    if (!/Poison overwritten|Slab corruption/.test(headline)) return null;
    const changed = changedBytes(scene);
    const first = changed?.bytes[0] ?? FREED;
    const single = changed?.bytes.length === 1;
    const data = changed === null ? [] : readBytes(Uint8Array.from(changed.bytes), crash.values);
    const reading = data.find((one) => isDataKind(one.reading.kind));
    const isFlip = single && isOneBit(first ^ FREED) && first !== FREED - 1;
    const what =
      changed === null
        ? null
        : first === FREED - 1 && single
          ? `One byte at offset ${changed.at} went from 6b to 6a: somebody counted a reference down in the freed object.`
          : isFlip
            ? `Only one bit of one byte at offset ${changed.at} differs: a bit that flipped in memory explains it as well as a write.`
            : `${changed.bytes.length} bytes at offset ${changed.at} were written${reading === undefined ? '' : `; they read as ${reading.reading.text}`}.`;
    return {
      class: isFlip ? 'bit-flip' : 'use-after-free',
      confidence: isFlip ? 'hint' : 'likely',
      text: paragraph(
        `${placeOf(scene)} the allocator found a free object changed (“${headline.slice(0, 160)}”).`,
        what,
        isFlip
          ? 'Look for errors of this memory module before looking for a writer.'
          : 'Most likely somebody kept a pointer to the object and wrote through it after it was freed; the function that met it is not the writer.',
      ),
      victim: true,
    };
  },
};

export const SLAB_REPORTS: readonly VerdictRule[] = [writeAfterFree, ...SAID];
