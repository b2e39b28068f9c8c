import type { Arch } from './reading';
import type { Draft } from './report';

/** Build names that tell the machine: distributions put it at the end of the release. */
const RELEASES: readonly { readonly match: RegExp; readonly arch: Arch }[] = [
  { match: /(?:x86_64|amd64)$/, arch: 'x86_64' },
  { match: /(?:aarch64|arm64)(?:\+?\w*)$/, arch: 'arm64' },
  { match: /(?:s390x)$/, arch: 's390x' },
  { match: /(?:ppc64(?:le)?|powerpc\w*)$/, arch: 'powerpc' },
  { match: /(?:i[36]86|686(?:-pae)?|\.i586)$/, arch: 'i386' },
  { match: /(?:riscv64)$/, arch: 'riscv' },
  { match: /(?:loong(?:arch)?64)$/, arch: 'loongarch' },
  { match: /(?:[45]kc-malta|octeon|loongson-3|mips\w*)$/, arch: 'mips' },
  { match: /(?:armmp\w*|armv7\w*|armhf)$/, arch: 'arm' },
];

/** Functions that only one architecture has. */
const FUNCTIONS: readonly { readonly match: RegExp; readonly arch: Arch }[] = [
  {
    match:
      /^(?:entry_SYSCALL_64\w*|do_syscall_64|asm_exc_\w+|asm_sysvec_\w+|__x64_sys_\w+|x64_sys_call|secondary_startup_64\w*|ret_from_fork_asm|system_call_fastpath|x86_64_start_\w+)$/,
    arch: 'x86_64',
  },
  {
    match:
      /^(?:el[01]h?_\w+|el0_svc\w*|__arm64_sys_\w+|do_el0_svc|el0t_64_sync\w*|__primary_switched|dump_backtrace_none)$/,
    arch: 'arm64',
  },
  {
    match:
      /^(?:ret_fast_syscall|unwind_backtrace|__dabt_svc|__irq_svc|__und_svc|__pabt_svc|arch_cpu_idle_none)$/,
    arch: 'arm',
  },
  {
    match:
      /^(?:system_call_(?:exception|common|vectored_common)|ret_from_kernel_thread|hardware_interrupt_common\w*)$/,
    arch: 'powerpc',
  },
  {
    match: /^(?:__do_syscall|system_call|__do_pgm_check|pgm_check_handler|sysc_\w+|__s390x_sys_\w+)$/,
    arch: 's390x',
  },
  { match: /^(?:do_trap_ecall_u|__riscv_sys_\w+|ret_from_exception)$/, arch: 'riscv' },
  { match: /^(?:syscall_common|handle_sys\w*_none|do_cpu)$/, arch: 'mips' },
  {
    match:
      /^(?:entry_INT80_32|do_int80_syscall_32|do_SYSENTER_32|sysenter_\w+|ret_from_fork_none|kernel_thread_helper)$/,
    arch: 'i386',
  },
];

/** Fills in what follows from the rest: the architecture from names, the trap from the way in. */
export function completeDraft(draft: Draft): void {
  draft.arch ??= archOf(draft);
  if (draft.exception === null) draft.exception = exceptionOf(draft);
}

function archOf(draft: Draft): Arch | null {
  const release = draft.kernelRelease;
  const byRelease = release === null ? undefined : RELEASES.find((row) => row.match.test(release));
  if (byRelease) return byRelease.arch;
  for (const row of FUNCTIONS) {
    if (draft.frames.some((frame) => row.match.test(frame.function))) return row.arch;
  }
  return null;
}

/** WARN() on x86 is a trap instruction since 4.11: the report then has the registers of an invalid opcode. */
const WARNS = new Set([
  'warning',
  'refcount',
  'debug-objects',
  'lock-misuse',
  'usercopy',
  'list-corruption',
  'fortify',
]);
const PANICS = new Set(['panic-other', 'oom-panic', 'sysrq', 'stack-corruption']);
const ENTERED = /^asm_exc_(\w+)$/;

function exceptionOf(draft: Draft): string | null {
  if (WARNS.has(draft.kind) && draft.arch === 'x86_64' && draft.fault?.ofCrash === true) return 'invalid_op';
  if (!PANICS.has(draft.kind)) return null;
  // The kernel panicked while it handled an exception of user space.
  for (const frame of draft.frames) {
    const entered = frame.reliable ? ENTERED.exec(frame.function)?.[1] : undefined;
    if (entered !== undefined) return entered;
  }
  return null;
}
