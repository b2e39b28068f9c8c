import { allocators } from './lists/allocators';
import { dispatchers } from './lists/dispatchers';
import { faultDispatchers } from './lists/fault-dispatchers';
import { createMatcher, type ListHit } from './lists/frame-list';
import { genericCalls } from './lists/generic-calls';
import { machinery } from './lists/machinery';
import { primitives } from './lists/primitives';
import { sanitizers } from './lists/sanitizers';
import { waits } from './lists/waits';
import { bareName } from './names';

/** Every list, in the order in which a name is looked up. */
export const FRAME_LISTS = [
  machinery,
  sanitizers,
  allocators,
  primitives,
  genericCalls,
  waits,
  dispatchers,
  faultDispatchers,
] as const;

/** Never to blame: the way to the report, and what everybody calls. */
export const isGeneral = createMatcher([machinery, sanitizers, allocators, primitives, genericCalls]);
/** The same for a task that waits. */
export const isWaiting = createMatcher([waits, machinery, sanitizers, allocators, primitives, genericCalls]);
/** The way to the report alone. */
export const isMachinery = createMatcher([machinery, sanitizers]);
/** Of the way to the report: only the kernel's own code, or only what checks it. */
export const isMachineryLine = createMatcher([machinery]);
export const isSanitizer = createMatcher([sanitizers]);
export const isDispatcher = createMatcher([dispatchers]);
export const isFaultDispatcher = createMatcher([faultDispatchers]);

/** Leaks: whoever asked for the memory, be it a helper, is the answer. */
export const isAllocation = createMatcher([machinery, sanitizers, allocators]);

/** The list line by which a function belongs to the way a crash is reported; `null` when it does not. */
export function machineryLine(name: string): ListHit | null {
  return isMachinery(bareName(name));
}

/** The list line by which a function is never to blame, being the way to a report or called by everybody; else `null`. */
export function generalLine(name: string): ListHit | null {
  return isGeneral(bareName(name));
}
