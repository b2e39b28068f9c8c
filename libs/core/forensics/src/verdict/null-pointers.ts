import { readValue } from '../values';
import { trapped, type Opinion, type VerdictRule } from './rule';
import { hasReason, isBadPointer } from './scene';

/** Nothing is ever mapped there: vm.mmap_min_addr and the kernel's own check (arch/x86/mm/fault.c show_fault_oops). */
const FIRST_PAGE = 4096n;

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

export const NULL_POINTERS: readonly VerdictRule[] = [nullPointer];
/** Asked when nothing better is known. */
export const NULL_GUESSES: readonly VerdictRule[] = [nullGuess];
