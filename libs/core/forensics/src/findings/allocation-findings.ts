import type { Sourced } from '@oopstream/core-transcript';
import type { Finding } from '../analysis';
import type { CrashCase } from '../crash-case';
import { inRole, readValue } from '../values';

/** Allocators that take a size: the object's cache follows from it (mm/slub.c, mm/slab_common.c). */
const SIZED = /^_*kv?(?:m|z|c)alloc(?:_node)?(?:_track_caller)?(?:_noprof)?$/;
/** Sizes of the general caches (mm/slab_common.c kmalloc_info). */
const CACHES = [8, 16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192];
/** Registers that keep a value over calls (System V ABI), where arguments are put that are needed later. */
const KEPT = ['r12', 'r13', 'r14', 'r15', 'rbx', 'rbp'];
/** Smaller numbers may be anything, a flag or a node. */
const MIN_SIZE = 8n;

/** The slab cache of the memory in question: as the kernel names it, else by the size asked for; `null` where neither is told. */
export function slabCacheOf(crash: CrashCase): string | null {
  const named = crash.details.object?.cache ?? null;
  if (named !== null) return named;
  const size = isAllocating(crash) ? askedSize(crash.trap.values) : null;
  return size === null ? null : cacheOfSize(size.value);
}

type Trapped = CrashCase & { readonly trap: NonNullable<CrashCase['trap']> };

function isAllocating(crash: CrashCase): crash is Trapped {
  const { reading, arch, trap } = crash;
  const fault = reading.fault?.ofCrash === true ? reading.fault.function : '';
  return arch === 'x86_64' && trap !== null && SIZED.test(fault);
}

/** What was asked of the allocator in which it trapped: flags and size, as far as the registers still hold them. */
export function findAllocation(crash: CrashCase): readonly Finding[] {
  if (!isAllocating(crash)) return [];
  const flags = findFlags(crash, crash.trap.values);
  return [...(flags === null ? [] : [flags]), ...findSize(crash.trap.values)];
}

/** The second argument, in rsi and kept in a register that outlives calls. */
function findFlags(crash: CrashCase, registers: ReadonlyMap<string, Sourced<bigint>>): Finding | null {
  const given = registers.get('rsi');
  const kept = KEPT.find((name) => registers.get(name)?.value === given?.value);
  if (given === undefined || kept === undefined) return null;
  const reading = readValue(given.value, inRole(crash.values, 'gfp'))[0];
  if (reading?.kind !== 'gfp-flags') return null;
  return {
    kind: 'allocation',
    claim: `0x${given.value.toString(16)} in rsi and ${kept} are the allocation flags ${reading.text}.`,
    confidence: 'likely',
    evidence: ['rsi', kept].flatMap((name) => {
      const value = registers.get(name);
      return value === undefined ? [] : [{ span: value.span, note: name.toUpperCase() }];
    }),
    confirm: null,
  };
}

/** @returns `null` also where there are two candidates: nobody can tell which */
function askedSize(
  registers: ReadonlyMap<string, Sourced<bigint>>,
): (Sourced<bigint> & { readonly name: string }) | null {
  const sizes = KEPT.flatMap((name) => {
    const value = registers.get(name);
    return value !== undefined && value.value >= MIN_SIZE && value.value <= 8192n ? [{ name, ...value }] : [];
  });
  const [size] = sizes;
  return size === undefined || sizes.length > 1 ? null : size;
}

function cacheOfSize(size: bigint): string {
  const bytes = CACHES.find((limit) => BigInt(limit) >= size) ?? 8192;
  return `kmalloc-${bytes < 1024 ? bytes : `${bytes / 1024}k`}`;
}

function findSize(registers: ReadonlyMap<string, Sourced<bigint>>): readonly Finding[] {
  const size = askedSize(registers);
  if (size === null) return [];
  return [
    {
      kind: 'allocation',
      claim: `${size.name} = ${size.value} is most likely the number of bytes asked for, so the cache is ${cacheOfSize(size.value)}.`,
      confidence: 'likely',
      evidence: [{ span: size.span, note: size.name.toUpperCase() }],
      confirm: 'kmem -s',
    },
  ];
}
