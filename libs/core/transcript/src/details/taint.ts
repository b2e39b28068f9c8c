import { TAINT_LETTERS } from '../tables/taint-letters';
import type { TaintFlag } from './details';

// kernel/panic.c print_tainted_verbose (6.10 on).
const VERBOSE = /^Tainted: (?=\[[A-Z]\]=)/;

/** @returns letters of a `Tainted: [O]=OOT_MODULE, [E]=…` line; `null` for any other. */
export function readVerboseTaint(text: string): string | null {
  if (!text.startsWith('Tainted: [') || !VERBOSE.test(text)) return null;
  return Array.from(text.matchAll(/\[([A-Z])\]=/g), (m) => m[1]).join('');
}

/** Unknown letters are kept: a kernel may know more than this table. */
export function taintFlags(letters: string): TaintFlag[] {
  return Array.from(new Set(letters), (letter) => ({
    letter,
    meaning: TAINT_LETTERS[letter]?.meaning ?? null,
  }));
}
