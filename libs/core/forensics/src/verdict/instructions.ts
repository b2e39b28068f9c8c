import { told, trapped, type VerdictRule } from './rule';

/** An instruction that the processor refuses and that is no trap of the kernel's own. */
const invalid: VerdictRule = {
  slug: 'invalid-instruction',
  judge: (scene) => {
    if (scene.crash.reading.kind !== 'invalid-opcode') return null;
    const deliberate = scene.reasons.find(({ slug }) => slug === 'trap-instruction');
    if (deliberate !== undefined)
      return {
        class: 'assertion',
        confidence: 'likely',
        text: trapped(scene, 'A check that was compiled in failed; its message is not in this text.'),
      };
    const shown = scene.reasons.some(({ slug }) => slug === 'invalid-opcode');
    const text = trapped(
      scene,
      shown
        ? null
        : scene.crash.details.code === null
          ? 'The text does not show the bytes of the instruction: a check that traps on purpose cannot be told from code that is none.'
          : 'What the bytes at the instruction pointer are could not be told.',
      'Code for another processor, code that was overwritten, or a jump into the middle of an instruction.',
    );
    return { class: 'invalid-instruction', confidence: shown ? 'likely' : 'hint', text };
  },
};

const SAID = told([
  {
    slug: 'breakpoint',
    kind: /^trap-other$/,
    exception: /^int3$/,
    class: 'invalid-instruction',
    confidence: 'likely',
    says: 'A breakpoint instruction was executed that neither a debugger, nor kprobes, nor the patching of code claims: code that is being patched, or padding between functions that was run into.',
    from: 'arch/x86/kernel/traps.c exc_int3',
  },
  {
    slug: 'unexpected-break',
    kind: /^trap-other$/,
    headline:
      /BRK|single-step|[Bb]reakpoint|[Ii]llegal|undefined|[Rr]eserved instruction|privileged operation/,
    class: 'invalid-instruction',
    confidence: 'hint',
    says: 'The processor met an instruction that nothing in the kernel claims.',
    from: 'arch/arm64/kernel/debug-monitors.c; arch/s390/kernel/traps.c',
  },
]);

export const INSTRUCTIONS: readonly VerdictRule[] = [invalid, ...SAID];
