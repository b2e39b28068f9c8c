import type { RegisterSet, Sourced } from '../details/details';
import type { Span } from '../reading';

/** One crash(8) command with its output, as far as the text keeps them apart. */
export interface Command {
  /** As typed behind the prompt; `null` for output whose command is not in the text. */
  readonly text: string | null;
  /** First word: `bt`, `dis`, `struct`, `rd`, … */
  readonly verb: string | null;
  readonly output: Span;
}

/** One word of a stack dump (`bt -f`, `-F`, `-FF`). */
export interface StackWord {
  readonly address: bigint;
  /** `null` where `-F` prints only the name of what it points to. */
  readonly value: bigint | null;
  /** Slab cache, symbol (`f+12`), or what a person wrote behind it (`bp`); `null` where none. */
  readonly label: string | null;
  readonly span: Span;
}

export interface BacktraceFrame {
  readonly number: number;
  readonly stackPointer: bigint | null;
  readonly function: string;
  /** From `bt -s`; `null` otherwise. */
  readonly offset: number | null;
  readonly address: bigint | null;
  readonly module: string | null;
  /** `path:line` of `bt -l`, the path as printed. */
  readonly source: string | null;
  readonly words: readonly StackWord[];
  /** Registers printed under the frame. */
  readonly registers: RegisterSet | null;
  /** `f+1` of `[exception RIP: f+1]`, or what stands there instead (`unknown or invalid address`). */
  readonly exceptionIp: Sourced<string> | null;
  /** `page_fault` of `error_code (via page_fault)`. */
  readonly via: string | null;
  /** `IRQ stack` of the line `--- <IRQ stack> ---` behind the frame: the next one stands on the stack that was left. */
  readonly leaves: string | null;
  /** crash(8) itself calls the printed frame possibly bogus. */
  readonly bogus: boolean;
  readonly span: Span;
}

/** A frame of `bt -e`: registers that lie somewhere on the stack. */
export interface ExceptionFrame {
  readonly mode: 'kernel' | 'user';
  readonly address: bigint;
  readonly exceptionIp: Sourced<string> | null;
  readonly registers: RegisterSet | null;
  readonly bogus: boolean;
  readonly span: Span;
}

export interface Backtrace {
  /**
   * `frames`: what the unwinder found. `text-symbols` (`bt -t`, `-T`): every return address that lies on the stack, live or
   * stale, numbered in order. `exception-frames` (`bt -e`): no frames at all.
   */
  readonly kind: 'frames' | 'text-symbols' | 'exception-frames';
  readonly pid: number | null;
  readonly task: bigint | null;
  readonly cpu: number | null;
  readonly comm: string | null;
  readonly frames: readonly BacktraceFrame[];
  readonly exceptionFrames: readonly ExceptionFrame[];
  readonly span: Span;
}

/** A `dis` line (`0xaddr <f+171>: mov 0x0(%rbp,%rax,1),%rbx`) or an `x/i` one. */
export interface Instruction {
  readonly address: bigint;
  readonly function: string;
  readonly offset: number;
  readonly module: string | null;
  /** AT&T text without comment; `''` where cut off. */
  readonly text: string;
  /** Behind `#`, `//`, `<--`: the debugger's (target of a `%rip` operand) or a person's. */
  readonly comment: string | null;
  /** `path:line` under which `dis -l` lists it, the path as printed. */
  readonly source: string | null;
  readonly span: Span;
}

/** Output of `struct`, `union`, `p`, `*type addr`: members flattened (`cpu_slab.freelist`). */
export interface StructDump {
  readonly type: string;
  /** From the command; `null` where the text does not say of which object. */
  readonly address: bigint | null;
  readonly members: readonly StructMember[];
  /** `SIZE: 40` behind a layout. */
  readonly sizeBytes: number | null;
  readonly span: Span;
}

export interface StructMember {
  readonly path: string;
  /** Bytes into the structure (`struct -o`); `null` otherwise. */
  readonly offset: number | null;
  /** As printed (`0x72006900560338`, `207514`, `"name"`). */
  readonly text: string;
  readonly value: bigint | null;
  readonly span: Span;
}

/** `value` is `null` where `rd -s` prints only a symbol or a cache: the label. */
export interface MemoryWord extends Sourced<bigint | null> {
  readonly label: string | null;
}

/** `rd`, `x/8gx`: words of memory from `address` up, without gaps. */
export interface MemoryDump {
  readonly address: bigint;
  readonly wordBytes: number;
  readonly words: readonly MemoryWord[];
  readonly span: Span;
}

/** A line of `kmem -s`, with the complaint that crash printed about the cache. */
export interface SlabCache {
  readonly name: string;
  readonly address: bigint | null;
  readonly objectSize: number | null;
  /** `invalid freepointer: 8865e857f05594fe` and its like. */
  readonly complaints: readonly Sourced<string>[];
  /** `kmem -S`, `kmem ADDRESS`: objects listed, in brackets when allocated. */
  readonly objects: readonly SlabObject[];
  readonly span: Span;
}

export interface SlabObject {
  readonly address: bigint;
  readonly allocated: boolean;
  readonly span: Span;
}

export interface SessionModule {
  readonly name: string;
  /** `null` from crash(8) before 7.2.8, which prints no base. */
  readonly base: bigint | null;
  readonly sizeBytes: number;
  readonly span: Span;
}

export interface SessionTask {
  readonly pid: number;
  readonly cpu: number;
  readonly task: bigint;
  readonly state: string;
  readonly comm: string;
  /** Running on its CPU (`>`). */
  readonly active: boolean;
  readonly span: Span;
}

/** A line of `sym`: `ffffffff84287f8b (t) __kmalloc+171 mm/slub.c: 283`. */
export interface SymbolLine {
  readonly address: bigint;
  readonly name: string;
  readonly offset: number;
  readonly module: string | null;
  readonly source: string | null;
  readonly span: Span;
}

/** What a text keeps of crash(8) sessions: prompts and output pasted among prose, in any order, in part. */
export interface Session {
  /** Start-up banner and `sys`, by name: `RELEASE`, `PANIC`, … */
  readonly banner: ReadonlyMap<string, Sourced<string>>;
  readonly commands: readonly Command[];
  readonly backtraces: readonly Backtrace[];
  readonly instructions: readonly Instruction[];
  readonly structs: readonly StructDump[];
  readonly memory: readonly MemoryDump[];
  readonly caches: readonly SlabCache[];
  readonly modules: readonly SessionModule[];
  readonly tasks: readonly SessionTask[];
  readonly symbols: readonly SymbolLine[];
  /** Errors of crash(8) itself: `rd: seek error: kernel virtual address: ffffffffffffffda`. */
  readonly errors: readonly Sourced<string>[];
  /** Items beyond a limit. */
  readonly omitted: number;
}
