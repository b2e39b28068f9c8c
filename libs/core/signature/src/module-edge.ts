import type { Blame } from './blame';
import { canonicalName } from './names';
import type { Candidate } from './stack';

/** What crash(8) calls the beginning of the memory that holds a module's init function. */
const OF_CRASH = /^_MODULE_INIT_(?:TEXT_)?START_([\w-]+)$/;

/**
 * A module's init and exit function has several names: its own, `init_module` or `cleanup_module`, and in crash(8)
 * `_MODULE_INIT_START_x`. What called it tells which of the two it is, and then the module alone names it in keys.
 *
 * @returns the name for keys; the blamed function itself when it is neither.
 */
export function nameForKeys(blame: Blame, candidates: readonly Candidate[]): string | null {
  if (blame.function === null) return null;
  const module = blame.module ?? OF_CRASH.exec(blame.function)?.[1] ?? null;
  if (module === null) return blame.function;
  const at = candidates.findLastIndex((c) => canonicalName(c.name) === blame.function);
  const caller = canonicalName(candidates[at + 1]?.name ?? '');
  if (caller === 'do_one_initcall') return `init of ${module}`;
  if (caller === 'sys_delete_module') return `exit of ${module}`;
  return blame.function;
}
