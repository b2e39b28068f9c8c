import type { Arch } from '@oopstream/core-transcript';

/**
 * Values that the kernel writes so that people recognise them. `byte`: every byte of the word; `delta`: behind the
 * architecture's POISON_POINTER_DELTA; `word`: all 64 bits; `half`: 32 bits, in either half of a word.
 */
export interface PoisonRow {
  readonly match: 'byte' | 'delta' | 'word' | 'half';
  readonly value: bigint;
  readonly name: string;
  readonly meaning: string;
  /** False where programs have other reasons to hold such a value: it is then no more than a hint. */
  readonly telling: boolean;
  readonly source: string;
}

const POISON_H = 'include/linux/poison.h';

export const POISON_ROWS: readonly PoisonRow[] = [
  {
    match: 'byte',
    value: 0x6bn,
    name: 'POISON_FREE',
    meaning: 'slab object after it was freed',
    telling: true,
    source: POISON_H,
  },
  {
    match: 'byte',
    value: 0x5an,
    name: 'POISON_INUSE',
    meaning: 'slab object that was allocated and never written',
    telling: true,
    source: POISON_H,
  },
  {
    match: 'byte',
    value: 0xa5n,
    name: 'POISON_END',
    meaning: 'end of a poisoned slab object',
    telling: true,
    source: POISON_H,
  },
  {
    match: 'byte',
    value: 0xaan,
    name: 'PAGE_POISON',
    meaning: 'page after it was freed, or an automatic variable never written (INIT_STACK_ALL_PATTERN)',
    telling: true,
    source: `${POISON_H}; -ftrivial-auto-var-init=pattern`,
  },
  {
    match: 'byte',
    value: 0xbbn,
    name: 'SLUB_RED_INACTIVE',
    meaning: 'red zone of a free slab object',
    telling: true,
    source: POISON_H,
  },
  {
    match: 'byte',
    value: 0xccn,
    name: 'SLUB_RED_ACTIVE',
    meaning:
      'red zone of a slab object in use, freed init memory (POISON_FREE_INITMEM), or int3 padding between functions',
    telling: true,
    source: POISON_H,
  },
  {
    match: 'byte',
    value: 0x5bn,
    name: 'JBD_POISON_FREE',
    meaning: 'journal head after it was freed',
    telling: true,
    source: POISON_H,
  },
  {
    match: 'byte',
    value: 0x5cn,
    name: 'JBD2_POISON_FREE',
    meaning: 'journal head after it was freed',
    telling: true,
    source: POISON_H,
  },
  {
    match: 'byte',
    value: 0xa7n,
    name: 'POOL_POISON_FREED',
    meaning: 'DMA pool block after it was freed',
    telling: true,
    source: POISON_H,
  },
  {
    match: 'byte',
    value: 0xa9n,
    name: 'POOL_POISON_ALLOCATED',
    meaning: 'DMA pool block that was allocated and never written',
    telling: true,
    source: POISON_H,
  },
  {
    match: 'byte',
    value: 0xbdn,
    name: 'KEY_DESTROY',
    meaning: 'key after it was destroyed',
    telling: true,
    source: POISON_H,
  },
  {
    match: 'byte',
    value: 0x12n,
    name: 'ATM_POISON_FREE',
    meaning: 'ATM buffer after it was freed',
    telling: false,
    source: POISON_H,
  },
  {
    match: 'byte',
    value: 0x11n,
    name: 'MUTEX_DEBUG_INIT',
    meaning: 'mutex waiter that was initialised (CONFIG_DEBUG_MUTEXES)',
    telling: false,
    source: `${POISON_H}; kernel/locking/mutex-debug.c`,
  },
  {
    match: 'byte',
    value: 0x22n,
    name: 'MUTEX_DEBUG_FREE',
    meaning: 'mutex waiter after use (CONFIG_DEBUG_MUTEXES)',
    telling: false,
    source: `${POISON_H}; kernel/locking/mutex-debug.c`,
  },
  {
    match: 'byte',
    value: 0xfbn,
    name: 'KASAN_SLAB_FREE',
    meaning: 'KASAN shadow of a freed slab object',
    telling: false,
    source: 'mm/kasan/kasan.h',
  },
  {
    match: 'byte',
    value: 0xfcn,
    name: 'KASAN_SLAB_REDZONE',
    meaning: 'KASAN shadow of a red zone',
    telling: false,
    source: 'mm/kasan/kasan.h',
  },
  {
    match: 'delta',
    value: 0x100n,
    name: 'LIST_POISON1',
    meaning: 'next pointer of a deleted list entry',
    telling: true,
    source: POISON_H,
  },
  {
    match: 'delta',
    value: 0x122n,
    name: 'LIST_POISON2',
    meaning: 'prev or pprev pointer of a deleted list entry',
    telling: true,
    source: POISON_H,
  },
  {
    match: 'delta',
    value: 0x200n,
    name: 'LIST_POISON2',
    meaning: 'prev or pprev pointer of a deleted list entry, as older kernels set it',
    telling: true,
    source: `${POISON_H} before LIST_POISON2 became 0x122`,
  },
  {
    match: 'delta',
    value: 0x10_0100n,
    name: 'LIST_POISON1',
    meaning: 'next pointer of a deleted list entry, as kernels before 4.3 set it',
    telling: true,
    source: `${POISON_H} before 4.3`,
  },
  {
    match: 'delta',
    value: 0x20_0200n,
    name: 'LIST_POISON2',
    meaning: 'prev or pprev pointer of a deleted list entry, as kernels before 4.3 set it',
    telling: true,
    source: `${POISON_H} before 4.3`,
  },
  {
    match: 'delta',
    value: 0x300n,
    name: 'TIMER_ENTRY_STATIC',
    meaning: 'entry of a timer that was initialised statically',
    telling: true,
    source: POISON_H,
  },
  {
    match: 'delta',
    value: 0x400n,
    name: 'TAIL_MAPPING',
    meaning: 'mapping of a compound page’s tail',
    telling: true,
    source: POISON_H,
  },
  {
    match: 'delta',
    value: 0x500n,
    name: 'MUTEX_POISON_WW_CTX',
    meaning: 'context of a wound/wait mutex waiter',
    telling: true,
    source: POISON_H,
  },
  {
    match: 'delta',
    value: 0x40n,
    name: 'PP_SIGNATURE',
    meaning: 'page that belongs to a page pool',
    telling: true,
    source: POISON_H,
  },
  {
    match: 'delta',
    value: 0xeb9fn,
    name: 'BPF_PTR_POISON',
    meaning: 'BPF type that stands for any pointer',
    telling: true,
    source: POISON_H,
  },
  {
    match: 'delta',
    value: 0xf5n,
    name: 'VFS_PTR_POISON',
    meaning: 'file system pointer after its end',
    telling: true,
    source: POISON_H,
  },
  {
    match: 'word',
    value: 0x09f9_1102_9d74_e35bn,
    name: 'RED_INACTIVE',
    meaning: 'red zone of a free SLAB object',
    telling: true,
    source: POISON_H,
  },
  {
    match: 'word',
    value: 0xd841_56c5_6356_88c0n,
    name: 'RED_ACTIVE',
    meaning: 'red zone of a SLAB object in use',
    telling: true,
    source: POISON_H,
  },
  {
    match: 'word',
    value: 0xffff_ffff_ffff_4111n,
    name: 'STACKLEAK_POISON',
    meaning: 'part of a kernel stack that no function has used since the last system call',
    telling: true,
    source: 'include/linux/stackleak.h; Documentation/arch/x86/x86_64/mm.rst',
  },
  {
    match: 'word',
    value: 0xadac_afae_a9a8_abaan,
    name: 'KFENCE_CANARY_PATTERN',
    meaning: 'what lies around a KFENCE object',
    telling: true,
    source: 'mm/kfence/kfence.h',
  },
  {
    match: 'half',
    value: 0x57ac_6e9dn,
    name: 'STACK_END_MAGIC',
    meaning: 'last word of a kernel stack',
    telling: true,
    source: 'include/uapi/linux/magic.h',
  },
  {
    match: 'half',
    value: 0xdead_4eadn,
    name: 'SPINLOCK_MAGIC',
    meaning: 'magic of a spinlock (CONFIG_DEBUG_SPINLOCK)',
    telling: true,
    source: 'include/linux/spinlock_types_raw.h',
  },
  {
    match: 'half',
    value: 0xdeaf_1eedn,
    name: 'RWLOCK_MAGIC',
    meaning: 'magic of a reader/writer lock (CONFIG_DEBUG_SPINLOCK)',
    telling: true,
    source: 'include/linux/rwlock_types.h',
  },
  {
    match: 'half',
    value: 0xdead_beefn,
    name: 'ATM_POISON',
    meaning: 'mark of many drivers and programs for memory not to be used',
    telling: false,
    source: POISON_H,
  },
];

/** CONFIG_ILLEGAL_POINTER_VALUE by architecture; an architecture that is not listed has none. */
export const POISON_DELTAS: readonly {
  readonly arch: Arch;
  readonly delta: bigint;
  readonly source: string;
}[] = [
  { arch: 'x86_64', delta: 0xdead_0000_0000_0000n, source: 'arch/x86/Kconfig' },
  { arch: 'arm64', delta: 0xdead_0000_0000_0000n, source: 'arch/arm64/Kconfig' },
  { arch: 'riscv', delta: 0xdead_0000_0000_0000n, source: 'arch/riscv/Kconfig' },
  { arch: 'powerpc', delta: 0x5dea_dbee_f000_0000n, source: 'arch/powerpc/Kconfig' },
];
