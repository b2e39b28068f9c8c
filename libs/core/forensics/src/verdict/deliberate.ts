import { told, trapped, type VerdictRule } from './rule';
import { hasFrame } from './scene';
import { paragraph, placeOf } from './say';

const SAID = told([
  {
    slug: 'sysrq-crash',
    kind: /^sysrq$/,
    headline: /sysrq triggered crash/i,
    class: 'deliberate',
    confidence: 'certain',
    says: 'Somebody or something asked for this crash by SysRq-C (a key, a serial break, or a write to /proc/sysrq-trigger). It shows no defect of the kernel; who asked is the question, and why.',
    from: 'drivers/tty/sysrq.c sysrq_handle_crash',
  },
  {
    slug: 'sysrq',
    kind: /^sysrq$/,
    class: 'deliberate',
    confidence: 'likely',
    says: 'The crash was most likely asked for by SysRq-C: it shows no defect of the kernel.',
    from: 'drivers/tty/sysrq.c',
  },
]);

/** Kernels before 4.20 crash by writing to NULL, which looks like any other oops but for the function. */
const sysrqFunction: VerdictRule = {
  slug: 'sysrq-function',
  judge: (scene) =>
    scene.fault === 'sysrq_handle_crash'
      ? {
          class: 'deliberate',
          confidence: 'certain',
          text: trapped(
            scene,
            'sysrq_handle_crash exists to crash the kernel: SysRq-C was asked for by a key or through /proc/sysrq-trigger. It shows no defect.',
          ),
        }
      : null,
};

/** Modules of the kernel tree that exist to fail on demand: drivers/misc/lkdtm, lib/test_*.c, fault injection. */
const TEST_ASSERTION =
  /^lkdtm_(?:PANIC|BUG|WARNING|WARNING_MESSAGE|EXCEPTION|PANIC_STOP_IRQOFF)$|^panic_stop_irqoff_fn$/;

const lkdtm: VerdictRule = {
  slug: 'crash-test-module',
  judge: (scene) =>
    /^(?:bug|warning|panic-other)$/.test(scene.crash.reading.kind) && hasFrame(scene, TEST_ASSERTION)
      ? {
          class: 'deliberate',
          confidence: 'likely',
          text: paragraph(
            `${placeOf(scene)} the kernel’s crash test module (lkdtm) was told to fail in this way.`,
            'Somebody wrote to its trigger under /sys/kernel/debug/provoke-crash; it shows no defect.',
          ),
        }
      : null,
};

export const DELIBERATE: readonly VerdictRule[] = [...SAID, sysrqFunction, lkdtm];
