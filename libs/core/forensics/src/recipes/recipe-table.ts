import type { VerdictClass } from '../analysis';
import type { CrashCase } from '../crash-case';

/** A command of crash(8) that would tell more, and when it is worth asking. */
export interface RecipeRow {
  /** Classes it settles; `any`: whatever the verdict. */
  readonly classes: readonly VerdictClass[] | 'any';
  /** `null`: of no use here, or its answer is in the text already. */
  readonly command: (crash: CrashCase) => string | null;
  readonly why: string;
}

const MEMORY: readonly VerdictClass[] = [
  'memory-overwrite',
  'use-after-free',
  'double-free',
  'wild-pointer',
  'unknown',
];
const STUCK: readonly VerdictClass[] = ['deadlock', 'lockup', 'hung-task'];

const has = ({ session }: CrashCase, command: RegExp): boolean =>
  session?.commands.some(({ text }) => text !== null && command.test(text)) ?? false;
const register = ({ trap }: CrashCase, name: string): string | null =>
  trap?.values.get(name)?.value.toString(16) ?? null;
const always =
  (text: string, known: RegExp) =>
  (crash: CrashCase): string | null =>
    has(crash, known) ? null : text;

/** Most telling first. */
export const RECIPES: readonly RecipeRow[] = [
  {
    classes: 'any',
    command: (crash) =>
      crash.reading.format === 'crash8' && crash.trap === null && !has(crash, /^bt .*-[fF]/) ? 'bt -f' : null,
    why: 'the stack words hold the registers at the trap (struct pt_regs)',
  },
  {
    classes: 'any',
    command: ({ instruction, reading }) => {
      const { fault } = reading;
      if (instruction !== null || fault?.ofCrash !== true || reading.exception === null) return null;
      return fault.offset === null ? `dis -l ${fault.function}` : `dis -rl ${fault.function}+${fault.offset}`;
    },
    why: 'the instruction that trapped, and what computed its operands',
  },
  {
    classes: MEMORY,
    command: (crash) => (isInSlub(crash) ? slabCommand(crash) : null),
    why: 'the freelist of this CPU: a member that is no pointer was overwritten, and shows with what',
  },
  {
    classes: MEMORY,
    command: (crash) => (isInSlub(crash) && !has(crash, /^kmem -[sS]/) ? 'kmem -s' : null),
    why: 'crash checks the freelists of every cache and names the one that is damaged',
  },
  {
    classes: [...MEMORY, 'out-of-bounds', 'list-corruption'],
    command: (crash) => {
      const address = objectNear(crash);
      return address === null || has(crash, /^(?:kmem|rd) /) ? null : `kmem ${address}`;
    },
    why: 'which slab object the pointer leads to, and whether it is allocated',
  },
  {
    classes: ['list-corruption', 'use-after-free'],
    command: (crash) => {
      const address = listEntry(crash);
      return crash.reading.kind !== 'list-corruption' || address === null || has(crash, /^(?:list|rd) /)
        ? null
        : `rd ${address} 8`;
    },
    why: 'the list entry with its neighbours in memory: what was written over it',
  },
  {
    classes: ['null-pointer'],
    command: ({ details, session }) => {
      const offset = details.faultAddress?.value ?? 0n;
      const printed = session?.structs.some(({ members }) =>
        members.some((member) => member.offset !== null),
      );
      return offset === 0n || offset > 0xfffn || printed === true
        ? null
        : `struct -o TYPE | grep '\\[${offset}\\]'`;
    },
    why: 'the member at that offset of the structure whose pointer was NULL',
  },
  {
    classes: ['code-unloaded', 'wild-pointer'],
    command: always('mod', /^mod\b/),
    why: 'the ranges of the modules: whether the address lies in one that is gone',
  },
  {
    classes: ['code-unloaded'],
    command: (crash) => (has(crash, /^timer/) ? null : 'timer'),
    why: 'the pending timers and their functions: one without a symbol was left behind',
  },
  {
    classes: STUCK,
    command: always('bt -a', /^bt .*-a/),
    why: 'what each CPU was doing: who holds what the others wait for',
  },
  {
    classes: ['hung-task', 'deadlock'],
    command: always('foreach UN bt', /^foreach UN bt|^ps -m/),
    why: 'the tasks that wait: the one that all others wait for',
  },
  {
    classes: ['hung-task', 'deadlock'],
    command: (crash) => {
      const lock = crash.details.locks.find(({ address }) => address !== null)?.address;
      return lock == null ? null : `struct mutex.owner ${lock.toString(16)}`;
    },
    why: 'the owner of the lock (the low three bits are flags)',
  },
  { classes: ['lockup'], command: always('runq', /^runq/), why: 'what was kept from running' },
  {
    classes: ['out-of-memory'],
    command: always('kmem -i', /^kmem -i/),
    why: 'where the memory went: pages by use',
  },
  {
    classes: ['out-of-memory'],
    command: always('kmem -s', /^kmem -s/),
    why: 'slab caches by size: a leak in the kernel',
  },
  { classes: ['out-of-memory'], command: always('ps -G', /^ps -G/), why: 'processes by resident memory' },
  {
    classes: ['stack-overflow', 'stack-buffer-overflow'],
    command: always('bt -t', /^bt .*-[tT]/),
    why: 'every return address on the stack: the chain or recursion that filled it',
  },
  {
    classes: ['hardware-error', 'bit-flip'],
    command: always("log | grep -iE 'mce|edac|ghes|aer'", /^(?:log|dmesg)/),
    why: 'errors that were corrected before: bank, DIMM, device',
  },
  {
    classes: ['unknown'],
    command: (crash) => logCommand(crash),
    why: 'the kernel log above the crash: what led to it',
  },
];

const isInSlub = ({ reading }: CrashCase): boolean =>
  reading.fault?.ofCrash === true &&
  /^(?:_*k[vmz]*alloc|_*kmem_cache_(?:alloc|free)|_*slab_(?:alloc|free)|kfree)/.test(reading.fault.function);

/** `this_cpu_ptr(s->cpu_slab)` is in r8 in the loads of SLUB's fast path as GCC compiles it for x86_64. */
/** The entry that the check names; the registers at its trap are those of the message it printed. */
function listEntry({ reading }: CrashCase): string | null {
  return /\b(?:0x)?(ffff[0-9a-f]{12})\b/.exec(reading.headline ?? '')?.[1] ?? null;
}

function slabCommand(crash: CrashCase): string | null {
  if (has(crash, /^struct kmem_cache_cpu/)) return null;
  const pointer = register(crash, 'r8');
  // Per-CPU areas lie in the direct map or in vmalloc space, never where the kernel and its modules are.
  const isData = pointer !== null && /^ffff[89a-e]/.test(pointer);
  if (isData) return `struct kmem_cache_cpu ${pointer}`;
  const damaged = crash.session?.caches.find(({ complaints }) => complaints.length > 0)?.name;
  return damaged === undefined || has(crash, /^kmem -S/) ? null : `kmem -S ${damaged}`;
}

/** A register of the operand that failed which is a kernel pointer. */
function objectNear({ instruction, trap }: CrashCase): string | null {
  const names = instruction?.decoded.memory.flatMap(({ base }) => base ?? []) ?? [];
  const value = names
    .map((name) => trap?.values.get(name)?.value)
    .find((one) => one !== undefined && one >> 47n === 0x1ffffn);
  return value?.toString(16) ?? null;
}

const logCommand = (crash: CrashCase): string | null =>
  crash.reading.format === 'crash8' && !has(crash, /^(?:log|dmesg)/) ? 'log' : null;
