const WORDS: Readonly<Record<string, string>> = {
  'out-of-tree-module-suspected': 'out-of-tree module suspected',
  'victim-differs-from-culprit': 'victim is not the culprit',
  'shared-victim': 'victim is shared by many users',
};

/** A flag of a verdict in words; one that came later is spelt out. */
export function flagText(flag: string): string {
  return WORDS[flag] ?? flag.replaceAll('-', ' ');
}
