import { NULL_GUESSES, NULL_POINTERS } from './null-pointers';
import { told, trapped, type VerdictRule } from './rule';
import { sentence, spellValue } from './say';
import { hasReason, isBadPointer, type BadValue, type Scene } from './scene';

/** TASK_SIZE of 47 bits; below 4 GiB a value is a number first. */
const USER_FROM = 0x1_0000_0000n;

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
            'Most likely a function returned an error in a pointer and nobody checked it with IS_ERR().',
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
export const POINTERS: readonly VerdictRule[] = [errorPointer, ...NULL_POINTERS, readOnly, bitFlip];
export const USER_POINTERS: readonly VerdictRule[] = [userPointer, ...SAID];
export const WILD_POINTERS: readonly VerdictRule[] = [...NULL_GUESSES, wild];
