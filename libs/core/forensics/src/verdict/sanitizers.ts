import { inModule, paragraph, placeOf } from './say';
import { told, type Opinion, type VerdictRule } from './rule';
import { ownFrame, type Scene } from './scene';

/** Reports of KASAN, KFENCE, KMSAN and UBSAN: the check watched the access, so its class is what it says. */
const SAID = told([
  {
    slug: 'kasan-double-free',
    kind: /^kasan-invalid-free$/,
    headline: /KASAN: double-free in/,
    class: 'double-free',
    confidence: 'certain',
    says: 'KASAN watched it: the object had been freed before and was freed again.',
    from: 'mm/kasan/report.c print_error_description',
  },
  {
    slug: 'kasan-double-or-invalid-free',
    kind: /^kasan-invalid-free$/,
    headline: /KASAN: double-free or invalid-free/,
    class: 'double-free',
    confidence: 'likely',
    says: 'KASAN watched it: what was freed is no allocated object, most likely because it had been freed before; kernels of this age do not tell that from a pointer into an object.',
    from: 'mm/kasan/report.c kasan_report_invalid_free',
  },
  {
    slug: 'kasan-invalid-free',
    kind: /^kasan-invalid-free$/,
    class: 'wild-pointer',
    confidence: 'likely',
    says: 'KASAN watched it: what was freed is not the begin of an allocated object, so a pointer that is none was given to the allocator.',
    from: 'mm/kasan/report.c kasan_report_invalid_free',
  },
  {
    slug: 'kasan-null',
    kind: /^kasan-null-ptr-deref$/,
    class: 'null-pointer',
    confidence: 'certain',
    says: 'KASAN watched it: the address accessed lies in the first page, so a NULL pointer was dereferenced.',
    from: 'mm/kasan/report_generic.c get_wild_bug_type',
  },
  {
    slug: 'kasan-user-access',
    kind: /^kasan-wild-access$/,
    headline: /user-memory-access/,
    class: 'user-pointer',
    confidence: 'likely',
    says: 'KASAN watched it: the address is one of user space and was accessed without the functions that are for that; a value that is no pointer at all looks the same.',
    from: 'mm/kasan/report_generic.c get_wild_bug_type',
  },
  {
    slug: 'kasan-wild-access',
    kind: /^kasan-wild-access$/,
    class: 'wild-pointer',
    confidence: 'likely',
    says: 'KASAN watched it: no kernel object lies at the address that was accessed.',
    from: 'mm/kasan/report_generic.c get_wild_bug_type',
  },
  {
    slug: 'kasan-tag-mismatch',
    kind: /^kasan-other$/,
    class: 'use-after-free',
    confidence: 'hint',
    says: 'KASAN watched an access that the state of the memory forbids; whether the object was freed or the access ran past it, this report does not say.',
    from: 'mm/kasan/report_tags.c kasan_get_bug_type',
  },
  {
    slug: 'kfence-invalid-read',
    kind: /^kfence-other$/,
    class: 'wild-pointer',
    confidence: 'likely',
    says: 'KFENCE watched an access to its pool where no object is: a stray pointer, or an access far past an object’s end.',
    from: 'mm/kfence/report.c kfence_report_error',
  },
  {
    slug: 'kfence-corruption',
    kind: /^kfence-memory-corruption$/,
    class: 'out-of-bounds',
    confidence: 'likely',
    says: 'KFENCE found the bytes around the object changed when it was freed: it was written past its end or before its begin, and the writer has left this stack.',
    victim: true,
    from: 'mm/kfence/report.c kfence_report_error',
  },
  {
    slug: 'kmsan-use-after-free',
    kind: /^kmsan-other$/,
    headline: /use-after-free/,
    class: 'use-after-free',
    confidence: 'certain',
    says: 'KMSAN watched it: the memory had been freed when its value was used.',
    from: 'mm/kmsan/report.c kmsan_report',
  },
  {
    slug: 'kmsan-uninitialised',
    kind: /^kmsan-/,
    headline: /KMSAN: (?:uninit|use of uninit|kernel-(?:usb-)?infoleak)/,
    class: 'uninitialised',
    confidence: 'certain',
    says: 'KMSAN watched it: the value was never written since the memory was allocated, and it was used or left the kernel.',
    from: 'mm/kmsan/report.c kmsan_report',
  },
  {
    slug: 'ubsan-bounds',
    kind: /^ubsan$/,
    headline: /array.index.out.of.bounds|UBSAN: local-bounds/i,
    class: 'out-of-bounds',
    confidence: 'certain',
    says: 'UBSAN watched it: the index lies outside the array that it is an index of.',
    from: 'lib/ubsan.c __ubsan_handle_out_of_bounds',
  },
  {
    slug: 'ubsan-object-size',
    kind: /^ubsan$/,
    headline: /object-size-mismatch/,
    class: 'out-of-bounds',
    confidence: 'likely',
    says: 'UBSAN watched an access through a pointer behind which the compiler knows less room than its type needs: an object that is too small, or a cast to a larger type.',
    from: 'lib/ubsan.c handle_object_size_mismatch',
  },
  {
    slug: 'ubsan-arithmetic',
    kind: /^ubsan$/,
    headline:
      /(?:signed|unsigned|shift|division|negation|addition|subtraction|multiplication|pointer|divrem|integer)[\w -]*(?:overflow|out.of.bounds|truncation|wrap)|division-overflow/i,
    class: 'arithmetic',
    confidence: 'certain',
    says: 'UBSAN watched it: the result of the calculation is not defined for these operands.',
    from: 'lib/ubsan.c handle_overflow, __ubsan_handle_shift_out_of_bounds',
  },
  {
    slug: 'ubsan-null',
    kind: /^ubsan$/,
    headline: /null-ptr-deref|null pointer/i,
    class: 'null-pointer',
    confidence: 'certain',
    says: 'UBSAN watched it: the pointer was NULL.',
    from: 'lib/ubsan.c handle_null_ptr_deref',
  },
  {
    slug: 'ubsan-invalid-value',
    kind: /^ubsan$/,
    headline: /invalid-load|load of value/i,
    class: 'uninitialised',
    confidence: 'hint',
    says: 'UBSAN watched a bool or enum with a value that its type does not have: memory that was perhaps never written, or written by somebody else.',
    from: 'lib/ubsan.c __ubsan_handle_load_invalid_value',
  },
  {
    slug: 'ubsan-without-check',
    kind: /^ubsan$/,
    headline: /Undefined behaviou?r in/,
    class: 'arithmetic',
    confidence: 'hint',
    says: 'UBSAN watched the code do what the language does not define; which check it was stands in the line below, most often an overflow or a shift that is too wide.',
    from: 'lib/ubsan.c ubsan_prologue (to 5.9)',
  },
  {
    slug: 'ubsan-other',
    kind: /^ubsan$/,
    class: 'assertion',
    confidence: 'likely',
    says: 'UBSAN watched the code do what the language does not define.',
    from: 'lib/ubsan.c ubsan_prologue',
  },
]);

/** KASAN and KFENCE name the object: what is known of it belongs in the paragraph. */
function describeObject({ crash }: Scene): string | null {
  const { object } = crash.details;
  if (object === null) return null;
  const size = object.objectSize === null ? '' : ` of ${object.objectSize} bytes`;
  const cache = object.cache === null ? '' : ` in cache ${object.cache}`;
  const { accessOffset: at, access: what } = object;
  const offset = at === null ? '' : `, ${Math.abs(at)} bytes ${at < 0 ? 'before' : 'from'} its begin`;
  const access =
    what === null || what === 'free' || object.accessSize === null
      ? ''
      : `The ${what} was of ${object.accessSize} bytes. `;
  return size === '' && cache === '' ? null : `${access}The object is one${size}${cache}${offset}.`;
}

function describeLife({ crash }: Scene): string | null {
  const by = (role: string) => {
    const stack = crash.details.stacks.find((one) => one.role === role);
    const own = stack === undefined ? null : ownFrame(stack.frames);
    return own === null ? null : `${own.name}${inModule(own.module)}`;
  };
  const allocated = by('allocated-by');
  const freed = by('freed-by');
  const parts = [
    allocated === null ? null : `allocated by ${allocated}`,
    freed === null ? null : `freed by ${freed}`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : `It was ${parts.join(' and ')}.`;
}

function watched(
  slug: string,
  kind: RegExp,
  make: (scene: Scene) => Pick<Opinion, 'class' | 'confidence'> & { readonly says: string },
): VerdictRule {
  return {
    slug,
    judge: (scene) => {
      if (!kind.test(scene.crash.reading.kind)) return null;
      const { says, ...opinion } = make(scene);
      const quoted = scene.headline === '' ? '' : `: “${scene.headline.slice(0, 200)}”`;
      const text = paragraph(
        `${placeOf(scene)} the memory checker stopped the kernel${quoted}.`,
        says,
        describeObject(scene),
        describeLife(scene),
      );
      return { ...opinion, text };
    },
  };
}

const useAfterFree = watched('watched-use-after-free', /^(?:kasan|kfence)-use-after-free$/, (scene) => ({
  class: 'use-after-free',
  confidence: 'certain',
  says: /use-after-scope/.test(scene.headline)
    ? 'A variable on the stack was used after its scope had ended.'
    : 'The object had been freed when it was accessed.',
}));

/** The shadow of vmalloc space is the same before, behind and after the life of an area (mm/kasan/shadow.c kasan_release_vmalloc). */
const outOfBounds = watched('watched-out-of-bounds', /^(?:kasan|kfence)-out-of-bounds$/, ({ headline }) =>
  /vmalloc-out-of-bounds/.test(headline)
    ? {
        class: 'out-of-bounds',
        confidence: 'likely',
        says: 'The access lies in vmalloc space outside any area that is in use: most likely past the end of one, or in one that was freed.',
      }
    : {
        class: 'out-of-bounds',
        confidence: 'certain',
        says: 'The access lies outside the object that it belongs to.',
      },
);

/** KFENCE calls both a second free and a free of a wrong address an invalid free: what tells them apart is the address. */
const kfenceFree = watched('watched-invalid-free', /^kfence-invalid-free$/, ({ crash }) => {
  const { object, stacks } = crash.details;
  const isWhole =
    object?.accessAddress != null &&
    object.objectAddress !== null &&
    object.accessAddress !== object.objectAddress;
  const wasFreed = stacks.some(({ role }) => role === 'freed-by');
  return isWhole && !wasFreed
    ? { class: 'wild-pointer', confidence: 'likely', says: 'The pointer freed is not an object’s begin.' }
    : {
        class: 'double-free',
        confidence: wasFreed ? 'certain' : 'likely',
        says: wasFreed
          ? 'The object had been freed before and was freed again.'
          : 'No allocated object begins there, most likely because it had been freed before.',
      };
});

export const SANITIZERS: readonly VerdictRule[] = [useAfterFree, outOfBounds, kfenceFree, ...SAID];
