import type { CrashEvidence } from './analysis';
import type { Span } from '@oopstream/core-transcript';

/** The package and release that a kernel was built from, as the paths of its debuginfo name them. */
export interface BuiltFrom {
  readonly package: string;
  readonly release: string;
  readonly span: Span;
}

// rpm's find-debuginfo.sh puts sources below /usr/src/debug/<package>/linux-<release>/.
const RPM_TREE = /\/usr\/src\/debug\/(kernel-[^/]+)\/linux-([^/]+)\//;

/** @returns `null` where no source line names a tree */
export function builtFrom({ session }: CrashEvidence): BuiltFrom | null {
  for (const { source, span } of session?.instructions ?? []) {
    const tree = source === null ? null : RPM_TREE.exec(source);
    if (tree) return { package: tree[1] ?? '', release: tree[2] ?? '', span };
  }
  return null;
}
