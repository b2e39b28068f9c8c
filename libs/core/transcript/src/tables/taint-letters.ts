/**
 * Meanings of the letters behind `Tainted:`. Vendors gave some letters another meaning (`T` and `U` of RHEL 6): the
 * slug says what the kernel's own source says.
 */
export const TAINT_LETTERS: Readonly<Record<string, { readonly meaning: string; readonly from: string }>> = {
  P: { meaning: 'proprietary-module', from: 'kernel/panic.c taint_flags TAINT_PROPRIETARY_MODULE' },
  G: { meaning: 'only-gpl-modules', from: 'kernel/panic.c taint_flags TAINT_PROPRIETARY_MODULE, not set' },
  F: { meaning: 'forced-module-load', from: 'kernel/panic.c taint_flags TAINT_FORCED_MODULE' },
  S: {
    meaning: 'cpu-out-of-spec',
    from: 'kernel/panic.c taint_flags TAINT_CPU_OUT_OF_SPEC (TAINT_UNSAFE_SMP)',
  },
  R: { meaning: 'forced-module-unload', from: 'kernel/panic.c taint_flags TAINT_FORCED_RMMOD' },
  M: { meaning: 'machine-check', from: 'kernel/panic.c taint_flags TAINT_MACHINE_CHECK' },
  B: { meaning: 'bad-page', from: 'kernel/panic.c taint_flags TAINT_BAD_PAGE' },
  U: { meaning: 'user-request', from: 'kernel/panic.c taint_flags TAINT_USER' },
  D: { meaning: 'died-before', from: 'kernel/panic.c taint_flags TAINT_DIE' },
  A: { meaning: 'acpi-table-overridden', from: 'kernel/panic.c taint_flags TAINT_OVERRIDDEN_ACPI_TABLE' },
  W: { meaning: 'warned-before', from: 'kernel/panic.c taint_flags TAINT_WARN' },
  C: { meaning: 'staging-driver', from: 'kernel/panic.c taint_flags TAINT_CRAP' },
  I: { meaning: 'firmware-workaround', from: 'kernel/panic.c taint_flags TAINT_FIRMWARE_WORKAROUND' },
  O: { meaning: 'out-of-tree-module', from: 'kernel/panic.c taint_flags TAINT_OOT_MODULE' },
  E: { meaning: 'unsigned-module', from: 'kernel/panic.c taint_flags TAINT_UNSIGNED_MODULE' },
  L: { meaning: 'soft-lockup-before', from: 'kernel/panic.c taint_flags TAINT_SOFTLOCKUP' },
  K: { meaning: 'livepatch', from: 'kernel/panic.c taint_flags TAINT_LIVEPATCH' },
  X: { meaning: 'auxiliary', from: 'kernel/panic.c taint_flags TAINT_AUX' },
  T: { meaning: 'randomised-structs', from: 'kernel/panic.c taint_flags TAINT_RANDSTRUCT' },
  N: { meaning: 'in-kernel-test', from: 'kernel/panic.c taint_flags TAINT_TEST' },
  J: { meaning: 'fwctl', from: 'kernel/panic.c taint_flags TAINT_FWCTL (6.15 on)' },
};
