/** Half-open byte range `[start, end)` into the decompressed transcript. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Machine architecture, named as the batch contract names it. */
export type Arch = 'x86_64' | 'i386' | 'arm64' | 'arm' | 'powerpc' | 's390x' | 'riscv' | 'mips' | 'loongarch';

/** One line of a stack trace, innermost first in {@link Reading.frames}. `null` means the text does not say. */
export interface Frame {
  /** As printed, compiler suffixes (`.isra.0`, `.cold`) included. */
  readonly function: string;
  /** Bytes into the function. */
  readonly offset: number | null;
  /** Length of the function in bytes. */
  readonly size: number | null;
  /** Loadable module, without brackets; `null` for the core kernel. */
  readonly module: string | null;
  /** False where the kernel itself marks the frame as a guess (`?`, `(unreliable)`). */
  readonly reliable: boolean;
  /** Added by a symboliser for an inlined call. */
  readonly inline: boolean;
  /** `file:line` relative to the kernel tree. */
  readonly source: string | null;
  /** Return or instruction address, lower-case hexadecimal without `0x`. */
  readonly address: string | null;
  readonly span: Span;
}

/** Where the instruction pointer stood, in kernel mode. */
export interface FaultLocation {
  readonly function: string;
  /** Bytes into the function; `null` where only the name is known. */
  readonly offset: number | null;
  readonly module: string | null;
  /** Lower-case hexadecimal without `0x`; `null` where not printed (or hashed away). */
  readonly address: string | null;
  /**
   * False where the text shows only the pointer of another CPU or of an interrupted function: it says nothing about
   * the crash, and no key is made of it.
   */
  readonly ofCrash: boolean;
}

/** What the report itself names besides its stack; what the blame rules of some kinds start from. */
export interface Mentions {
  /** Functions in the header line (`in f+0x1/0x2`, `at file.c:1 f+0x1/0x2`, the two of a data race). */
  readonly header: readonly string[];
  /** Functions at which the reported lock was or is taken (`at: f+0x1/0x2`), innermost first. */
  readonly lockSites: readonly string[];
  /** Function of the work item (`Workqueue: events f [module]`). */
  readonly workFunction: string | null;
}

/** Why a reading cannot be trusted to name its crash. */
export type DamageReason =
  'torn' | 'truncated' | 'header-lost' | 'trace-lost' | 'other-report-between' | 'aftermath-only';

export type TranscriptFormat = 'console' | 'crash8';

/**
 * What tells the moment of a crash from every other moment of its host, besides the report itself. Two texts that share
 * it show one crash.
 */
export interface CrashMoment {
  /** Wall clock at boot by the text's own clocks, milliseconds since 1970: wrong where the machine's clock was. */
  readonly bootedAtMs: number | null;
  /** Seconds from boot to the crash where no printk stamp says it: whole ones, of crash(8)'s `UPTIME`. */
  readonly uptimeSeconds: number | null;
  /**
   * Whole register sets, folded: stack pointer and a check sum. Only of sets that hold a random address (of the stack of
   * a process, or in a kernel that is loaded at random), as others repeat from boot to boot.
   */
  readonly machineStates: readonly string[];
}

/**
 * What one algorithm version understood at one place of a transcript.
 * Identity: (transcript, `span.start`, algorithm version).
 */
export interface Reading {
  readonly format: TranscriptFormat;
  /** The whole report; `start` is the byte offset of its header. */
  readonly span: Span;
  /** One of the kinds of the batch contract, for instance `stack-segment`. */
  readonly kind: string;
  /** The kernel's own header line without prefix, at most 1,024 bytes. */
  readonly headline: string | null;
  /** Canonical trap name (`stack_segment`, `page_fault`, …); `null` when the crash is no trap. */
  readonly exception: string | null;
  readonly fault: FaultLocation | null;
  readonly frames: readonly Frame[];
  readonly mentions: Mentions;
  readonly damage: DamageReason | null;
  /** The machine did not survive: it panicked, or the text is a dump of it. */
  readonly fatal: boolean;
  /** The text says `Kernel panic - not syncing` (crash(8): the task is the panic task). */
  readonly panicked: boolean;
  /** As in `uname -r`. */
  readonly kernelRelease: string | null;
  readonly arch: Arch | null;
  readonly comm: string | null;
  readonly pid: number | null;
  readonly cpu: number | null;
  /** Letters as printed, without blanks; `''` for `Not tainted`. */
  readonly taint: string | null;
  /** The text after `Hardware name:`. */
  readonly hardware: string | null;
  /** Seconds since boot at the header, from printk's own time stamps. */
  readonly uptimeSeconds: number | null;
  /** When the crash happened by the log's own wall clock, milliseconds since 1970, UTC. */
  readonly occurredAtMs: number | null;
  /** `/proc/sys/kernel/random/boot_id` where the text carries it. */
  readonly bootId: string | null;
  /** Only after `completeReading`; absent where nobody looked. */
  readonly moment?: CrashMoment | null | undefined;
}
