import type { Scene } from './scene';
import { shareOf } from './seeded-random';

type Sited = Pick<Scene, 'bug' | 'branch' | 'release'>;

/** Releases in a branch that touch a file above the bug's line, as a share. */
const TOUCHED = 0.15;

/** Members in front of which a branch's configuration put others. */
const LAID_OUT_ANEW = 0.4;

/** Line of a BUG or WARNING: of one source, so branches differ, and it moves when a release touches the file above it. */
export function lineOf({ bug, branch, release }: Sited): number {
  const source = sourceOf(branch.name);
  const { file } = bug.path;
  const until = branch.releases.slice(0, branch.releases.indexOf(release) + 1);
  const touches = until.filter((_, n) => shareOf(`${source} ${n} touches ${file}`) < TOUCHED).length;
  return bug.line + Math.floor(shareOf(`${source} lines of ${file}`) * 300) + 3 * touches;
}

/**
 * Address of a NULL pointer dereference, 16 digits: the offset of the member that the code asked for, so the same at every
 * crash of one bug in one layout (28 dumps of four such bugs in libs/core/transcript/cases/kdump have one address for each).
 */
export function nullMemberOf({ bug, branch }: Sited): string {
  const source = sourceOf(branch.name);
  const own = 8 * Math.floor(shareOf(`${bug.id} ${bug.culprit} ${bug.line} member`) * 40);
  const isAnew = shareOf(`${source} lays out ${bug.path.file}`) < LAID_OUT_ANEW;
  const shift = isAnew ? 8 * (1 + Math.floor(shareOf(`${source} shifts ${bug.path.file}`) * 4)) : 0;
  return (own === 0 ? 0 : own + shift).toString(16).padStart(16, '0');
}

/** Architectures of one branch are built of one source. */
function sourceOf(branch: string): string {
  return branch.replace(/-arm64$/, '');
}
