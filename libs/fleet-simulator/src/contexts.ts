import type { PathContext } from './call-paths';

type Arch = 'x86_64' | 'arm64';

/** Generic code below a subsystem's entry, innermost first. */
export interface Tail {
  /** On the stack that the subsystem ran on. */
  readonly frames: readonly string[];
  /** It ran in an interrupt: what was interrupted. */
  readonly interrupted: readonly string[] | null;
}

const IDLE: Record<Arch, readonly string[]> = {
  x86_64: [
    'cpuidle_enter_state',
    'cpuidle_enter',
    'do_idle',
    'cpu_startup_entry',
    'start_secondary',
    'secondary_startup_64_no_verify',
  ],
  arm64: [
    'arch_local_irq_enable',
    'default_idle_call',
    'do_idle',
    'cpu_startup_entry',
    'secondary_start_kernel',
    '__secondary_switched',
  ],
};
const IRQ: Record<Arch, readonly string[]> = {
  x86_64: [
    '__handle_irq_event_percpu',
    'handle_irq_event',
    'handle_edge_irq',
    '__common_interrupt',
    'common_interrupt',
  ],
  arm64: [
    '__handle_irq_event_percpu',
    'handle_irq_event',
    'handle_fasteoi_irq',
    'generic_handle_domain_irq',
    'gic_handle_irq',
    'call_on_irq_stack',
    'do_interrupt_handler',
    'el1_interrupt',
  ],
};

export function tailOf(context: PathContext, arch: Arch, version: number): Tail {
  switch (context.kind) {
    case 'syscall':
      return { frames: [...context.via, ...systemCall(context.call, arch, version)], interrupted: null };
    case 'work':
      return {
        frames: ['process_one_work', 'worker_thread', 'kthread', fork(arch, version)],
        interrupted: null,
      };
    case 'thread':
      return { frames: ['kthread', fork(arch, version)], interrupted: null };
    case 'softirq':
      return { frames: [...context.via, ...softirq(arch, version)], interrupted: IDLE[arch] };
    case 'irq':
      return { frames: IRQ[arch], interrupted: IDLE[arch] };
  }
}

function systemCall(call: string, arch: Arch, version: number): string[] {
  if (arch === 'arm64')
    return [
      `__arm64_sys_${call}`,
      'invoke_syscall',
      'el0_svc_common.constprop.0',
      'do_el0_svc',
      'el0_svc',
      'el0t_64_sync_handler',
      'el0t_64_sync',
    ];
  const switched = version >= 606 ? ['x64_sys_call'] : [];
  return [`__x64_sys_${call}`, ...switched, 'do_syscall_64', 'entry_SYSCALL_64_after_hwframe'];
}

function fork(arch: Arch, version: number): string {
  return arch === 'x86_64' && version >= 606 ? 'ret_from_fork_asm' : 'ret_from_fork';
}

function softirq(arch: Arch, version: number): string[] {
  const run = version >= 606 ? 'handle_softirqs' : '__do_softirq';
  if (arch === 'arm64')
    return [
      run,
      '____do_softirq',
      'call_on_irq_stack',
      'do_softirq_own_stack',
      'irq_exit_rcu',
      'el1_interrupt',
    ];
  return version < 514
    ? [run, 'irq_exit', 'do_IRQ']
    : [run, '__irq_exit_rcu', 'irq_exit_rcu', 'common_interrupt'];
}
