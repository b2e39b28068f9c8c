import { told, trapped, type VerdictRule } from './rule';
import type { Scene } from './scene';

const PAGE = 4096n;
/** include/linux/thread_info.h THREAD_SIZE on 64 bits without KASAN. */
const STACK_BYTES = 16_384n;

const stackPointer = ({ crash }: Scene): bigint | null => {
  const { registers } = crash.context;
  return registers.get('rsp') ?? registers.get('sp') ?? registers.get('esp') ?? null;
};

/** The value used as an address that is not the stack pointer itself, where it touches the page next to the stack. */
function besideStack(scene: Scene): bigint | null {
  const pointer = stackPointer(scene);
  const address = scene.crash.details.faultAddress?.value;
  if (pointer === null || address === undefined || pointer >> 56n !== 0xffn) return null;
  const low = pointer - (pointer % STACK_BYTES);
  const isBelow = address < low && low - address <= PAGE;
  const isAbove = address >= low + STACK_BYTES && address - (low + STACK_BYTES) < PAGE;
  return isBelow || isAbove ? address : null;
}

const throughStackPointer = ({ crash }: Scene): boolean =>
  crash.instruction?.decoded.memory.some(
    ({ base, access }) => access !== 'address' && /^(?:[re]?sp)$/.test(base ?? ''),
  ) ?? true;

/** A guard page of a stack met by something that is not the stack's own growth. */
const beside: VerdictRule = {
  slug: 'past-the-stack',
  judge: (scene) => {
    if (scene.crash.reading.kind !== 'paging-request' || throughStackPointer(scene)) return null;
    const address = besideStack(scene);
    if (address === null) return null;
    const text = trapped(
      scene,
      `0x${address.toString(16)} lies right beside the stack in use, and the access does not go through the stack pointer: most likely something ran over the edge of the stack, for instance an index or a copy past an array there.`,
    );
    return { class: 'out-of-bounds', confidence: 'likely', text };
  },
};

/** `stack guard page was hit`: that the stack ran over is shown only where the stack pointer itself is at its end. */
const guardPage: VerdictRule = {
  slug: 'stack-guard-page',
  judge: (scene) => {
    if (scene.crash.reading.kind !== 'stack-overflow') return null;
    const pointer = stackPointer(scene);
    const address = scene.crash.details.faultAddress?.value ?? null;
    const far =
      pointer !== null &&
      address !== null &&
      (address > pointer ? address - pointer : pointer - address) > PAGE;
    // Pushes go down: what met the page above the stack ran over its other end.
    const isAbove = pointer !== null && address !== null && address > pointer && !far;
    const isOther = far ? !throughStackPointer(scene) : isAbove;
    const isShown =
      pointer !== null &&
      !far &&
      !isAbove &&
      /stack guard page|[Ss]tack overflow|Insufficient stack/.test(scene.headline);
    const text = trapped(
      scene,
      scene.headline === '' ? null : `The kernel reports “${scene.headline.slice(0, 200)}”.`,
      isOther
        ? `${isAbove ? 'The address lies above the stack pointer, where the stack does not grow' : 'The access does not go through the stack pointer, which is not at the stack’s end'}: perhaps the stack did not run over, and a stray pointer or a copy that ran too far met its guard page.`
        : 'The kernel’s stack is used up: recursion, too deep a chain of calls, or large variables on it; the repeated or deepest frames show which.',
    );
    return {
      class: isAbove ? 'out-of-bounds' : 'stack-overflow',
      confidence: isOther ? 'hint' : isShown ? 'certain' : 'likely',
      text,
    };
  },
};

/** A double fault whose stack slot lies in the page below the stack pointer's. */
const slot: VerdictRule = {
  slug: 'stack-slot',
  judge: (scene) =>
    scene.reasons.some(({ slug }) => slug === 'stack-slot')
      ? {
          class: 'stack-overflow',
          confidence: 'likely',
          text: trapped(scene, 'Most likely the kernel’s stack is used up.'),
        }
      : null,
};

const SAID = told([
  {
    slug: 'stack-protector',
    kind: /^stack-corruption$/,
    headline: /stack-protector|stack protector/i,
    class: 'stack-buffer-overflow',
    confidence: 'certain',
    says: 'The guard word of this function’s stack frame is changed: a variable on the stack was written past its end, by this function or one that it called.',
    from: 'kernel/panic.c __stack_chk_fail',
  },
  {
    slug: 'stack-end',
    kind: /^stack-corruption$/,
    headline: /corrupted stack end/,
    class: 'stack-overflow',
    confidence: 'likely',
    says: 'The magic word at the end of the task’s stack is gone: the stack most likely ran over its end some time before.',
    victim: true,
    from: 'kernel/sched/core.c schedule_debug',
  },
  {
    slug: 'stack-corrupted',
    kind: /^stack-corruption$/,
    class: 'stack-buffer-overflow',
    confidence: 'likely',
    says: 'The kernel’s stack was found overwritten.',
    from: 'kernel/panic.c __stack_chk_fail',
  },
  {
    slug: 'usercopy-bounds',
    kind: /^usercopy$/,
    headline: /SL[AU]B object|process stack|vmalloc|page alloc|spans multiple/,
    class: 'out-of-bounds',
    confidence: 'certain',
    says: 'The check of copies from and to user space stopped it: what was to be copied is not within the object, or not the part of it that may be copied.',
    from: 'mm/usercopy.c usercopy_abort',
  },
  {
    slug: 'usercopy',
    kind: /^usercopy$/,
    class: 'out-of-bounds',
    confidence: 'likely',
    says: 'The check of copies from and to user space stopped it: address and length do not fit an object.',
    from: 'mm/usercopy.c',
  },
  {
    slug: 'fortify-field',
    kind: /^fortify$/,
    headline: /field-spanning/,
    class: 'out-of-bounds',
    confidence: 'likely',
    says: 'The copy runs from one field of a structure over into the next. Where the code means to do so the compiler was not told; else it is an overflow.',
    from: 'include/linux/fortify-string.h fortify_memcpy_chk',
  },
  {
    slug: 'fortify',
    kind: /^fortify$/,
    class: 'out-of-bounds',
    confidence: 'certain',
    says: 'The compiler knows the size of the buffer, and the copy is larger.',
    from: 'lib/string_helpers.c __fortify_report; include/linux/fortify-string.h',
  },
  {
    slug: 'fortify-panic',
    kind: /^(?:bug|panic-other)$/,
    fault: /^_*fortify_panic$/,
    class: 'out-of-bounds',
    confidence: 'certain',
    says: 'The check of a fortified string function stopped it: the copy is larger than the buffer that the compiler knows.',
    from: 'lib/string_helpers.c fortify_panic',
  },
  {
    slug: 'skb-bounds',
    kind: /^bug$/,
    fault: /^skb_(?:panic|over_panic|under_panic)$/,
    class: 'out-of-bounds',
    confidence: 'certain',
    says: 'More was put into or pushed before a socket buffer than it has room for.',
    from: 'net/core/skbuff.c skb_panic',
  },
]);

/** What else a double fault may be is rare: the stack is what the first fault could not be pushed to. */
const doubleFault: VerdictRule = {
  slug: 'double-fault',
  judge: (scene) =>
    scene.crash.reading.kind === 'double-fault'
      ? {
          class: 'stack-overflow',
          confidence: 'hint',
          text: trapped(
            scene,
            'A fault could not be delivered. Perhaps the stack was used up or its pointer is wrong; this text does not show which.',
          ),
        }
      : null,
};

export const STACKS: readonly VerdictRule[] = [guardPage, slot, beside, doubleFault];
export const BOUNDS: readonly VerdictRule[] = SAID;
