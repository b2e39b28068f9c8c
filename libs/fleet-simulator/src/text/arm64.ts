import type { BuiltFrame } from '../compiler';
import { spellFrame, spellTaint } from '../scene';
import type { Scene } from '../scene';
import { lineOf, nullMemberOf } from '../site';

const CUT = '------------[ cut here ]------------';
type Write = (scene: Scene) => string[];

/** Report of a failure on arm64, line by line, as arch/arm64/{mm/fault,kernel/traps,kernel/process}.c print it. */
export function reportArm64(scene: Scene): string[] {
  const write = WRITERS[scene.bug.kind];
  return write(scene);
}

const WRITERS: Record<Scene['bug']['kind'], Write> = {
  'null-pointer': (scene) => [
    `Unable to handle kernel NULL pointer dereference at virtual address ${nullMemberOf(scene)}`,
    ...abort('0x0000000096000004'),
    ...die(scene, 'Oops: 0000000096000004'),
  ],
  'page-fault': paging,
  'general-protection': paging,
  'stack-segment': paging,
  'bug-on': (scene) => [
    CUT,
    `kernel BUG at ${scene.bug.path.file}:${lineOf(scene)}!`,
    ...die(scene, 'Oops - BUG: 00000000f2000800'),
  ],
  'list-corruption': (scene) => [
    `list_del corruption, ffff${scene.values.hex(12)}->next is LIST_POISON1 (dead000000000100)`,
    CUT,
    'kernel BUG at lib/list_debug.c:53!',
    ...die(
      { ...scene, frames: [reporter('__list_del_entry_valid'), ...scene.frames] },
      'Oops - BUG: 00000000f2000800',
    ),
  ],
  'soft-lockup': (scene) => [
    `watchdog: BUG: soft lockup - CPU#${scene.cpu} stuck for 2${scene.values.below(4)}s! [${scene.comm}:${scene.pid}]`,
    modulesLine(scene),
    ...state(scene),
    ...trace(scene.frames),
    'Kernel panic - not syncing: softlockup: hung tasks',
  ],
  'hard-lockup': (scene) => [
    `watchdog: Watchdog detected hard LOCKUP on cpu ${scene.cpu}`,
    modulesLine(scene),
    ...state(scene),
    ...trace(scene.frames),
    'Kernel panic - not syncing: Hard LOCKUP',
  ],
  'hung-task': (scene) => [
    `INFO: task ${scene.comm}:${scene.pid} blocked for more than 122 seconds.`,
    `      ${spellTaint(scene.taint)} ${scene.release} ${scene.branch.build(scene.release)}`,
    '"echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.',
    `task:${scene.comm.padEnd(15)} state:D stack:0     pid:${String(scene.pid).padEnd(5)} ppid:2      flags:0x00000008`,
    ...trace([...['__switch_to', '__schedule', 'schedule', ...waits(scene)].map(reporter), ...scene.frames]),
  ],
  panic: (scene) => [
    `Kernel panic - not syncing: ${scene.bug.path.subsystem}: ${scene.bug.culprit.replaceAll('_', ' ')} failed`,
    ...about(scene),
    ...trace([
      ...['dump_backtrace', 'show_stack', 'dump_stack_lvl', 'dump_stack', 'panic'].map(reporter),
      ...scene.frames,
    ]),
  ],
  warning: (scene) => warn(scene, `${scene.bug.path.file}:${lineOf(scene)}`),
  refcount: (scene) => [
    CUT,
    'refcount_t: underflow; use-after-free.',
    ...warn(
      { ...scene, frames: [reporter('refcount_warn_saturate'), ...scene.frames] },
      'lib/refcount.c:28',
    ).slice(1),
  ],
};

function paging(scene: Scene): string[] {
  return [
    `Unable to handle kernel paging request at virtual address ${scene.values.pick(['dead', 'ffff'])}${scene.values.hex(12)}`,
    ...abort('0x0000000096000046'),
    ...die(scene, 'Oops: 0000000096000046'),
  ];
}

function waits({ bug }: Scene): string[] {
  return bug.line % 2 === 0 ? ['io_schedule'] : ['schedule_preempt_disabled', '__mutex_lock.constprop.0'];
}

const reporter = (symbol: string): BuiltFrame => ({ symbol, module: null, offset: 0x68, size: 0xbc });

function abort(esr: string): string[] {
  return [
    'Mem abort info:',
    `  ESR = ${esr}`,
    '  EC = 0x25: DABT (current EL), IL = 32 bits',
    '  SET = 0, FnV = 0',
    '  EA = 0, S1PTW = 0',
    '  FSC = 0x04: level 0 translation fault',
  ];
}

function die(scene: Scene, what: string): string[] {
  return [
    `Internal error: ${what} [#1] SMP`,
    modulesLine(scene),
    ...state(scene),
    ...trace(scene.frames),
    `Code: ${Array.from({ length: 4 }, () => scene.values.hex(8)).join(' ')} (f9400293) `,
    '---[ end trace 0000000000000000 ]---',
  ];
}

const modulesLine = ({ modules }: Scene): string => `Modules linked in: ${modules.join(' ')}`;

function about({ cpu, pid, comm, taint, release, branch, model }: Scene): string[] {
  return [
    `CPU: ${cpu} PID: ${pid} Comm: ${comm} Kdump: loaded ${spellTaint(taint)} ${release} ${branch.build(release)}`,
    `Hardware name: ${model.hardware}`,
  ];
}

function state(scene: Scene): string[] {
  const { values, frames } = scene;
  const [pc, lr] = frames;
  const register = (n: number): string =>
    `x${String(n).padEnd(2)}: ${values.chance(0.3) ? '0'.repeat(16) : `ffff${values.hex(12)}`}`;
  return [
    ...about(scene),
    'pstate: 60400005 (nZCv daif +PAN -UAO -TCO BTYPE=--)',
    `pc : ${pc === undefined ? '0x0' : spellFrame(pc)}`,
    `lr : ${lr === undefined ? '0x0' : spellFrame(lr)}`,
    `sp : ffff8000${values.hex(8)}`,
    ...[29, 26, 23, 20, 17, 14, 11, 8, 5, 2].map(
      (n) => `${register(n)} ${register(n - 1)} ${register(n - 2)}`,
    ),
  ];
}

const trace = (frames: readonly BuiltFrame[]): string[] => [
  'Call trace:',
  ...frames.map((frame) => ` ${spellFrame(frame)}`),
];

function warn(scene: Scene, place: string): string[] {
  const [ip] = scene.frames;
  return [
    CUT,
    `WARNING: CPU: ${scene.cpu} PID: ${scene.pid} at ${place} ${ip === undefined ? '0x0' : spellFrame(ip)}`,
    modulesLine(scene),
    ...state(scene),
    ...trace(scene.frames),
    '---[ end trace 0000000000000000 ]---',
  ];
}
