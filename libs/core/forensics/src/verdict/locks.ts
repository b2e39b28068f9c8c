import type { HeldLock } from '@oopstream/core-transcript';
import { paragraph, placeOf } from './say';
import { told, type VerdictRule } from './rule';
import type { Scene } from './scene';

/** Lockdep's chain as people read it: each lock, and where it is taken. */
function describeCycle(locks: readonly HeldLock[]): string | null {
  const wanted = locks.find(({ state }) => state === 'wanted');
  const held = locks.filter(({ state }) => state === 'held');
  const ordered = locks.filter(({ state }) => state === 'ordered');
  const at = ({ at: place }: HeldLock) => (place === null ? '' : ` (at ${place})`);
  const parts: string[] = [];
  if (wanted !== undefined) {
    const who = wanted.task === null ? 'The task' : `Task ${wanted.task}`;
    const holding =
      held.length === 0
        ? ''
        : ` while it holds ${held
            .slice(0, 4)
            .map((one) => `${one.name}${at(one)}`)
            .join(', ')}`;
    parts.push(`${who} wants ${wanted.name}${at(wanted)}${holding}.`);
  }
  if (ordered.length > 1) {
    const names = ordered.slice(0, 6).map(({ name }) => name);
    // The chain is printed from the lock wanted last back to the one held first.
    parts.push(`The cycle: ${[...names, names[0]].join(' ← ')}.`);
  }
  return parts.length === 0 ? null : parts.join(' ');
}

const LOCKDEP = told([
  {
    slug: 'lockdep-circular',
    kind: /^deadlock$/,
    headline: /circular locking/,
    class: 'deadlock',
    confidence: 'certain',
    says: 'Lockdep saw these locks taken in orders that contradict each other: two tasks that run both paths at once wait for each other for ever. Nobody need be stuck yet.',
    from: 'kernel/locking/lockdep.c print_circular_bug',
  },
  {
    slug: 'lockdep-recursive',
    kind: /^deadlock$/,
    headline: /recursive locking/,
    class: 'deadlock',
    confidence: 'certain',
    says: 'Lockdep saw a lock of a class taken by a task that holds one of the same class: the task waits for itself, unless the two are different locks in an order that lockdep was not told of.',
    from: 'kernel/locking/lockdep.c print_deadlock_bug',
  },
  {
    slug: 'lockdep-irq',
    kind: /^deadlock$/,
    headline: /inconsistent lock state|lock inversion|-safe -> |irq-unsafe/,
    class: 'deadlock',
    confidence: 'certain',
    says: 'Lockdep saw a lock taken in an interrupt that is elsewhere held with interrupts on: an interrupt at that moment waits for the task below it.',
    from: 'kernel/locking/lockdep.c print_usage_bug, print_bad_irq_dependency',
  },
  {
    slug: 'lockdep',
    kind: /^deadlock$/,
    class: 'deadlock',
    confidence: 'likely',
    says: 'Lockdep found an order of locks in which tasks can wait for each other for ever.',
    from: 'kernel/locking/lockdep.c',
  },
]);

const described: readonly VerdictRule[] = LOCKDEP.map(({ slug, judge }) => ({
  slug,
  judge: (scene) => {
    const opinion = judge(scene);
    if (opinion === null) return null;
    return { ...opinion, text: paragraph(opinion.text, describeCycle(scene.crash.details.locks)) };
  },
}));

const SAID = told([
  {
    slug: 'spinlock-recursion',
    kind: /^spinlock$/,
    headline: /(?:cpu )?recursion/,
    class: 'deadlock',
    confidence: 'likely',
    says: 'The lock’s owner is the very task or CPU that now wants it: it waits for itself, unless the lock’s memory was overwritten.',
    from: 'kernel/locking/spinlock_debug.c debug_spin_lock_before',
  },
  {
    slug: 'spinlock-lockup',
    kind: /^spinlock$/,
    headline: /lockup/,
    class: 'deadlock',
    confidence: 'likely',
    says: 'A spin lock is not released for very long: its holder is stuck, or waits for the waiter.',
    from: 'kernel/locking/spinlock_debug.c __spin_lock_debug',
  },
  {
    slug: 'spinlock-magic',
    kind: /^spinlock$/,
    headline: /bad magic/,
    class: 'uninitialised',
    confidence: 'hint',
    says: 'What should be a spin lock does not carry its magic word: it was perhaps never initialised, or its memory was freed or overwritten. The value that the report prints behind .magic tells.',
    from: 'kernel/locking/spinlock_debug.c debug_spin_lock_before',
  },
  {
    slug: 'spinlock-owner',
    kind: /^spinlock$/,
    class: 'assertion',
    confidence: 'likely',
    says: 'A spin lock was released by somebody who does not hold it, or not here.',
    from: 'kernel/locking/spinlock_debug.c debug_spin_unlock',
  },
  {
    slug: 'lock-freed',
    kind: /^lock-misuse$/,
    headline: /held lock freed/,
    class: 'use-after-free',
    confidence: 'likely',
    says: 'Memory was freed in which a lock lies that somebody holds: releasing it will write to freed memory.',
    from: 'kernel/locking/lockdep.c print_freed_lock_bug',
  },
  {
    slug: 'lock-not-initialised',
    kind: /^lock-misuse$/,
    headline: /non-static key|has not been registered|not in \.data/,
    class: 'uninitialised',
    confidence: 'likely',
    says: 'A lock is used that was not initialised, or whose memory was cleared or reused since.',
    from: 'kernel/locking/lockdep.c assign_lock_key',
  },
  {
    slug: 'lock-misuse',
    kind: /^lock-misuse$/,
    class: 'assertion',
    confidence: 'likely',
    says: 'Lockdep’s books do not balance: a lock is kept, released twice, or used as its kind does not allow.',
    from: 'kernel/locking/lockdep.c',
  },
  {
    slug: 'timer-freed',
    kind: /^debug-objects$/,
    headline: /ODEBUG: free active/,
    class: 'use-after-free',
    confidence: 'likely',
    says: 'Memory was freed in which an active object lies (a timer, work, an RCU head): when it comes due, freed memory is used.',
    from: 'lib/debugobjects.c __debug_check_no_obj_freed',
  },
  {
    slug: 'object-not-initialised',
    kind: /^debug-objects$/,
    headline: /ODEBUG: assert_init/,
    class: 'uninitialised',
    confidence: 'likely',
    says: 'An object is used that was never initialised.',
    from: 'lib/debugobjects.c debug_object_assert_init',
  },
  {
    slug: 'object-state',
    kind: /^debug-objects$/,
    class: 'assertion',
    confidence: 'likely',
    says: 'An object is used in a state in which it must not be.',
    from: 'lib/debugobjects.c debug_print_object',
  },
  {
    slug: 'sleep-in-atomic',
    kind: /^atomic-sleep$/,
    class: 'sleep-in-atomic',
    confidence: 'certain',
    says: 'The code may sleep or did so where that is forbidden: with a spin lock held, interrupts or preemption off, or inside an RCU section.',
    from: 'kernel/sched/core.c __might_resched, __schedule_bug',
  },
  {
    slug: 'context-switch-in-rcu',
    kind: /^warning$/,
    headline: /kernel\/rcu\/tree_plugin\.h/,
    fault: /^rcu_note_context_switch$/,
    class: 'sleep-in-atomic',
    confidence: 'likely',
    says: 'A task went to sleep of its own inside an RCU read-side section.',
    from: 'kernel/rcu/tree_plugin.h rcu_note_context_switch',
  },
  {
    slug: 'preemptible',
    kind: /^preempt-unsafe$/,
    class: 'assertion',
    confidence: 'likely',
    says: 'Data of one CPU is used where the task may move to another one in between: it needs preemption off, or the raw variant if it does not matter.',
    from: 'lib/smp_processor_id.c check_preemption_disabled',
  },
  {
    slug: 'rcu-usage',
    kind: /^rcu-usage$/,
    class: 'assertion',
    confidence: 'likely',
    says: 'A pointer under RCU is read without the lock that must be held, or where RCU does not watch.',
    from: 'kernel/locking/lockdep.c lockdep_rcu_suspicious',
  },
]);

/** Tasks that wait for each other by name: a cycle of who is blocked by whom. */
export function waitCycle({ crash }: Scene): readonly string[] | null {
  const blockedBy = new Map<number, { readonly pid: number; readonly name: string }>();
  const names = new Map<number, string>();
  const { locks } = crash.details;
  locks.forEach((lock, position) => {
    const next = locks[position + 1];
    if (lock.pid !== null && lock.task !== null) names.set(lock.pid, lock.task);
    // kernel/hung_task.c debug_show_blocker prints waiter and holder of one lock in one line.
    const isPair = lock.state === 'wanted' && next?.state === 'held' && next.span.start === lock.span.start;
    if (isPair && lock.pid !== null && next.pid !== null)
      blockedBy.set(lock.pid, { pid: next.pid, name: lock.name });
  });
  for (const start of blockedBy.keys()) {
    const path = [start];
    for (let at = blockedBy.get(start); at !== undefined; at = blockedBy.get(at.pid)) {
      if (at.pid === start) return path.map((pid) => `${names.get(pid) ?? 'task'}:${pid}`);
      if (path.includes(at.pid)) break;
      path.push(at.pid);
    }
  }
  return null;
}

const cycle: VerdictRule = {
  slug: 'wait-cycle',
  judge: (scene) => {
    const path = scene.crash.reading.kind === 'hung-task' ? waitCycle(scene) : null;
    if (path === null) return null;
    const text = paragraph(
      `${placeOf(scene)} a task waits for a lock that is never released.`,
      path.length === 1
        ? `Task ${path[0] ?? ''} most likely holds the lock that it waits for.`
        : `The holders named wait for each other: ${[...path, path[0]].join(' → ')}.`,
    );
    return { class: 'deadlock', confidence: 'likely', text };
  },
};

export const LOCKS: readonly VerdictRule[] = [...described, cycle, ...SAID];
