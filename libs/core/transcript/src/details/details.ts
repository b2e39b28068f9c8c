import type { Arch, Frame, Span } from '../reading';

/** A value with the bytes of the transcript that say it. */
export interface Sourced<T> {
  readonly value: T;
  readonly span: Span;
}

/**
 * Registers of one processor state. Names are the kernel's, lower case, one spelling for each architecture whatever
 * the era printed: `rax` `rip` `rflags` `cs` `cr2` (`eip` `eflags` on i386; `fs` is the selector, `fs_base` the base);
 * `x0` `pc` `lr` `sp` `pstate` (arm64); `r0` `pc` `lr` `cpsr` (arm); `r0` `nip` `msr` `link` `ctr` `cr` `xer` `dar`
 * `dsisr` (powerpc); `r0` `psw_mask` `psw_addr` (s390x); `epc` `ra` `status` `badaddr` `cause` (riscv); `$0` `epc`
 * `status` `cause` `badvaddr` (mips); `a0` `pc` `era` `prmd` `estat` `badv`, older ones `$0` (loongarch). What the kernel
 * names instead of printing (`RIP: 0010:f+0x1/0x2`) is absent.
 */
export interface RegisterSet {
  /**
   * `fault`: when it trapped, in kernel mode; `user`: when user space entered the kernel; `interrupted`: what the
   * interrupt or trap in whose stack it stands had interrupted; `other`: another CPU or task.
   */
  readonly of: 'fault' | 'user' | 'interrupted' | 'other';
  readonly values: ReadonlyMap<string, Sourced<bigint>>;
  readonly span: Span;
}

/** Instruction bytes around the trap. */
export interface CodeBytes {
  /** In memory order; `null` where the kernel printed `??`. */
  readonly bytes: readonly (number | null)[];
  /** Index of the first byte of the trapping instruction; `null` where none is marked. */
  readonly trapAt: number | null;
  /** Bytes that the kernel printed as one number: 1 on x86 and s390x, 4 or 2 where instructions are words. */
  readonly unitBytes: number;
  readonly span: Span;
}

export type StackRole =
  | 'task'
  | 'irq'
  | 'softirq'
  | 'nmi'
  | 'exception'
  | 'other-cpu'
  | 'other-task'
  | 'allocated-by'
  | 'freed-by'
  | 'stored-by'
  | 'lock-taken'
  | 'related-work'
  | 'repeated';

/**
 * One stack of a report, innermost frame first. Every trace is cut at its `<IRQ>`, `<NMI>`, `<TASK>` marks; pieces of
 * the crash's own take the mark's role, those of others keep theirs. What shows the crash itself has role `task`, `irq`,
 * `softirq`, `nmi` or `exception`, be it announced as another CPU's (stalls).
 */
export interface Stack {
  readonly role: StackRole;
  /** The line that announces it, without prefix; `null` where nothing does. */
  readonly label: string | null;
  readonly cpu: number | null;
  readonly pid: number | null;
  readonly comm: string | null;
  readonly frames: readonly Frame[];
  readonly span: Span;
}

export interface LoadedModule {
  readonly name: string;
  /** Taint letters and `+`/`-` as printed (`OE`); `''` where none. */
  readonly flags: string;
  readonly span: Span;
}

export interface TaintFlag {
  readonly letter: string;
  /** Slug of the kernel's meaning (`proprietary-module`, `out-of-tree-module`, `machine-check`, …); `null`: unknown letter, kept. */
  readonly meaning: string | null;
}

/** Address whose access failed. */
export interface FaultAddress extends Sourced<bigint> {
  /** `teid`: s390x, which says the page only. */
  readonly source: 'headline' | 'cr2' | 'far' | 'dar' | 'badvaddr' | 'teid' | 'crash8';
  /**
   * False where the register is left over from another fault (CR2 of anything but a page fault), or the kernel itself
   * only guesses (`maybe for address`).
   */
  readonly trusted: boolean;
}

/** What the processor says of the trap: x86 error code, ESR_ELx, DSISR, scause, … with its bits in words. */
export interface TrapCode extends Sourced<bigint> {
  readonly source: 'error-code' | 'esr' | 'fsr' | 'dsisr' | 'cause' | 'teid';
  /** `write`, `read`, `fetch`, `user`, `supervisor`, `not-present`, `protection`, `reserved-bit`, `pkey`, `level-2`, … */
  readonly words: readonly string[];
}

/** One level of the page table walk for the address that failed: `pgd`, `p4d`, `pud`, `pmd`, `pte`, `pde`, `pdpt`. */
export interface PageTableEntry extends Sourced<bigint> {
  readonly level: string;
}

/** What KASAN, KFENCE and SLUB say of the memory in question. */
export interface MemoryObject {
  readonly cache: string | null;
  readonly objectSize: number | null;
  readonly objectAddress: bigint | null;
  /** `512 bytes inside of`, `0 bytes to the right of`: signed bytes from the object's begin; `null` where not said. */
  readonly accessOffset: number | null;
  readonly accessSize: number | null;
  readonly access: 'read' | 'write' | 'free' | null;
  readonly accessAddress: bigint | null;
  readonly span: Span;
}

/** What the kernel dumps of a page (`page: refcount:0 mapcount:0 …`, `BUG: Bad page state`). */
export interface PageDump {
  readonly pfn: bigint | null;
  readonly refcount: number | null;
  readonly mapcount: number | null;
  readonly flags: bigint | null;
  /** Names of the flags, without node, zone and the like. */
  readonly flagNames: readonly string[];
  /** `page dumped because: …`. */
  readonly reason: string | null;
  readonly span: Span;
}

/** Bytes of memory that a report dumps. */
export interface DumpedBytes {
  /** `shadow`: KASAN's memory of states; `before`, `redzone`, `padding`: around a SLUB object; `leaked`: of kmemleak. */
  readonly what: 'object' | 'before' | 'redzone' | 'padding' | 'shadow' | 'leaked';
  /** `null` where the dump does not say it. */
  readonly address: bigint | null;
  readonly bytes: readonly number[];
  readonly span: Span;
}

export interface HeldLock {
  /** `held`; `wanted`: the task waits for it or was about to take it; `ordered`: an older entry of lockdep's chain. */
  readonly state: 'held' | 'wanted' | 'ordered';
  /** As lockdep names its class (`&sb->s_type->i_mutex_key#9`); the sort of lock (`mutex`) where that is all. */
  readonly name: string;
  readonly address: bigint | null;
  readonly task: string | null;
  readonly pid: number | null;
  /** Function that took it or was about to. */
  readonly at: string | null;
  readonly span: Span;
}

/**
 * A hardware error record: machine check, EDAC, AER, APEI, NMI reason. In the report, or above it within the limits of
 * time and bytes, in the same boot; in the order of the text.
 */
export interface HardwareRecord {
  readonly source: 'mce' | 'edac' | 'aer' | 'apei' | 'nmi' | 'serror' | 'thermal' | 'pci' | 'disk';
  readonly fatal: boolean;
  readonly corrected: boolean;
  readonly cpu: number | null;
  readonly bank: number | null;
  readonly status: bigint | null;
  readonly address: bigint | null;
  /** DIMM label, device, or socket as printed. */
  readonly location: string | null;
  readonly text: string;
  readonly span: Span;
}

/** What the boot messages above a crash tell of its boot; a reboot in between ends the search. */
export interface BootFacts {
  /** `Linux version …` line. */
  readonly version: Sourced<string> | null;
  readonly commandLine: Sourced<string> | null;
  readonly hypervisor: Sourced<string> | null;
  /** What `DMI: ` is followed by: `vendor product, BIOS version date`. */
  readonly dmi: Sourced<string> | null;
  /** 32 hex digits without dashes: from journalctl's `-- Boot … --` or `_BOOT_ID=`. */
  readonly bootId: Sourced<string> | null;
  /**
   * Wall clock, milliseconds since 1970 UTC, `uptimeSeconds` after boot: from the real-time clock's line, else from the
   * first audit record.
   */
  readonly clock: Sourced<{ readonly atMs: number; readonly uptimeSeconds: number }> | null;
}

/** What a report carries besides its identity; read on demand, since keys need none of it. Absent: `null` or empty. */
export interface CrashDetails {
  readonly arch: Arch | null;
  readonly registers: readonly RegisterSet[];
  readonly faultAddress: FaultAddress | null;
  readonly trapCode: TrapCode | null;
  readonly pageTable: readonly PageTableEntry[];
  /** `KASAN: null-ptr-deref in range [low-high]`: what the access was to, where it trapped in KASAN's shadow of it. */
  readonly accessRange: Sourced<{ readonly low: bigint; readonly high: bigint }> | null;
  readonly code: CodeBytes | null;
  /** Words of the `Stack:` dump of older kernels, from the stack pointer up. */
  readonly stackWords: readonly Sourced<bigint>[];
  readonly stacks: readonly Stack[];
  readonly modules: readonly LoadedModule[];
  /** `last unloaded: name`. */
  readonly lastUnloaded: string | null;
  /** `Unloaded tainted modules:`, names and flags. */
  readonly unloadedTainted: readonly LoadedModule[];
  readonly taint: readonly TaintFlag[];
  /** Enabled since boot and not reverted, or loaded with taint `K`. */
  readonly livepatches: readonly string[];
  readonly hardware: { readonly name: string; readonly bios: string | null } | null;
  readonly object: MemoryObject | null;
  readonly dumps: readonly DumpedBytes[];
  readonly page: PageDump | null;
  readonly locks: readonly HeldLock[];
  readonly hardwareRecords: readonly HardwareRecord[];
  readonly boot: BootFacts;
  /** `Kernel Offset: 0x1a000000 from …`: the KASLR slide; 0 where it says `disabled`. */
  readonly kernelOffset: Sourced<bigint> | null;
  readonly uptimeSeconds: number | null;
}
