import type { BuiltFrame } from '../compiler';
import type { Scene } from '../scene';

const TRAPS: Partial<Record<Scene['bug']['kind'], readonly string[]>> = {
  'null-pointer': ['page_fault_oops', 'exc_page_fault', 'asm_exc_page_fault'],
  'page-fault': ['page_fault_oops', 'exc_page_fault', 'asm_exc_page_fault'],
  'general-protection': ['exc_general_protection', 'asm_exc_general_protection'],
  'stack-segment': ['do_error_trap', 'exc_stack_segment', 'asm_exc_stack_segment'],
  'bug-on': ['do_trap', 'do_error_trap', 'exc_invalid_op', 'asm_exc_invalid_op'],
  'list-corruption': ['do_trap', 'do_error_trap', 'exc_invalid_op', 'asm_exc_invalid_op'],
};

/** What crash(8) can open and prints with an exception frame. */
export function hasSession({ branch, bug }: Scene): boolean {
  return branch.arch === 'x86_64' && TRAPS[bug.kind] !== undefined;
}

/** `bt` of crash(8), as its help.c shows it. */
export function backtrace(scene: Scene): string[] {
  const { values, bug, comm, pid, cpu } = scene;
  const list: BuiltFrame = { symbol: '__list_del_entry_valid.cold', module: null, offset: 0x5c, size: 0x6f };
  const frames = bug.kind === 'list-corruption' ? [list, ...scene.frames] : scene.frames;
  const [ip, ...below] = frames;
  const stack = `ffffb${values.hex(8)}`;
  let depth = 0x8c0;
  let number = 0;
  const line = (name: string, module: string | null): string => {
    depth += 8 + 8 * values.below(12);
    const text = `${`#${number}`.padStart(3)} [${stack}${depth.toString(16).padStart(3, '0')}] ${name} at ffffffff${values.hex(8)}`;
    number += 1;
    return module === null ? text : `${text} [${module}]`;
  };
  const died = ['machine_kexec', '__crash_kexec', 'crash_kexec', 'oops_end', ...(TRAPS[bug.kind] ?? [])];
  return [
    `PID: ${String(pid).padEnd(8)} TASK: ffff${values.hex(12)}  CPU: ${cpu}    COMMAND: "${comm}"`,
    ...died.map((name) => line(name, null)),
    `    [exception RIP: ${ip?.symbol ?? 'unknown'}+${ip?.offset ?? 0}]`,
    `    RIP: ffffffff${values.hex(8)}  RSP: ${stack}b50  RFLAGS: 00010246`,
    ...['RAX RBX RCX', 'RDX RSI RDI', 'RBP  R8  R9', 'R10 R11 R12', 'R13 R14 R15'].map(
      (row) =>
        `    ${row
          .split(/ +/)
          .map((name) => `${name.padStart(3)}: ${values.hex(16)}`)
          .join('  ')}`,
    ),
    '    ORIG_RAX: ffffffffffffffff  CS: 0010  SS: 0018',
    ...below.map(({ symbol, module }) => line(symbol, module)),
  ];
}

/** The banner that crash(8) prints when it opened a dump. @param crashedAtMs by the host's own clock */
export function banner(scene: Scene, crashedAtMs: number): string[] {
  const { release, comm, pid, cpu, values, hostName, uptimeSeconds } = scene;
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0');
  const days = Math.floor(uptimeSeconds / 86_400);
  const clock = `${two((uptimeSeconds / 3600) % 24)}:${two((uptimeSeconds / 60) % 60)}:${two(uptimeSeconds % 60)}`;
  const [week = '', day = '', month = '', year = '', time = ''] = new Date(crashedAtMs)
    .toUTCString()
    .split(' ');
  const task = `ffff${values.hex(12)}`;
  return [
    'crash 8.0.2',
    '',
    `      KERNEL: /usr/lib/debug/boot/vmlinux-${release}`,
    '    DUMPFILE: /var/crash/vmcore  [PARTIAL DUMP]',
    '        CPUS: 64',
    `        DATE: ${week.slice(0, 3)} ${month} ${day.replace(/^0/, ' ')} ${time} UTC ${year}`,
    `      UPTIME: ${days > 0 ? `${days} days, ` : ''}${clock}`,
    'LOAD AVERAGE: 1.16, 1.03, 0.91',
    '       TASKS: 640',
    `    NODENAME: ${hostName}`,
    `     RELEASE: ${release}`,
    `     VERSION: ${scene.branch.build(release)} SMP`,
    '     MACHINE: x86_64  (2597 Mhz)',
    '      MEMORY: 256 GB',
    `       PANIC: ""`,
    `         PID: ${pid}`,
    `     COMMAND: "${comm}"`,
    `        TASK: ${task}  [THREAD_INFO: ${task}]`,
    `         CPU: ${cpu}`,
    '       STATE: TASK_RUNNING (PANIC)',
    '',
  ];
}
