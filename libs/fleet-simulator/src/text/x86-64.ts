import type { BuiltFrame } from '../compiler';
import { spellFrame, spellTaint } from '../scene';
import type { Scene } from '../scene';
import type { SeededRandom } from '../seeded-random';
import { lineOf, nullMemberOf } from '../site';

/** Report of a failure on x86-64, line by line, as arch/x86/kernel/{dumpstack,traps}.c and lib/ print it. */
export function reportX86(scene: Scene): string[] {
  const write = WRITERS[scene.bug.kind];
  return write(scene);
}

type Write = (scene: Scene) => string[];

const CUT = '------------[ cut here ]------------';

const WRITERS: Record<Scene['bug']['kind'], Write> = {
  'null-pointer': (scene) => die(scene, nullPointer(scene), 'Oops: 0000'),
  'page-fault': (scene) => die(scene, pageFault(scene), 'Oops: 0002'),
  'general-protection': (scene) => dieByTrap(scene, generalProtection(scene)),
  'stack-segment': (scene) => dieByTrap(scene, 'stack segment: 0000'),
  'bug-on': (scene) => [
    CUT,
    `kernel BUG at ${scene.bug.path.file}:${lineOf(scene)}!`,
    ...dieByTrap(scene, 'invalid opcode: 0000'),
  ],
  'list-corruption': (scene) => {
    const by = reporter('__list_del_entry_valid', scene, 0x5c, 0x6f);
    return [
      listMessage(scene),
      CUT,
      `kernel BUG at lib/list_debug.c:${scene.branch.version < 514 ? 51 : 53}!`,
      ...dieByTrap({ ...scene, frames: [by, ...scene.frames] }, 'invalid opcode: 0000'),
    ];
  },
  'soft-lockup': softLockup,
  'hard-lockup': (scene) => [
    `${scene.branch.version < 514 ? 'NMI watchdog' : 'watchdog'}: Watchdog detected hard LOCKUP on cpu ${scene.cpu}`,
    modulesLine(scene),
    ...state(scene),
    ...trace(scene, scene.frames.slice(1)),
    'Kernel panic - not syncing: Hard LOCKUP',
  ],
  'hung-task': hungTask,
  panic: (scene) => [
    `Kernel panic - not syncing: ${scene.bug.path.subsystem}: ${scene.bug.culprit.replaceAll('_', ' ')} failed`,
    headline(scene),
    hardware(scene),
    ...trace(scene, [
      reporter('dump_stack_lvl', scene, 0x44, 0x5c),
      reporter('panic', scene, 0x118, 0x2f4),
      ...scene.frames,
    ]),
  ],
  warning: (scene) => warn(scene, `${scene.bug.path.file}:${lineOf(scene)}`),
  refcount: (scene) => {
    const frames = [reporter('refcount_warn_saturate', scene, 0xba, 0x110), ...scene.frames];
    const [first = '', ...rest] = warn({ ...scene, frames }, 'lib/refcount.c:28');
    return ['refcount_t: underflow; use-after-free.', first, ...rest];
  },
};

function reporter(symbol: string, { branch }: Scene, offset: number, size: number): BuiltFrame {
  return { symbol, module: null, offset: offset + (branch.version % 7), size: size + (branch.version % 16) };
}

const address = (values: SeededRandom): string =>
  `ffff${'89abcdef'[values.below(8)]}${values.hex(8)}${'08'[values.below(2)]}00`;

function nullPointer(scene: Scene): string[] {
  const at = nullMemberOf(scene);
  if (scene.branch.version < 500)
    return [`BUG: unable to handle kernel NULL pointer dereference at ${at}`, 'PGD 0 P4D 0 '];
  return [
    `BUG: kernel NULL pointer dereference, address: ${at}`,
    '#PF: supervisor read access in kernel mode',
    '#PF: error_code(0x0000) - not-present page',
    'PGD 0 P4D 0 ',
  ];
}

function pageFault({ branch, values }: Scene): string[] {
  const at = address(values);
  if (branch.version < 500)
    return [
      `BUG: unable to handle kernel paging request at ${at}`,
      `PGD ${values.hex(9)} P4D ${values.hex(9)} PUD 0 `,
    ];
  return [
    `BUG: unable to handle page fault for address: ${at}`,
    '#PF: supervisor write access in kernel mode',
    '#PF: error_code(0x0002) - not-present page',
    `PGD ${values.hex(9)} P4D ${values.hex(9)} PUD 0 `,
  ];
}

function generalProtection({ branch, values }: Scene): string {
  if (branch.version < 506) return 'general protection fault: 0000';
  return `general protection fault, probably for non-canonical address 0x${values.pick(['dead', '6b6b', '7f3c'])}${values.hex(12)}: 0000`;
}

function listMessage({ branch, values }: Scene): string {
  const [entry, was] = [address(values), address(values)];
  const end = branch.version < 514 ? '' : ` (prev=${address(values)})`;
  return values.chance(0.5)
    ? `list_del corruption, ${entry}->next is LIST_POISON1 (dead000000000100)`
    : `list_del corruption. prev->next should be ${entry}, but was ${was}.${end}`.replace(/\.$/, '');
}

/** `Oops: 0000 [#1] PREEMPT SMP NOPTI` and what follows. */
function die(scene: Scene, header: readonly string[], trap: string): string[] {
  return [...header, ...dieByTrap(scene, trap)];
}

function dieByTrap(scene: Scene, trap: string): string[] {
  const { branch, values } = scene;
  const config = branch.version < 500 ? 'SMP NOPTI' : 'PREEMPT SMP NOPTI';
  return [
    `${branch.version >= 612 && !trap.startsWith('Oops') ? 'Oops: ' : ''}${trap} [#1] ${config}`,
    ...state(scene),
    ...trace(scene, scene.frames.slice(1)),
    modulesLine(scene),
    ...(trap.startsWith('Oops') ? [`CR2: ${values.hex(16)}`] : []),
    `---[ end trace ${branch.version < 514 ? values.hex(16) : '0000000000000000'} ]---`,
  ];
}

function headline({ branch, release, comm, pid, cpu, taint }: Scene): string {
  const uid = branch.version >= 612 ? 'UID: 0 ' : '';
  return `CPU: ${cpu} ${uid}PID: ${pid} Comm: ${comm} Kdump: loaded ${spellTaint(taint)} ${release} ${branch.build(release)}`;
}

const hardware = ({ model }: Scene): string => `Hardware name: ${model.hardware}`;
const modulesLine = ({ modules }: Scene): string => `Modules linked in: ${modules.join(' ')}`;

/** Headline, hardware, instruction pointer, registers. */
function state(scene: Scene): string[] {
  const { frames, values } = scene;
  const [ip] = frames;
  const pairs = ['RAX RBX RCX', 'RDX RSI RDI', 'RBP R08 R09', 'R10 R11 R12', 'R13 R14 R15'];
  return [
    headline(scene),
    hardware(scene),
    `RIP: 0010:${ip === undefined ? '0x0' : spellFrame(ip)}`,
    `Code: ${Array.from({ length: 20 }, () => values.hex(2)).join(' ')} <48> 8b 48 18 48 8b 00 48 01 ca 48 39 f8 75 f1 48 89 d0 c3 cc`,
    `RSP: 0018:ffffb${values.hex(11)} EFLAGS: 000102${values.pick(['83', '46', '02'])}`,
    ...pairs.map((row) =>
      row
        .split(' ')
        .map((name) => `${name}: ${values.chance(0.3) ? '0'.repeat(16) : address(values)}`)
        .join(' '),
    ),
    `FS:  0000${values.hex(12)}(0000) GS:${address(values)}(0000) knlGS:0000000000000000`,
    'CS:  0010 DS: 0000 ES: 0000 CR0: 0000000080050033',
    `CR2: ${values.hex(16)} CR3: 00000000${values.hex(8)} CR4: 0000000000750ef0`,
  ];
}

/** With the interrupt's stack apart from what it interrupted, and guesses (`?`) between the frames. */
function trace({ interrupted, values }: Scene, frames: readonly BuiltFrame[]): string[] {
  const lines = frames.flatMap((frame, n) => [
    ` ${spellFrame(frame)}`,
    ...(n > 1 && values.chance(0.15) ? [` ? __switch_to_asm+0x${values.hex(2)}/0x70`] : []),
  ]);
  if (interrupted === null) return ['Call Trace:', ' <TASK>', ...lines, ' </TASK>'];
  const [ip, ...below] = interrupted;
  return [
    'Call Trace:',
    ' <IRQ>',
    ...lines,
    ' </IRQ>',
    ' <TASK>',
    ' asm_common_interrupt+0x26/0x40',
    `RIP: 0010:${ip === undefined ? '0x0' : spellFrame(ip)}`,
    ...below.map((frame) => ` ${spellFrame(frame)}`),
    ' </TASK>',
  ];
}

function warn(scene: Scene, place: string): string[] {
  const { cpu, pid, frames, values, branch } = scene;
  const [ip] = frames;
  return [
    CUT,
    `WARNING: CPU: ${cpu} PID: ${pid} at ${place} ${ip === undefined ? '0x0' : spellFrame(ip)}`,
    modulesLine(scene),
    ...state(scene),
    ...trace(scene, frames.slice(1)),
    `---[ end trace ${branch.version < 514 ? values.hex(16) : '0000000000000000'} ]---`,
  ];
}

function softLockup(scene: Scene): string[] {
  const { cpu, comm, pid, frames } = scene;
  const timer = [
    'watchdog_timer_fn',
    '__hrtimer_run_queues',
    'hrtimer_interrupt',
    '__sysvec_apic_timer_interrupt',
    'sysvec_apic_timer_interrupt',
  ];
  const [ip] = frames;
  return [
    `watchdog: BUG: soft lockup - CPU#${cpu} stuck for 2${scene.values.below(4)}s! [${comm}:${pid}]`,
    modulesLine(scene),
    ...state(scene),
    ...trace(scene, frames.slice(1)),
    'Kernel panic - not syncing: softlockup: hung tasks',
    headline(scene),
    hardware(scene),
    'Call Trace:',
    ' <IRQ>',
    ...['dump_stack_lvl', 'panic', ...timer].map(
      (name) => ` ${spellFrame(reporter(name, scene, 0x44, 0x115))}`,
    ),
    ' </IRQ>',
    ' <TASK>',
    ' asm_sysvec_apic_timer_interrupt+0x16/0x20',
    `RIP: 0010:${ip === undefined ? '0x0' : spellFrame(ip)}`,
    ...frames.slice(1).map((frame) => ` ${spellFrame(frame)}`),
    ' </TASK>',
  ];
}

function hungTask(scene: Scene): string[] {
  const { comm, pid, release, branch, taint, frames } = scene;
  const waits = [
    '__schedule',
    'schedule',
    scene.bug.line % 2 === 0 ? 'io_schedule' : 'schedule_preempt_disabled',
  ];
  if (scene.bug.line % 2 === 1) waits.push('__mutex_lock.constprop.0');
  return [
    `INFO: task ${comm}:${pid} blocked for more than 122 seconds.`,
    `      ${spellTaint(taint)} ${release} ${branch.build(release)}`,
    '"echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.',
    branch.version < 514
      ? `${comm.padEnd(15)} D    0 ${String(pid).padStart(5)}      2 0x80004080`
      : `task:${comm.padEnd(15)} state:D stack:0     pid:${String(pid).padEnd(5)} ppid:2      flags:0x00004000`,
    ...trace({ ...scene, interrupted: null }, [
      ...waits.map((name) => reporter(name, scene, 0x2c, 0xa0)),
      ...frames,
    ]),
  ];
}
