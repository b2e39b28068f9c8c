import type { Candidate } from './stack';
import { isDispatcher, isFaultDispatcher } from './skip';
import { canonicalName } from './names';

/**
 * The outermost function of the failing subsystem: the last frame before the generic code that dispatched to it.
 * `null` when the stack begins in that code or does not reach it.
 */
export function findEntry(candidates: readonly Candidate[]): string | null {
  const at = candidates.findIndex((c, i) => c.source === 'stack' && dispatches(candidates, i));
  if (at <= 0) return null;
  const before = candidates[at - 1];
  return before === undefined || isDispatcher(before.name) !== null ? null : canonicalName(before.name);
}

function dispatches(candidates: readonly Candidate[], at: number): boolean {
  const name = candidates[at]?.name ?? '';
  if (isDispatcher(name) !== null) return true;
  if (isFaultDispatcher(name) === null) return false;
  // A fault that the kernel itself took while it copied for a system call: what it interrupted lies below.
  return candidates.slice(at).every((c) => isFaultDispatcher(c.name) !== null);
}
