import type { Draft } from './report';

/** Kinds that the kernel prints without a stack of the crash. */
const STACKLESS = new Set([
  'ref-leak',
  'workqueue-lockup',
  'hardware-error',
  'irq',
  'bad-page',
  'spinlock',
  'sysrq',
  'oom-panic',
  'panic-other',
  'memory-leak',
  'slab-corruption',
  'backtrace',
  'unknown',
  'bug-other',
  'stack-overflow',
  'rcu-stall',
  'stack-corruption',
  'kcsan',
]);

/** Decides whether the reading can be trusted to name its crash, and why not. */
export function judgeDamage(draft: Draft): void {
  if (draft.damage === 'other-report-between' && draft.frames.length > 0) draft.damage = null;
  if (draft.damage !== null || draft.frames.some((frame) => frame.reliable)) return;
  if (draft.fault !== null && draft.frames.length === 0 && !draft.announced) {
    if (!STACKLESS.has(draft.kind)) draft.damage = 'truncated';
    return;
  }
  if (draft.announced) draft.damage = 'trace-lost';
  else if (!STACKLESS.has(draft.kind)) draft.damage = 'truncated';
}

/** Messages that are only a crash's beginning when a stack follows: drivers print them and go on. */
export function showsCrash(draft: Draft): boolean {
  return !(draft.kind === 'irq' && draft.role === 'lead' && draft.frames.length === 0);
}
