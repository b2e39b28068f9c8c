import type { TrapReasonSlug } from '../instruction/trap-context';
import { readValue } from '../values';
import { told, trapped, type Opinion, type VerdictRule } from './rule';
import type { BadValue, Scene } from './scene';
import { sentence, spellValue } from './say';

const FIRST_PAGE = 4096n;
/** TASK_SIZE of 47 bits; below 4 GiB a value is a number first. */
const USER_FROM = 0x1_0000_0000n;

const BAD_POINTER = /^(?:null-ptr-deref|paging-request|general-protection|stack-segment|trap-other)$/;
const isBadPointer = ({ crash }: Scene): boolean => BAD_POINTER.test(crash.reading.kind);

const hasReason = ({ reasons }: Scene, ...slugs: readonly TrapReasonSlug[]): boolean =>
  reasons.some(({ slug }) => slugs.includes(slug));

/** Freed memory that SLUB or SLAB filled (POISON_FREE 6b), and memory never written (POISON_INUSE 5a). */
const poison: VerdictRule = {
  slug: 'poisoned-pointer',
  judge: (scene) => {
    if (!isBadPointer(scene) && scene.crash.reading.kind !== 'kasan-wild-access') return null;
    const find = (name: RegExp): BadValue | undefined =>
      scene.badValues.find(({ readings }) =>
        readings.some(({ kind, details }) => /^poison/.test(kind) && name.test(details.name ?? '')),
      );
    const freed = find(/POISON_FREE|PAGE_POISON|POISON_END/);
    if (freed !== undefined) {
      const text = trapped(
        scene,
        `${sentence(spellValue(freed))} is what the allocator fills freed memory with: the pointer was most likely read from an object that had been freed.`,
        'Another explanation is a read past the end of an object into a free one.',
      );
      return { class: 'use-after-free', confidence: scene.isGuessed ? 'hint' : 'likely', text };
    }
    const never = find(/POISON_INUSE/);
    if (never === undefined) return null;
    const text = trapped(
      scene,
      `${sentence(spellValue(never))} is what the allocator fills new memory with: the pointer was most likely read from an object before anybody wrote it.`,
    );
    return { class: 'uninitialised', confidence: scene.isGuessed ? 'hint' : 'likely', text };
  },
};

/** Which value was NULL: a register that the instruction uses, the call's target, or only the address says so. */
const nullPointer: VerdictRule = {
  slug: 'null-pointer',
  judge: (scene) => {
    if (!isBadPointer(scene)) return null;
    const { details, reading } = scene.crash;
    if (hasReason(scene, 'null-call')) {
      const shown = scene.reasons.some(
        ({ slug, confidence }) => slug === 'null-call' && confidence === 'certain',
      );
      return nullOpinion(
        shown ? 'certain' : 'likely',
        trapped(
          scene,
          'A function pointer that nobody had set, or that was cleared, was called; the caller is the first frame of the stack.',
        ),
      );
    }
    if (hasReason(scene, 'null-field', 'null-constant')) {
      const shown = scene.reasons.some(
        ({ slug, confidence }) => /^null-/.test(slug) && confidence === 'certain',
      );
      return nullOpinion(shown && !scene.inAllocator ? 'certain' : 'likely', trapped(scene, WHERE_FROM));
    }
    const range = details.accessRange;
    if (range !== null && range.value.low < FIRST_PAGE)
      return nullOpinion(
        'likely',
        trapped(
          scene,
          `KASAN says that the access was to 0x${range.value.low.toString(16)}: NULL with an offset.`,
          WHERE_FROM,
        ),
      );
    const shadowed = scene.badValues.find(({ name, value }) => name === 'address' && value < FIRST_PAGE);
    if (reading.kind === 'general-protection' && shadowed !== undefined)
      return nullOpinion(
        'likely',
        trapped(
          scene,
          `That address is KASAN’s shadow of 0x${shadowed.value.toString(16)}: NULL with an offset.`,
          WHERE_FROM,
        ),
      );
    const address = details.faultAddress;
    const isLow =
      address !== null && address.trusted && address.value < FIRST_PAGE && reading.kind !== 'trap-other';
    if (!isLow && !hasReason(scene, 'small-address') && reading.kind !== 'null-ptr-deref') return null;
    const at = isLow ? ` 0x${address.value.toString(16)}` : '';
    return nullOpinion(
      'likely',
      trapped(
        scene,
        `The address${at} lies in the first page, where nothing is ever mapped: most likely a NULL pointer with the offset of a field added.`,
        WHERE_FROM,
      ),
    );
  },
};

const WHERE_FROM =
  'The question is why this pointer is NULL here: a failed allocation or look-up that was not checked, an object not set up yet or torn down already.';

const nullOpinion = (confidence: Opinion['confidence'], text: string): Opinion => ({
  class: 'null-pointer',
  confidence,
  text,
});

/** Kernel addresses outside the direct map may be unmapped; a page fault with one of them in a register need not be of NULL. */
const MAY_FAULT = /^(?:vmalloc|modules|vmemmap|fixmap|unused-hole|guard-hole)$/;
/** The code that runs is mapped, and so is what lies near it: its module's data. */
const NEAR = 1n << 20n;

/** The address of a page fault is not in the text, some register is NULL, and none holds another address that could fault. */
const nullGuess: VerdictRule = {
  slug: 'null-by-registers',
  judge: (scene) => {
    const { crash } = scene;
    const { registers, faultAddress } = crash.context;
    if (crash.reading.kind !== 'paging-request' || crash.instruction !== null || faultAddress !== null)
      return null;
    const general = [...registers].filter(([name]) => GENERAL.test(name));
    const zero = general.filter(([, value]) => value === 0n).map(([name]) => name);
    const pointer = crash.pointer?.value ?? 0n;
    const other = general.some(([, value]) => {
      const distance = value > pointer ? value - pointer : pointer - value;
      const [best] = value > 0xffffn && distance > NEAR ? readValue(value, crash.values) : [];
      return best !== undefined && MAY_FAULT.test(best.details.area ?? '');
    });
    if (zero.length === 0 || other) return null;
    const text = trapped(
      scene,
      `The address is not in this text. Of the registers ${zero.slice(0, 4).join(', ')} ${zero.length === 1 ? 'is' : 'are'} zero and none holds another address that could have failed: perhaps a NULL pointer was followed.`,
    );
    return { class: 'null-pointer', confidence: 'hint', text };
  },
};

const GENERAL = /^(?:r(?:[abcd]x|[sd]i|bp|[0-9]+)|e(?:[abcd]x|[sd]i|bp)|x\d+)$/;

/** User space accessed in kernel mode. What is a user address may also be no address at all: only present pages prove it. */
const userPointer: VerdictRule = {
  slug: 'user-pointer',
  judge: (scene) => {
    if (!isBadPointer(scene)) return null;
    const saysSo =
      /user memory (?:outside|without) uaccess|execution of user memory|userspace (?:access|code)/i.test(
        scene.headline,
      );
    const present = hasReason(scene, 'smap', 'smep', 'pan');
    if (!saysSo && !present && !hasReason(scene, 'user-address')) return null;
    const high = scene.badValues.some(({ value }) => value >= USER_FROM && value < 1n << 56n);
    if (!saysSo && !present && !high) return null;
    const text = trapped(
      scene,
      'The address is one of user space and was used in kernel mode without the functions that are for that (copy_from_user and its like).',
      present || saysSo
        ? null
        : 'Whether a pointer of a program was taken for one of the kernel, or the value is none at all, this text does not show.',
    );
    return { class: 'user-pointer', confidence: saysSo || present ? 'likely' : 'hint', text };
  },
};

const readOnly: VerdictRule = {
  slug: 'write-to-read-only',
  judge: (scene) => {
    const saysSo = /write to read-only memory/i.test(scene.headline);
    if (!isBadPointer(scene) || (!saysSo && !hasReason(scene, 'write-protected'))) return null;
    const text = trapped(
      scene,
      'The page is mapped for reading only: code or constants of the kernel or a module, most likely written on purpose by something that may not, or through a pointer that leads astray.',
    );
    return { class: 'write-to-read-only', confidence: saysSo ? 'certain' : 'likely', text };
  },
};

/** The register followed is -1 to -4095; with a field's offset added the address may have come out above zero. */
const isErrorCode = (scene: Scene): boolean =>
  hasReason(scene, 'error-pointer') ||
  scene.badValues.some(
    ({ name, readings }) => name !== 'address' && !scene.isGuessed && readings[0]?.kind === 'error-pointer',
  );

const errorPointer: VerdictRule = {
  slug: 'error-pointer',
  judge: (scene) =>
    isBadPointer(scene) && isErrorCode(scene)
      ? {
          class: 'wild-pointer',
          confidence: 'likely',
          text: trapped(
            scene,
            'A function returned an error in a pointer and nobody checked it with IS_ERR().',
          ),
        }
      : null,
};

const bitFlip: VerdictRule = {
  slug: 'flipped-bit',
  judge: (scene) => {
    if (!isBadPointer(scene)) return null;
    for (const bad of scene.badValues) {
      const [best] = bad.readings.filter(({ kind }) => kind !== 'non-canonical');
      if (best?.kind !== 'bit-flip') continue;
      const text = trapped(
        scene,
        `${sentence(spellValue(bad))} differs in one bit from a good address of this crash (${best.text}).`,
        'A bit that flipped in memory or on its way most likely explains it; a write of a single bit to the wrong place does as well.',
      );
      return { class: 'bit-flip', confidence: best.confidence === 'hint' ? 'hint' : 'likely', text };
    }
    return null;
  },
};

/** Functions of instructions that raise #GP for a value and not for an address. */
const CONTROLS = /msr|(?:read|write)_cr\d|xsetbv|xrstor|fpregs|fxrstor|iret|segment|load_(?:gs|fs|tr|ldt)/i;

/** What trapped and is none of the kinds above. */
const wild: VerdictRule = {
  slug: 'wild-pointer',
  judge: (scene) => {
    if (!isBadPointer(scene)) return null;
    const bad = scene.badValues[0];
    const known = hasReason(
      scene,
      'non-canonical',
      'non-canonical-target',
      'stack-segment-non-canonical',
      'unmapped',
      'no-execute',
      'fetch-unmapped',
      'user-address',
      'unaligned',
    );
    const { kind } = scene.crash.reading;
    const blind =
      /^(?:general-protection|stack-segment)$/.test(kind) &&
      scene.reasons.length === 0 &&
      !CONTROLS.test(scene.fault ?? '');
    if (!known && kind !== 'paging-request' && !blind && !/non-canonical/.test(scene.headline)) return null;
    const text = trapped(
      scene,
      bad === undefined || hasReason(scene, 'no-execute')
        ? null
        : `${sentence(spellValue(bad))} is no address at which something may be read or written here.`,
      hasReason(scene, 'no-execute')
        ? 'Memory that holds data was executed: a function pointer that leads astray, or code that was never made executable.'
        : 'A pointer that was never valid, that outlived what it pointed to, or an index that ran too far: the text does not tell these apart.',
    );
    return { class: 'wild-pointer', confidence: known ? 'likely' : 'hint', text };
  },
};

const SAID = told([
  {
    slug: 'no-linear-address',
    kind: /^bug$/,
    headline: /physaddr\.c/,
    class: 'wild-pointer',
    confidence: 'likely',
    says: 'An address that is not of the linear map was to be turned into a physical one: a pointer that is none, or of the stack or of vmalloc space, given to somebody who needs memory of the slab or page allocator.',
    from: 'arch/x86/mm/physaddr.c __phys_addr, arch/arm64/mm/physaddr.c __virt_to_phys',
  },
  {
    slug: 'control-flow-target',
    kind: /^cfi$/,
    class: 'wild-pointer',
    confidence: 'likely',
    says: 'An indirect call or return went to a place that is no function of the expected type: a function pointer overwritten, of a freed object, or cast from another type.',
    from: 'kernel/cfi.c report_cfi_failure; arch/x86/kernel/cet.c do_kernel_cp_fault',
  },
  {
    slug: 'control-protection',
    kind: /^trap-other$/,
    exception: /^control_protection$/,
    class: 'wild-pointer',
    confidence: 'likely',
    says: 'The processor refuses the target of an indirect call or return: a function pointer that leads astray, or a return address that was overwritten.',
    from: 'arch/x86/kernel/cet.c exc_control_protection',
  },
  {
    slug: 'branch-target',
    kind: /^trap-other$/,
    headline: /\b(?:BTI|FPAC|GCS|PAC fail)/,
    class: 'wild-pointer',
    confidence: 'likely',
    says: 'A branch or return whose target or signature the processor does not accept: a code pointer that was overwritten, or never one.',
    from: 'arch/arm64/kernel/traps.c do_el1_bti, do_el1_fpac, do_el1_gcs',
  },
  {
    slug: 'arm-domain',
    kind: /^trap-other$/,
    headline: /domain fault/,
    class: 'user-pointer',
    confidence: 'likely',
    says: 'A page of user space was accessed by the kernel outside the functions that open its domain.',
    from: 'arch/arm/mm/fsr-2level.c; CONFIG_CPU_SW_DOMAIN_PAN',
  },
  {
    slug: 'unaligned',
    kind: /^trap-other$/,
    headline: /[Aa]lign|[Uu]naligned|^$/,
    exception: /align/,
    class: 'wild-pointer',
    confidence: 'hint',
    says: 'An address is not aligned as this instruction needs it: a packed structure accessed as if it were none, or a pointer that is none.',
    from: 'arch/arm/mm/alignment.c do_alignment, arch/arm64/mm/fault.c do_alignment_fault',
  },
  {
    slug: 's390-access',
    kind: /^trap-other$/,
    headline: /^(?:addressing exception|specification exception|protection exception|translation exception)/,
    class: 'wild-pointer',
    confidence: 'hint',
    says: 'The processor refuses the address of an operand: most likely a pointer that is none.',
    from: 'arch/s390/kernel/traps.c',
  },
]);

export const POISONED: readonly VerdictRule[] = [poison];
export const POINTERS: readonly VerdictRule[] = [errorPointer, nullPointer, readOnly, bitFlip];
export const USER_POINTERS: readonly VerdictRule[] = [userPointer, ...SAID];
export const WILD_POINTERS: readonly VerdictRule[] = [nullGuess, wild];
