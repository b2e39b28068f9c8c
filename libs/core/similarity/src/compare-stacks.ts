import type { CrashStack } from './crash-stack';
import { relateCulprits } from './culprits';
import type { CulpritRelation } from './culprits';
import { frameWeight } from './frame-weight';
import type { FrameModel } from './frame-weight';
import { matchFrames } from './match-frames';
import type { FrameMatch } from './match-frames';

/** Weight that is missing from any comparison, so that short stacks prove less than long ones. */
export const EVIDENCE_WANTED = 0.35;

/** What is left of the score for each function that is taken to be inlined. */
export const MISSING_FACTOR = 0.95;

export interface StackComparison {
  /** 0 (nothing in common, or two culprits) to 1 (never reached: every stack could be longer). */
  readonly score: number;
  readonly relation: CulpritRelation;
  /** Frames that both have, innermost of ours first. */
  readonly matches: readonly FrameMatch[];
  /** Weight of the frames that only one has. */
  readonly unmatched: number;
}

/**
 * How alike two stacks are: `Σ gain of matches / (Σ weight of all frames of both + wanted) · factor^missing`, where a match
 * gains the weight of both its frames, less the further they stand apart (after FaST, "A fast stack trace similarity", and
 * TraceSim's weights by position and rarity). Where one build inlined the other's culprit, positions count from the first
 * function that both may have. Linear in the frames but for sorting them by name; symmetric.
 */
export function compareStacks(ours: CrashStack, theirs: CrashStack, model: FrameModel): StackComparison {
  const relation = relateCulprits(ours, theirs);
  if (relation.kind === 'different') return { score: 0, relation, matches: [], unmatched: 0 };
  const missing = relation.kind === 'inlined' ? relation.missing : [];
  const positioned = (stack: CrashStack) =>
    stack.frames
      .filter(({ name }) => !missing.includes(name))
      .map(({ name }, position) => ({ name, position, weight: frameWeight(name, position, model) }));
  const [a, b] = [positioned(ours), positioned(theirs)];
  const matches = matchFrames(a, b);
  const total = [...a, ...b].reduce((sum, { weight }) => sum + weight, 0);
  const matched = matches.reduce((sum, { weight }) => sum + weight, 0);
  const gain = matches.reduce((sum, match) => sum + match.gain, 0);
  const score = (gain / (total + EVIDENCE_WANTED)) * MISSING_FACTOR ** missing.length;
  return { score, relation, matches, unmatched: total - matched };
}
