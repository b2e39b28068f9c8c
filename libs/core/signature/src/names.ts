/** What compilers append to the name of a function that they split, cloned or moved. */
const SUFFIX = /\.(?:isra|constprop|part|cold|llvm|lto_priv|localalias|__uniq|resume|str|rela)\b.*$/;
// include/linux/syscalls.h, arch/*/include/asm/syscall_wrapper.h: one system call, several symbols.
const SYSCALL =
  /^(?:__x64_|__ia32_|__arm64_|__s390x?_|__riscv_|__powerpc_|__loongarch_|__se_|__do_|__ia32_compat_|__arm64_compat_|__se_compat_|__do_compat_|compat_)?(?:sys|SyS|SYSC)_(?=\w)/;

/** `f.constprop.0.cold` and `f` are one function of the source. */
export function bareName(name: string): string {
  return name.replace(SUFFIX, '');
}

/** Wrappers of one system call count as one function: `__x64_sys_fsync`, `SyS_fsync` → `sys_fsync`. */
export function canonicalName(name: string): string {
  return bareName(name).replace(SYSCALL, 'sys_');
}
