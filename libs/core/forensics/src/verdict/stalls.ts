import { inModule, paragraph, placeOf } from './say';
import type { VerdictRule } from './rule';
import { bareName, hasFrame, type Scene } from './scene';

const STALL = /^(?:soft-lockup|hard-lockup|rcu-stall|workqueue-lockup)$/;
/** Waiting for a spin lock: kernel/locking/qspinlock.c, qrwlock.c and what architectures call theirs. */
const SPINS =
  /^_*(?:native_queued_spin_lock_slowpath|queued_(?:spin|read|write)_lock_slowpath|pv_queued_spin_lock_slowpath|native_queued_spin_lock_slowpath|kvm_wait|pv_wait_head_or_lock|_?raw_(?:spin|read|write)_lock\w*|do_raw_(?:spin|read|write)_lock|queued_spin_lock\w*|ticket_spin_lock|ticket_lock_slowpath|arch_spin_lock\w*|spin_lock\w*|mcs_spin_lock|osq_lock|rspin_until_writer_unlock)$/;
/** Waiting for other CPUs to answer. */
const WAITS_FOR_CPUS =
  /^(?:smp_call_function_(?:many(?:_cond)?|single)|csd_lock_wait|generic_exec_single|multi_cpu_stop|stop_machine_yield|flush_tlb_\w+|native_flush_tlb_\w+|on_each_cpu\w*|text_poke_\w+)$/;

/** A CPU without work: who is found here kept nobody from running (arch default_idle, drivers/cpuidle). */
const IDLES =
  /^(?:native_safe_halt|pv_native_safe_halt|default_idle\w*|arch_cpu_idle|acpi_idle_\w+|acpi_safe_halt|intel_idle\w*|mwait_idle\w*|cpu_do_idle|cpuidle_\w+|poll_idle|do_idle|cpu_idle_poll)$/;

/** What the CPU was found at. */
function loopOf(scene: Scene): string | null {
  if (scene.fault !== null) return scene.fault;
  const frame = scene.crash.reading.frames.find(({ reliable }) => reliable);
  return frame === undefined ? null : bareName(frame.function);
}

/** A function that stands both in the interrupted task and in the interrupt above it: it interrupted itself. */
function interruptedItself({ crash }: Scene, blamed: string): boolean {
  const above = crash.details.stacks.filter(({ role }) => /^(?:irq|softirq|nmi)$/.test(role));
  const below = crash.details.stacks.filter(({ role }) => role === 'task');
  const names = (stacks: typeof above) =>
    stacks.some(({ frames }) => frames.some((one) => one.reliable && bareName(one.function) === blamed));
  return names(above) && names(below);
}

/** A lock that the task waits for at the very place or address at which it holds it. */
function holdsWanted({ crash }: Scene): string | null {
  const { locks } = crash.details;
  const pid = crash.reading.pid;
  const held = locks.filter((one) => one.state === 'held' && one.pid === pid && pid !== null);
  const registers = [...crash.context.registers.values()];
  const own = held.find(({ address }) => address !== null && registers.includes(address));
  return own?.name ?? null;
}

const spins: VerdictRule = {
  slug: 'spins-on-a-lock',
  judge: (scene) => {
    if (!STALL.test(scene.crash.reading.kind)) return null;
    const loop = loopOf(scene);
    if (loop === null || !SPINS.test(loop)) return null;
    const who = scene.blamed === null ? 'its caller' : `${scene.blamed.name}${inModule(scene.blamed.module)}`;
    const own = holdsWanted(scene);
    const itself = scene.blamed !== null && interruptedItself(scene, scene.blamed.name);
    const isDeadlock = own !== null || itself;
    const text = paragraph(
      `${placeOf(scene)} the CPU waits for a spin lock and does not get it; ${who} asks for it.`,
      own === null
        ? itself
          ? 'The same function stands in the task below the interrupt: most likely the interrupt came while the lock was held, and waits for what it interrupted.'
          : 'Who holds the lock the text does not show: a holder that is stuck or forgot to release it, or the very same path, which took it before.'
        : `By lockdep’s list the task holds ${own} itself: it most likely waits for itself.`,
    );
    return { class: isDeadlock ? 'deadlock' : 'lockup', confidence: 'likely', text };
  },
};

const loops: VerdictRule = {
  slug: 'loops',
  judge: (scene) => {
    const { kind } = scene.crash.reading;
    if (!STALL.test(kind)) return null;
    const loop = loopOf(scene);
    const waits = loop !== null && WAITS_FOR_CPUS.test(loop);
    // With a lock's function in the stack it may be a deadlock as well.
    const idles = loop !== null && IDLES.test(loop);
    const isPlain = !waits && !idles && !hasFrame(scene, SPINS);
    const what: Record<string, string> = {
      'soft-lockup': 'no task was scheduled on this CPU for longer than the watchdog allows',
      'hard-lockup': 'this CPU took no interrupts for longer than the watchdog allows',
      'rcu-stall': 'a CPU or task did not pass through a quiescent state, and RCU waits for it',
      'workqueue-lockup': 'the work of a pool does not get on',
    };
    const who = scene.blamed;
    const known = scene.headline !== '' && who !== null && isPlain && /^(?:soft|hard)-lockup$/.test(kind);
    const text = paragraph(
      `${placeOf(scene)} the CPU is stuck: ${what[kind] ?? 'nothing gets on'}.`,
      waits
        ? `It waits in ${loop} for other CPUs that do not answer: most likely one of those is the one to look at.`
        : idles
          ? 'It was found idle: nothing there keeps it, so most likely it was not given time to run, lost its timer or woke only then.'
          : who === null
            ? 'The text does not show what ran.'
            : `${who.name}${inModule(who.module)} ${known ? 'was' : 'most likely was'} what ran and did not give way.`,
      known && scene.fault !== null
        ? null
        : 'A virtual machine that was not given its CPU looks the same: compare with the host’s load.',
    );
    return {
      class: 'lockup',
      confidence: known && scene.fault !== null ? 'certain' : 'likely',
      text,
      victim: waits,
    };
  },
};

/** The first function that sleeps, of a task that is not woken. */
const SLEEPS: readonly { readonly match: RegExp; readonly what: string }[] = [
  { match: /mutex_lock|__ww_mutex/, what: 'a mutex' },
  { match: /rwsem_down|down_(?:read|write)/, what: 'a read-write semaphore' },
  { match: /^_*down(?:_interruptible|_killable|_timeout)?$/, what: 'a semaphore' },
  {
    match: /^rt_(?:mutex|spin)_\w*lock|rtlock_slowlock|__rt_mutex/,
    what: 'a lock with priority inheritance',
  },
  { match: /wait_for_completion|wait_for_common/, what: 'a completion' },
  {
    match: /io_schedule|wait_on_page|folio_wait|wait_on_buffer|bit_wait_io|blk_/,
    what: 'input or output to finish',
  },
  { match: /jbd2|wait_transaction|xlog_|xfs_log/, what: 'the file system’s log' },
  { match: /synchronize_|rcu_barrier/, what: 'a grace period of RCU' },
  { match: /rtnl_lock/, what: 'the lock of network configuration (rtnl)' },
  { match: /wait_event|schedule_timeout|prepare_to_wait|bit_wait/, what: 'an event' },
];

/** Waits that may be one side of a deadlock. */
const LOCKS = /mutex|semaphore|lock/;

function waitsFor(scene: Scene): string | null {
  return SLEEPS.find(({ match }) => hasFrame(scene, match))?.what ?? null;
}

const hung: VerdictRule = {
  slug: 'hung-task',
  judge: (scene) => {
    const { kind } = scene.crash.reading;
    if (kind !== 'hung-task') return null;
    const what = waitsFor(scene);
    const holder = scene.crash.details.locks.find(
      ({ state, pid }) => state === 'held' && pid !== scene.crash.reading.pid,
    );
    const who = scene.blamed;
    const text = paragraph(
      scene.headline === '' ? `${placeOf(scene)} a task is blocked.` : `“${scene.headline.slice(0, 160)}”`,
      `The task sleeps without being woken${what === null ? '' : `: it waits for ${what}`}${who === null ? '' : `, asked for by ${who.name}${inModule(who.module)}`}.`,
      holder?.task == null
        ? 'Who should wake it or holds the lock, this text does not show: it may have forgotten to release it, be blocked itself, or wait for a device that does not answer.'
        : `Task ${holder.task} most likely holds ${holder.name}.`,
    );
    return {
      class: 'hung-task',
      confidence:
        what !== null &&
        !LOCKS.test(what) &&
        /blocked for more than|hung_task: blocked tasks|blocked in I\/O wait/.test(scene.headline)
          ? 'certain'
          : 'likely',
      text,
    };
  },
};

export const STALLS: readonly VerdictRule[] = [spins, loops, hung];
