/** What a saved processor state looks like on the stack of one architecture. */
export interface PtRegsLayout {
  readonly arch: 'x86_64' | 'arm64' | 'powerpc';
  /** Register of each 8-byte word, lowest address first; `null` for words that hold no register. */
  readonly fields: readonly (string | null)[];
  readonly instructionPointer: string;
  readonly stackPointer: string;
  /** Whether the words can be one: bits that the processor keeps fixed, pointers that must be pointers. */
  readonly isPlausible: (get: (name: string) => bigint | null) => boolean;
  /** The state of user space, by the bits that say so. */
  readonly isUser: (get: (name: string) => bigint | null) => boolean;
}

const isKernelAddress = (value: bigint | null): boolean => value !== null && value >= 0xff00_0000_0000_0000n;
const is = (value: bigint | null, ...allowed: readonly bigint[]): boolean =>
  value !== null && allowed.includes(value);

/** RFLAGS: bit 1 is always set, bits 3, 5, 15 and those above 21 never (Intel SDM volume 1, 3.4.3). */
const X86_FLAGS_FIXED = 0x2n;
const X86_FLAGS_ZERO = 0xffff_ffff_ffc0_8028n;
const isFlags = (value: bigint | null): boolean =>
  value !== null && (value & X86_FLAGS_FIXED) !== 0n && (value & X86_FLAGS_ZERO) === 0n;

/** `__KERNEL_CS`, `__USER_CS` and their data segments: arch/x86/include/asm/segment.h. 0: SS of old kernels' own traps. */
const KERNEL_CS = 0x10n;
const USER_CS = 0x33n;
const USER32_CS = 0x23n;

// arch/x86/include/uapi/asm/ptrace.h struct pt_regs.
const X86_64: PtRegsLayout = {
  arch: 'x86_64',
  fields: [
    ...[
      'r15',
      'r14',
      'r13',
      'r12',
      'rbp',
      'rbx',
      'r11',
      'r10',
      'r9',
      'r8',
      'rax',
      'rcx',
      'rdx',
      'rsi',
      'rdi',
    ],
    ...['orig_rax', 'rip', 'cs', 'rflags', 'rsp', 'ss'],
  ],
  instructionPointer: 'rip',
  stackPointer: 'rsp',
  isPlausible: (get) => {
    if (!isFlags(get('rflags'))) return false;
    if (is(get('cs'), KERNEL_CS)) return is(get('ss'), 0x18n, 0n) && isKernelAddress(get('rsp'));
    return is(get('cs'), USER_CS, USER32_CS) && is(get('ss'), 0x2bn) && !isKernelAddress(get('rip'));
  },
  isUser: (get) => !is(get('cs'), KERNEL_CS),
};

const numbered = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}${n}`);

// arch/arm64/include/asm/ptrace.h struct pt_regs: user_pt_regs, then orig_x0 and the system call's number.
const ARM64: PtRegsLayout = {
  arch: 'arm64',
  fields: [...numbered('x', 30), 'lr', 'sp', 'pc', 'pstate'],
  instructionPointer: 'pc',
  stackPointer: 'sp',
  isPlausible: (get) => {
    const pstate = get('pstate');
    // PSTATE.M: EL0t, EL1t, EL1h, EL2h; 64-bit state; nothing above bit 33 (Arm ARM, SPSR_EL1).
    if (pstate === null || !is(pstate & 0x1fn, 0n, 4n, 5n, 9n) || pstate >> 34n !== 0n) return false;
    if ((pstate & 0xfn) === 0n) return !isKernelAddress(get('pc')) && !isKernelAddress(get('sp'));
    return isKernelAddress(get('pc')) && isKernelAddress(get('sp')) && ((get('sp') ?? 0n) & 0xfn) === 0n;
  },
  isUser: (get) => ((get('pstate') ?? 0n) & 0xfn) === 0n,
};

const isPowerpcKernel = (value: bigint | null): boolean => value !== null && value >> 60n === 0xcn;
const isPowerpcText = (value: bigint | null): boolean =>
  isPowerpcKernel(value) && ((value ?? 1n) & 3n) === 0n;

// arch/powerpc/include/asm/ptrace.h struct pt_regs. MSR: SF (63) set, PR (14) tells user space.
const POWERPC: PtRegsLayout = {
  arch: 'powerpc',
  fields: [
    ...numbered('r', 32),
    ...['nip', 'msr', null, 'ctr', 'link', 'xer', 'cr', null, 'trap', 'dar', 'dsisr', null],
  ],
  instructionPointer: 'nip',
  stackPointer: 'r1',
  isPlausible: (get) => {
    const msr = get('msr');
    const trap = get('trap');
    if (msr === null || msr >> 63n !== 1n || trap === null || trap === 0n || trap > 0x3fffn) return false;
    if ((get('cr') ?? 1n << 32n) >> 32n !== 0n) return false;
    if ((msr & 0x4000n) !== 0n) return !isPowerpcKernel(get('nip')) && !isPowerpcKernel(get('r1'));
    return isPowerpcText(get('nip')) && isPowerpcKernel(get('r1'));
  },
  isUser: (get) => ((get('msr') ?? 0n) & 0x4000n) !== 0n,
};

export const PT_REGS_LAYOUTS: readonly PtRegsLayout[] = [X86_64, ARM64, POWERPC];
