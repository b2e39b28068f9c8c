/** What each taint letter says: Linux, Documentation/admin-guide/tainted-kernels.rst and kernel/panic.c, taint_flags. */
const MEANINGS: Readonly<Record<string, string>> = {
  P: 'proprietary module',
  G: 'only GPL modules',
  F: 'module was force loaded',
  S: 'kernel out of specification, or an SMP kernel on a CPU not made for it',
  R: 'module was force unloaded',
  M: 'machine check exception happened',
  B: 'bad page referenced',
  U: 'taint requested by userspace',
  D: 'kernel died recently: an oops or BUG came before',
  A: 'ACPI table overridden',
  W: 'a warning came before',
  C: 'staging driver',
  I: 'workaround for a firmware bug',
  O: 'out-of-tree module',
  E: 'unsigned module',
  L: 'soft lockup happened before',
  K: 'live patched',
  X: 'auxiliary, set by the distribution',
  T: 'built with the struct randomisation plugin',
  N: 'in-kernel test has run',
  J: 'userspace used a mutating debug operation of fwctl',
};

export interface TaintLetter {
  readonly letter: string;
  readonly meaning: string;
}

/** Each letter with its meaning; an unknown letter is kept and called so. */
export function taintLetters(taint: string): readonly TaintLetter[] {
  return [...taint.replaceAll(/\s/g, '')].map((letter) => ({
    letter,
    meaning: MEANINGS[letter] ?? 'unknown to this console',
  }));
}
