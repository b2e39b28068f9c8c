import type { Candidate } from './stack';
import { isDispatcher } from './skip';
import { canonicalName } from './names';

/**
 * The outermost function of the failing subsystem: the last frame before the generic code that dispatched to it.
 * `null` when the stack begins in that code or does not reach it.
 */
export function findEntry(candidates: readonly Candidate[]): string | null {
  const at = candidates.findIndex((c) => c.source === 'stack' && isDispatcher(c.name) !== null);
  if (at <= 0) return null;
  const before = candidates[at - 1];
  return before === undefined || isDispatcher(before.name) !== null ? null : canonicalName(before.name);
}
