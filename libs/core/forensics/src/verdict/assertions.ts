import { told, type VerdictRule } from './rule';
import { bareName, hasFrame, type Scene } from './scene';
import { paragraph, placeOf } from './say';

const ASSERTS = /^(?:bug|warning|bug-other)$/;

/** BUG() and WARN(): somebody wrote down that this cannot be. In a driver that is its own business; deeper it may be another's. */
const failed: VerdictRule = {
  slug: 'assertion',
  judge: (scene) => {
    const { kind } = scene.crash.reading;
    if (!ASSERTS.test(kind)) return null;
    const own = scene.faultModule !== null;
    const isTold = /kernel BUG at|Kernel BUG at|BUG: failure at|WARNING: /.test(scene.headline);
    const text = paragraph(
      scene.headline === ''
        ? `${placeOf(scene)} a check that was compiled in failed.`
        : `${placeOf(scene)} a check that was compiled in failed: “${scene.headline.slice(0, 200)}”.`,
      kind === 'bug'
        ? 'Whoever wrote BUG() there holds that going on would do more harm: the condition in this line of the source says what was not so.'
        : 'The condition in this line of the source says what was not so.',
      own ? null : 'The check stands in the core of the kernel: what broke the rule may be its caller.',
    );
    return {
      class: 'assertion',
      confidence: kind === 'bug-other' ? 'hint' : own && isTold ? 'certain' : 'likely',
      text,
    };
  },
};

/** panic() with a message of its own. */
const panicked: VerdictRule = {
  slug: 'panic-message',
  judge: (scene) => {
    if (scene.crash.reading.kind !== 'panic-other') return null;
    const message = /Kernel panic - not syncing: (.+)/.exec(scene.headline)?.[1] ?? scene.headline;
    // These follow from something that this text has lost.
    if (FOLLOWS.test(message) || (message === '' && !isPlainPanic(scene))) return null;
    const own = message !== '' && scene.blamed?.module != null && callsPanic(scene);
    const text = paragraph(
      message === ''
        ? `${placeOf(scene)} the kernel was made to panic; the message is not in this text.`
        : `${placeOf(scene)} the kernel was made to panic: “${message.slice(0, 200)}”.`,
      own
        ? `${scene.blamed?.name ?? ''} calls panic() itself where it sees no way to go on; what its message names is the cause to look for.`
        : 'What the message names is the cause to look for.',
    );
    return { class: 'assertion', confidence: own ? 'certain' : 'likely', text };
  },
};

/** The function that is blamed called panic() and no function between them did. */
function callsPanic({ crash, blamed }: Scene): boolean {
  const names = crash.reading.frames.filter(({ reliable }) => reliable).map((one) => bareName(one.function));
  return names[names.findLastIndex((name) => /^v?panic$/.test(name)) + 1] === blamed?.name;
}

/** Called by the function that is blamed, with no path between that panics for other reasons. */
function isPlainPanic(scene: Scene): boolean {
  return scene.blamed !== null && hasFrame(scene, /^v?panic$/) && !hasFrame(scene, ON_BEHALF);
}

const ON_BEHALF =
  /^(?:oops_end|die|nmi_panic|mce_\w+|watchdog\w*|out_of_memory|do_exit|make_task_dead|__stack_chk_fail|check_panic_on_warn|__warn|kasan\w*|khungtaskd|ghes_\w+)$/;

const FOLLOWS =
  /Fatal exception|panic_on_warn set|panic_on_oops|Attempted to kill|Aiee|Oops|set \.\.\.$|^nmi|NMI|Machine halted|hung_task|softlockup|LOCKUP/i;

const SAID = told([
  {
    slug: 'init-died',
    kind: /^panic-other$/,
    headline: /Attempted to kill (?:init|the idle)|Aiee, killing interrupt handler/,
    class: 'unknown',
    confidence: 'hint',
    says: 'A task that must not die died. What killed it stands above, or in the program itself: this text does not show it.',
    from: 'kernel/exit.c do_exit',
  },
  {
    slug: 'data-race',
    kind: /^kcsan$/,
    class: 'unknown',
    confidence: 'hint',
    says: 'KCSAN saw two accesses to the same memory at once, one of them a write, with nothing that orders them: a data race. Whether it does harm depends on the code.',
    from: 'kernel/kcsan/report.c print_report',
  },
  {
    slug: 'memory-leak',
    kind: /^memory-leak$/,
    class: 'unknown',
    confidence: 'hint',
    says: 'Nothing points to this memory any more: it most likely leaked. It was allocated where the report’s stack says.',
    from: 'mm/kmemleak.c print_unreferenced',
  },
  {
    slug: 'irq-flags',
    kind: /^irq$/,
    headline: /mismatch/,
    class: 'assertion',
    confidence: 'hint',
    says: 'Two drivers ask for one interrupt with flags that do not go together.',
    from: 'kernel/irq/manage.c __setup_irq',
  },
]);

const rust: VerdictRule = {
  slug: 'rust-panic',
  judge: (scene) => {
    if (scene.crash.reading.kind !== 'rust-panic') return null;
    const bounds = hasFrame(scene, /panic_bounds_check|slice_(?:start|end)_index\w*fail/);
    const text = paragraph(
      `${placeOf(scene)} Rust code stopped itself: “${scene.headline.slice(0, 200)}”.`,
      bounds
        ? 'An index lies outside its slice.'
        : 'The message that follows in the log says which check failed.',
    );
    return { class: bounds ? 'out-of-bounds' : 'assertion', confidence: 'likely', text };
  },
};

export const ASSERTIONS: readonly VerdictRule[] = [...SAID, rust, failed, panicked];
