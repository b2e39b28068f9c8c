import type { Candidate } from './stack';
import { isDispatcher, isFaultDispatcher, isGeneral } from './skip';
import { canonicalName } from './names';

/**
 * The outermost function of the failing subsystem: the last frame before the generic code that dispatched to it.
 * `null` when the stack begins in that code or does not reach it.
 */
export function findEntry(candidates: readonly Candidate[]): string | null {
  const at = candidates.findIndex((c, i) => c.source === 'stack' && dispatches(candidates, i));
  if (at <= 0) return null;
  const before = candidates[at - 1];
  if (before === undefined || isDispatcher(before.name) !== null) return null;
  // Nothing but helpers below a system call: the call itself does the work.
  if (isGeneral(before.name) !== null) return systemCallFrom(candidates, at) ?? canonicalName(before.name);
  return canonicalName(before.name);
}

function systemCallFrom(candidates: readonly Candidate[], at: number): string | null {
  for (const candidate of candidates.slice(at)) {
    const name = canonicalName(candidate.name);
    if (name.startsWith('sys_')) return name;
  }
  return null;
}

function dispatches(candidates: readonly Candidate[], at: number): boolean {
  const name = candidates[at]?.name ?? '';
  if (isDispatcher(name) !== null) return true;
  if (isFaultDispatcher(name) === null) return false;
  // A fault that the kernel itself took while it copied for a system call: what it interrupted lies below.
  return candidates.slice(at).every((c) => isFaultDispatcher(c.name) !== null);
}
