import type { Reading } from '@oopstream/core-transcript';
import type { ListHit } from './lists/frame-list';
import { findEntry } from './entry';
import { bareName, canonicalName } from './names';
import { isAllocation, isGeneral, isMachineryLine, isSanitizer, isWaiting } from './skip';
import { isStall, type Candidate } from './stack';

/** One function that the search for the blamed one looked at. */
export interface BlameStep {
  readonly function: string;
  readonly source: Candidate['source'] | 'lock-site';
  /** The list line that let it pass; `null` for the function that was blamed. */
  readonly skippedBy: ListHit | null;
}

export interface Blame {
  readonly function: string | null;
  readonly module: string | null;
  readonly steps: readonly BlameStep[];
  readonly rule: string;
}

const NOBODY: Blame = { function: null, module: null, steps: [], rule: 'nothing to blame' };

/** Waits that are the blame themselves: whoever asked for them only waits for others. */
const BLAMED_WAITS: readonly { readonly match: RegExp; readonly name: string }[] = [
  { match: /^_*synchronize_(?:s?rcu|net|sched|rcu_\w+|srcu_\w+)\w*$/, name: 'synchronize_rcu' },
  { match: /^rtnl_(?:lock|lock_killable|trylock|net_lock)$/, name: 'rtnl_lock' },
];

export function findBlame(reading: Reading, candidates: readonly Candidate[], entry: string | null): Blame {
  const found = blameByKind(reading, candidates, entry);
  const blame = isNobodys(reading, found) ? (blameEntry(reading) ?? found) : found;
  const named = reading.mentions.header[0];
  if (blame.function !== null || named === undefined || isGeneral(bareName(named)) !== null) return blame;
  return { ...blame, function: canonicalName(named), rule: 'the function that the header names' };
}

/** Kinds that a function reports which the code itself called: an exception entry in their stack is that code. */
const CALLED = /^(?:atomic-sleep|preempt-unsafe|deadlock|lock-misuse|rcu-usage)$/;

function isNobodys(reading: Reading, blame: Blame): boolean {
  if (reading.fault !== null) return blame.function !== null && isSanitizer(blame.function) !== null;
  return blame.function === null && CALLED.test(reading.kind);
}

/** Nothing but the entry of an exception and what checks the kernel: it went wrong in the entry itself. */
function blameEntry(reading: Reading): Blame | null {
  for (const frame of reading.frames) {
    const hit = frame.reliable ? isMachineryLine(bareName(frame.function)) : null;
    if (hit === null || !hit.reason.includes('exception entry')) continue;
    return {
      function: canonicalName(frame.function),
      module: null,
      steps: [],
      rule: 'the exception entry itself',
    };
  }
  return null;
}

function blameByKind(reading: Reading, candidates: readonly Candidate[], entry: string | null): Blame {
  if (reading.kind === 'kcsan') return blameRace(reading);
  // A table that is full says nothing about who filled it.
  if (/^BUG: MAX_/.test(reading.headline ?? '')) return NOBODY;
  if (reading.kind === 'hung-task') return blameWait(candidates);
  if (isStall(reading.kind)) return blameStall(candidates, entry);
  if (/^(?:deadlock|lock-misuse|spinlock|preempt-unsafe)$/.test(reading.kind)) {
    const site = blameLockSite(reading);
    if (site) return site;
  }
  if (/^corrupted stack end/.test(panicText(reading)) && entry !== null) {
    return {
      function: entry,
      module: null,
      steps: [],
      rule: 'what overran the stack returned long ago: the call it came from',
    };
  }
  const fault = candidates.find((c) => c.source === 'instruction-pointer');
  if (reading.kind === 'hardware-error' && fault) {
    return {
      function: canonicalName(fault.name),
      module: fault.module,
      steps: [],
      rule: 'where the hardware answered with an error',
    };
  }
  if (reading.kind === 'memory-leak')
    return firstOutside(candidates, isAllocation, 'the function that asked for the memory');
  if (/^(?:atomic-sleep|stack-corruption)$/.test(reading.kind)) {
    return firstOutside(
      candidates,
      isWaiting,
      'innermost function that is not general machinery or scheduling',
    );
  }
  if (reading.kind === 'stack-overflow') {
    const caller = entryOfRecursion(candidates);
    if (caller !== null)
      return { function: caller, module: null, steps: [], rule: 'where the recursion was entered' };
  }
  return firstOutside(candidates, isGeneral, 'innermost function that is not general machinery');
}

/** A stack that overflowed by recursion names its innermost function at random: who entered the loop is stable. */
function entryOfRecursion(candidates: readonly Candidate[]): string | null {
  const times = new Map<string, number>();
  for (const c of candidates) times.set(c.name, (times.get(c.name) ?? 0) + 1);
  let last = -1;
  candidates.forEach((c, i) => {
    if ((times.get(c.name) ?? 0) > 2 && isGeneral(c.name) === null) last = i;
  });
  return last < 0 ? null : findEntry(candidates.slice(last));
}

function panicText(reading: Reading): string {
  return (reading.headline ?? '').replace(/^Kernel panic - not syncing: /, '');
}

function blameRace(reading: Reading): Blame {
  const names = reading.mentions.header.map(canonicalName).sort();
  if (names.length === 0) return NOBODY;
  return { function: names.join(' / '), module: null, steps: [], rule: 'both sides of the data race' };
}

function blameLockSite(reading: Reading): Blame | null {
  const steps: BlameStep[] = [];
  for (const site of reading.mentions.lockSites) {
    const hit = isGeneral(bareName(site));
    steps.push({ function: site, source: 'lock-site', skippedBy: hit });
    if (hit === null) {
      return {
        function: canonicalName(site),
        module: null,
        steps,
        rule: 'the function that takes the reported lock',
      };
    }
  }
  return null;
}

function blameWait(candidates: readonly Candidate[]): Blame {
  for (const candidate of candidates) {
    const wait = BLAMED_WAITS.find((row) => row.match.test(candidate.name));
    if (wait) return { function: wait.name, module: null, steps: [], rule: 'the wait itself' };
    if (isWaiting(candidate.name) === null) break;
  }
  return firstOutside(candidates, isWaiting, 'first function that is not scheduling, waiting or locking');
}

/** Where every stack of its kind ends: a name that says nothing. */
const ROOT =
  /^(?:do_syscall_\w+|x64_sys_call|entry_\w+|system_call\w*|el0\w*|invoke_syscall|do_el0_svc|ret_\w+|kthread|kthreadd|worker_thread|start_secondary|secondary_\w+|cpu_startup_entry|child_rip|kernel_thread_\w+|__do_syscall)$/;

/** An interrupt's entry: what it interrupted lies below and is not to blame for it. */
const INTERRUPT = /^sysvec_\w+$/;

/** A handler that is itself a switch over many operations says too little. */
const MULTIPLEXER = /_(?:compat_)?ioctl$/;
const SPINNING =
  /(?:spin_lock|spinlock|queued_(?:read|write)_lock|mutex_spin|osq_lock)\w*$|^queued_\w+_slowpath$/;

function blameStall(candidates: readonly Candidate[], entry: string | null): Blame {
  // A CPU that waits for the others to answer shows nothing of what holds them up.
  const crossCall = candidates.slice(0, 12).some((c) => /^smp_call_function(?:_\w+)?$/.test(c.name));
  if (crossCall)
    return { function: 'smp_call_function', module: null, steps: [], rule: 'the wait for other CPUs itself' };
  const spun = candidates.findIndex((c) => !SPINNING.test(c.name));
  if (spun > 0 && isGeneral(candidates[spun]?.name ?? '') === null) {
    return firstOutside(candidates, isGeneral, 'the function that takes the lock on which the CPU spins');
  }
  if (entry === null)
    return firstOutside(candidates, isGeneral, 'innermost function that is not general machinery');
  const at = candidates.findIndex((c) => canonicalName(c.name) === entry);
  const inner = candidates[at - 1];
  if (MULTIPLEXER.test(entry) && inner && isGeneral(inner.name) === null) {
    return {
      function: canonicalName(inner.name),
      module: inner.module,
      steps: [],
      rule: 'what the ioctl handler called',
    };
  }
  return {
    function: entry,
    module: candidates[at]?.module ?? null,
    steps: [],
    rule: 'what the dispatcher called',
  };
}

function firstOutside(
  candidates: readonly Candidate[],
  skip: (name: string) => ListHit | null,
  rule: string,
): Blame {
  const steps: BlameStep[] = [];
  for (const candidate of candidates) {
    const hit = skip(candidate.name);
    steps.push({ function: candidate.name, source: candidate.source, skippedBy: hit });
    if (hit !== null) continue;
    if (candidate.source === 'stack' && (ROOT.test(candidate.name) || INTERRUPT.test(candidate.name))) break;
    return { function: canonicalName(candidate.name), module: candidate.module, steps, rule };
  }
  // Every function is one that others merely call: then the innermost that does more than report.
  const inner = candidates
    .slice(0, steps.length)
    .find((c) => isAllocation(c.name) === null && !INTERRUPT.test(c.name));
  if (inner !== undefined && (inner.source !== 'stack' || !ROOT.test(inner.name)))
    return {
      function: canonicalName(inner.name),
      module: inner.module,
      steps,
      rule: 'general code that nobody is shown to have called',
    };
  // A fault in general code that nobody is shown to have called.
  const fault = candidates.find((c) => c.source === 'instruction-pointer');
  if (fault === undefined) return { ...NOBODY, steps };
  return {
    function: canonicalName(fault.name),
    module: fault.module,
    steps,
    rule: 'the instruction pointer, for want of a caller',
  };
}
