import type { Session, Sourced } from '@oopstream/core-transcript';
import type { CrashEvidence } from './analysis';
import type { KnownRange } from './values';

/** THREAD_SIZE of 64-bit kernels without KASAN: arch/x86/include/asm/page_64_types.h, arch/arm64/include/asm/memory.h. */
const STACK_BYTES = 16_384n;
const STACK_POINTERS = ['rsp', 'sp', 'r1'];

/** Address ranges that the text itself names: the stack in use, modules with their place. */
export function knownRanges(
  { reading }: CrashEvidence,
  registers: ReadonlyMap<string, Sourced<bigint>>,
  session: Session | null,
): KnownRange[] {
  const ranges: KnownRange[] = [];
  const stack = STACK_POINTERS.map((name) => registers.get(name)?.value).find(isKernelAddress);
  if (stack !== undefined) {
    const start = stack - (stack % STACK_BYTES);
    const name = reading.pid === null ? 'stack in use' : `stack of task ${reading.pid}`;
    ranges.push({ start, end: start + STACK_BYTES, area: 'stack', name });
  }
  for (const { name, base, sizeBytes } of session?.modules ?? [])
    if (base !== null)
      ranges.push({ start: base, end: base + BigInt(sizeBytes), area: 'modules', name: `module ${name}` });
  return ranges;
}

function isKernelAddress(value: bigint | undefined): value is bigint {
  return value !== undefined && value >> 56n === 0xffn;
}
