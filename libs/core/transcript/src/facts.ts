import { firstLetters } from './first-letter';
import type { Arch, FaultLocation } from './reading';

/** What the `CPU: … Comm: …` line says. */
export interface TaskFacts {
  readonly cpu: number | null;
  readonly pid: number | null;
  readonly comm: string | null;
  readonly taint: string | null;
  readonly release: string | null;
}

// lib/dump_stack.c dump_stack_print_info; before 3.9 arch/x86/kernel/process.c show_regs_common (`Pid: 1, comm: x Not tainted`).
const TASK =
  /^(?:CPU:? *(\d+)[ ,:]*)?(?:UID: *\d+ *)?(?:PID|Pid|pid): *(\d+),? +(?:Comm|comm): (.{0,64}?) +(?:Kdump: loaded +)?(Not tainted|Tainted: ([A-Z](?:[A-Z ]*[A-Z])?))? *\(?(\d+\.\d+[^\s)]*)?/;
const HUNG_TAINT = /^ *(Not tainted|Tainted: ([A-Z](?:[A-Z ]*[A-Z])?)) +(\d+\.\d+\S*)/;

// arch/arm/kernel/process.c __show_regs (to 3.8): `CPU: 2    Not tainted  (3.4.0 #1)`.
const OLD_ARM = /^CPU: (\d+) {2,}(Not tainted|Tainted: ([A-Z](?:[A-Z ]*[A-Z])?)) +\((\d+\.\d+\S*)/;
// arch/arm/kernel/traps.c __die, arch/mips and arch/loongarch kernel/traps.c show_registers, arch/x86 (to 3.8).
const PROCESS = /^Process (.{1,16}) \(pid: (\d+), /;
// arch/x86/kernel/process_64.c show_regs (to 3.8), process_32.c __show_regs.
const OLD_CPU = /^(?:CPU (\d+) ?$|EIP: .{1,24} EFLAGS: [0-9a-f]{8} CPU: (\d+))/;

/** What older kernels and other architectures say of the task and CPU besides, or in place of, the common line. */
export function readOldTask(message: string): Partial<TaskFacts> | null {
  const arm = OLD_ARM.exec(message);
  if (arm) return { cpu: Number(arm[1]), taint: taintOf(arm[2], arm[3]), release: arm[4] ?? null };
  const process = PROCESS.exec(message);
  if (process) return { comm: process[1] ?? null, pid: Number(process[2]) };
  const cpu = OLD_CPU.exec(message);
  return cpu ? { cpu: Number(cpu[1] ?? cpu[2]) } : null;
}

export function readTask(message: string): TaskFacts | null {
  const m = TASK.exec(message);
  if (!m) return null;
  return {
    cpu: m[1] === undefined ? null : Number(m[1]),
    pid: Number(m[2]),
    comm: m[3] ?? null,
    taint: taintOf(m[4], m[5]),
    release: m[6] ?? null,
  };
}

/** `      Tainted: G  OE  6.1.0 #1`: kernel/hung_task.c check_hung_task and lockdep's print_kernel_ident. */
export function readTaint(message: string): { taint: string | null; release: string | null } | null {
  const m = HUNG_TAINT.exec(message);
  return m ? { taint: taintOf(m[1], m[2]), release: m[3] ?? null } : null;
}

function taintOf(whole: string | undefined, letters: string | undefined): string | null {
  if (whole === undefined) return null;
  return letters === undefined ? '' : letters.replaceAll(' ', '');
}

const ADDRESS = '(?:\\[?<?(?:0x)?(?:[0-9a-f]{8,16})>?\\]?,? *)';
const PLACE =
  '(?<name>[A-Za-z_.$<][\\w.$:<>]*)\\+0x(?<offset>[0-9a-f]+)\\/0x[0-9a-f]+(?: \\[(?<module>[\\w-]+)(?: [0-9a-f]+)?\\])?';
const INLINE_PLACE = '(?:__read_once_size|[A-Za-z_][\\w.$]*) [\\w./+-]+:\\d+ \\[inline\\]';

interface IpRow {
  readonly first: string;
  readonly match: RegExp;
  readonly arch: Arch | null;
  readonly from: string;
}

const FIRST_ADDRESS = /\b([0-9a-f]{8,16})\b/;

/** Lines that say where the instruction pointer was. */
const IP_LINES: readonly IpRow[] = [
  {
    first: 'R',
    match: new RegExp(`^RIP:? *(?:(?:e?[0-9a-f]{4}):)?${ADDRESS}{0,2}${PLACE}`),
    arch: 'x86_64',
    from: 'arch/x86/kernel/dumpstack.c show_ip',
  },
  {
    first: 'E',
    match: new RegExp(`^EIP:? *(?:is at |(?:[0-9a-f]{4}:)?)${ADDRESS}{0,2}${PLACE}`),
    arch: 'i386',
    from: 'arch/x86/kernel/dumpstack.c show_ip',
  },
  {
    first: 'I',
    match: new RegExp(`^IP: *${ADDRESS}{0,2}${PLACE}`),
    arch: null,
    from: 'arch/x86/mm/fault.c show_fault_oops (to 4.x)',
  },
  {
    first: 'p',
    match: new RegExp(`^pc *: *${ADDRESS}{0,2}(?:\\()?${PLACE}`),
    arch: null,
    from: 'arch/arm64/kernel/process.c __show_regs',
  },
  {
    first: 'P',
    match: new RegExp(`^PC is at ${PLACE}`),
    arch: null,
    from: 'arch/arm/kernel/process.c __show_regs',
  },
  {
    first: 'N',
    match: new RegExp(`^NIP ${ADDRESS}{0,2}${PLACE}`),
    arch: 'powerpc',
    from: 'arch/powerpc/kernel/process.c show_regs',
  },
  {
    first: 'e',
    match: new RegExp(`^epc *: *${ADDRESS}{0,2}(?::? ?)${PLACE}`),
    arch: null,
    from: 'arch/riscv/kernel/process.c, arch/mips/kernel/traps.c __show_regs',
  },
  {
    first: 'e',
    match: new RegExp(`^era *: *${ADDRESS}${PLACE}`),
    arch: 'loongarch',
    from: 'arch/loongarch/kernel/traps.c __show_regs (to 6.2)',
  },
  {
    first: 'E',
    match: new RegExp(`^ERA: ${ADDRESS}${PLACE}`),
    arch: 'loongarch',
    from: 'arch/loongarch/kernel/process.c __show_regs (from 6.3)',
  },
  {
    first: 'K',
    match: new RegExp(`^Krnl PSW : [0-9a-f]+ [0-9a-f]+ \\(${PLACE}`),
    arch: 's390x',
    from: 'arch/s390/kernel/dumpstack.c show_registers',
  },
];
const mayBeUserIp = firstLetters('REK');
const DECODED_IP = /^RIP: 00(?:10|18|08):([A-Za-z_][\w.$]*) \([\w./+-]+:\d+/;
const USER_IP = /^(?:RIP: 00(?:33|23):|EIP: (?:0073:)?0x[0-7]|Krnl PSW : 07[0-9a-f]{2}[12].{12} 0000)/;
const INLINE_IP = new RegExp(`^RIP: [0-9a-f]{4}:${INLINE_PLACE}`);

const mayBeIp = firstLetters(IP_LINES.map((row) => row.first).join(''));

/** @returns where the kernel was, `'user'` for a user-space pointer, `null` when the line is neither. */
export function readIp(message: string): (FaultLocation & { readonly arch: Arch | null }) | 'user' | null {
  if (!mayBeIp(message)) return null;
  const first = message[0];
  for (const row of IP_LINES) {
    if (row.first !== first) continue;
    const m = row.match.exec(message);
    if (!m) continue;
    const name = m.groups?.['name'] ?? '';
    // An assembler's local label marks data: a pointer there is in no function.
    if (name.startsWith('.L')) return null;
    return {
      function: name.startsWith('.') ? name.slice(1) : name,
      offset: Number.parseInt(m.groups?.['offset'] ?? '', 16),
      module: m.groups?.['module'] ?? null,
      address: FIRST_ADDRESS.exec(m[0])?.[1] ?? null,
      ofCrash: true,
      arch: row.arch,
    };
  }
  const decoded = first === 'R' ? DECODED_IP.exec(message)?.[1] : undefined;
  if (decoded !== undefined) {
    return { function: decoded, offset: null, module: null, address: null, ofCrash: true, arch: 'x86_64' };
  }
  return mayBeUserIp(message) && USER_IP.test(message) ? 'user' : null;
}

/** Symbolised `RIP: 0010:f file.c:1 [inline]`: an inlined part of the function that the next such line names. */
export function readInlineIp(message: string): string | null {
  if (!message.startsWith('RIP: ') || !INLINE_IP.test(message)) return null;
  return /:([A-Za-z_][\w.$]*) /.exec(message)?.[1] ?? null;
}

const ARCH_MARKS: readonly { readonly match: RegExp; readonly arch: Arch }[] = [
  { match: /^(?:RIP: |RAX: |CR2: [0-9a-f]{16}|FS: {1,2}[0-9a-f]{16})/, arch: 'x86_64' },
  { match: /^(?:EIP: |EAX: |eax: )/, arch: 'i386' },
  {
    match:
      /^(?:x\d\d?: ?[0-9a-f]{16}|pstate: |Call trace:|swapper pgtable: .*64-bit|pc : [0-9a-f]{16}|pc : \S+\+0x)/,
    arch: 'arm64',
  },
  { match: /^(?:PC is at |pc : \[<[0-9a-f]{8}>\]|r10: [0-9a-f]{8}|Flags: \w{4} {2}IRQs )/, arch: 'arm' },
  { match: /^(?:NIP:? |GPR00: |LR \[)/, arch: 'powerpc' },
  { match: /^(?:Krnl PSW|Krnl GPRS)/, arch: 's390x' },
  {
    match: /^(?:epc : [0-9a-f]{16} ra|epc: ?[0-9a-f]{16} ra|epc : \S+\+0x\S+ ra : | gp : [0-9a-f]{16})/,
    arch: 'riscv',
  },
  { match: /^(?:epc {3}: |Hi {4}: )/, arch: 'mips' },
  { match: /^(?:pc [0-9a-f]{16} ra [0-9a-f]{16}|era {3}: |ERA: |ESTAT: )/, arch: 'loongarch' },
];

export function readArch(message: string): Arch | null {
  const code = message.charCodeAt(0);
  // Letters with which a register line of any architecture begins.
  if (!(code === 0x20 || code === 0x24 || (code >= 0x41 && code <= 0x53) || (code >= 0x65 && code <= 0x78)))
    return null;
  for (const mark of ARCH_MARKS) if (mark.match.test(message)) return mark.arch;
  return null;
}
