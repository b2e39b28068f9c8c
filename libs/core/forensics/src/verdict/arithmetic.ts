import { told, trapped, type VerdictRule } from './rule';

/** #DE and its like: the processor refuses the division. */
const divide: VerdictRule = {
  slug: 'divide-error',
  judge: (scene) => {
    if (scene.crash.reading.kind !== 'divide-error') return null;
    const shown = scene.reasons.some(
      ({ slug, confidence }) => /^divide-/.test(slug) && confidence === 'certain',
    );
    const text = trapped(
      scene,
      scene.headline === '' ? null : `The kernel reports “${scene.headline.slice(0, 120)}”.`,
      'Nobody checked the divisor before: where it is read from, and why it has this value, is the question.',
    );
    return { class: 'arithmetic', confidence: shown ? 'certain' : 'likely', text };
  },
};

const rust: VerdictRule = {
  slug: 'rust-arithmetic',
  judge: (scene) =>
    scene.crash.reading.kind === 'rust-panic' &&
    scene.crash.reading.frames.some(({ function: name }) =>
      /panic_const_|panic_(?:add|sub|mul|div|rem|neg|sh[lr])_?/.test(name),
    )
      ? {
          class: 'arithmetic',
          confidence: 'likely',
          text: trapped(scene, 'Rust code stopped itself: a calculation ran over or divided by zero.'),
        }
      : null,
};

const SAID = told([
  {
    slug: 'arithmetic-trap',
    kind: /^trap-other$/,
    exception: /overflow|simd|coprocessor_error|fpe|floating|math|fixpoint|decimal|hfp/,
    class: 'arithmetic',
    confidence: 'hint',
    says: 'A calculation, most likely of floating point, raised a trap in the kernel.',
    from: 'arch/x86/kernel/traps.c math_error; arch/s390/kernel/traps.c',
  },
  {
    slug: 'bound-trap',
    kind: /^trap-other$/,
    exception: /^bounds$/,
    class: 'out-of-bounds',
    confidence: 'hint',
    says: 'The processor found an index or pointer outside its bounds.',
    from: 'arch/x86/kernel/traps.c exc_bounds',
  },
]);

export const ARITHMETIC: readonly VerdictRule[] = [divide, rust, ...SAID];
