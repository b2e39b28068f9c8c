import { trapped, type VerdictRule } from './rule';
import type { Scene } from './scene';
import { hasFrame } from './scene';

/** Who calls functions that were registered long before. */
const CALLERS =
  /^_*(?:call_timer_fn|expire_timers|run_timer(?:s|_softirq|_base)|hrtimer_(?:run_queues|interrupt)|run_hrtimer|process_one_work|process_scheduled_works|tasklet_action\w*|rcu_(?:do_batch|core)|irq_poll_softirq|handle_irq_event\w*|notifier_call_chain|blocking_notifier_call_chain|task_work_run|delayed_work_timer_fn)$/;

/** In the space of modules, and in none that the text knows to be loaded. */
function inNoModule(scene: Scene): bigint | null {
  for (const { value, readings } of scene.badValues) {
    if (readings.some(({ kind }) => kind === 'known-range')) continue;
    if (readings.some(({ details }) => details.area === 'modules')) return value;
  }
  return null;
}

/** Not mapped: what is there but may not be used so is no module that is gone. */
const isAbsent = ({ crash }: Scene): boolean =>
  !/protection|write-protected/.test(crash.context.codeWords.join(' '));

const gone: VerdictRule = {
  slug: 'module-gone',
  judge: (scene) => {
    const { reading, details } = scene.crash;
    if (!/^(?:paging-request|null-ptr-deref)$/.test(reading.kind) || !isAbsent(scene)) return null;
    const address = inNoModule(scene);
    if (address === null) return null;
    const fetched = scene.reasons.some(({ slug }) => slug === 'fetch-unmapped');
    const { lastUnloaded } = details;
    const late = hasFrame(scene, CALLERS);
    const text = trapped(
      scene,
      `0x${address.toString(16)} lies in the space of modules, where nothing is mapped.`,
      fetched
        ? 'Code of a module was called that is not there any more.'
        : 'Data of a module is used that is not there any more: an object in it, for instance a timer, is still linked somewhere.',
      lastUnloaded === null
        ? 'Most likely a module was unloaded while something of it was still registered.'
        : `The module last unloaded is ${lastUnloaded}: most likely something of it was still registered (a timer, work, a notifier).`,
    );
    const likely = fetched || late || lastUnloaded !== null;
    return { class: 'code-unloaded', confidence: likely ? 'likely' : 'hint', text, victim: true };
  },
};

/** The kernel or crash(8) calls a function of a module without a name: nothing that is loaded has the address. */
const nameless: VerdictRule = {
  slug: 'nameless-code',
  judge: (scene) => {
    const { details, context } = scene.crash;
    const isFetch =
      scene.reasons.some(({ slug }) => slug === 'fetch-unmapped') || context.codeWords.includes('fetch');
    if (!isFetch || details.lastUnloaded === null || !isAbsent(scene) || !hasFrame(scene, CALLERS))
      return null;
    const text = trapped(
      scene,
      `A callback was called at an address where no code is, and module ${details.lastUnloaded} was unloaded before: most likely its timer, work or notifier was still registered.`,
    );
    return { class: 'code-unloaded', confidence: 'likely', text, victim: true };
  },
};

export const UNLOADED: readonly VerdictRule[] = [gone, nameless];
