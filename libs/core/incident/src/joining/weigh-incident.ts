import { compareStacks, isFinal, relateCulprits } from '@oopstream/core-similarity';
import type { CrashStack, FrameModel, StackComparison } from '@oopstream/core-similarity';

/** Shapes of one key of an incident. */
export interface IncidentKey {
  readonly groupKey: string;
  readonly stacks: readonly CrashStack[];
  /** A person put it there: it says nothing of which crashes look alike. */
  readonly decided: boolean;
}

export interface NearestKey {
  readonly groupKey: string;
  readonly comparison: StackComparison;
}

/**
 * Compares a new key's stacks with an incident's. Whatever the score, no key of the incident may be another bug than ours:
 * only that it lacks a function of ours, or we one of its, is no contradiction. Keys whose own culprit is missing a function
 * that another key of the incident shows are that key's, and not asked.
 *
 * @param isSwitch whether a stack's culprit calls so many that none of them can be told to be missing
 * @returns the nearest key, or `null` where the incident is of another bug
 */
export function weighIncident(
  ours: readonly CrashStack[],
  keys: readonly IncidentKey[],
  model: FrameModel,
  isSwitch: (stack: CrashStack) => boolean = () => false,
): NearestKey | null {
  const anchors = keys.filter((key) => !key.decided && !keys.some((other) => isShallower(key, other)));
  if (anchors.some((key) => !mayBeOne(ours, key.stacks))) return null;
  let nearest: NearestKey | null = null;
  for (const { groupKey, stacks } of keys) {
    if (!mayBeOne(ours, stacks)) continue;
    for (const mine of ours)
      for (const theirs of stacks) {
        const comparison = compareStacks(mine, theirs, model);
        const { relation } = comparison;
        if (relation.kind === 'inlined' && isSwitch(relation.of === 'ours' ? theirs : mine)) continue;
        if (nearest === null || comparison.score > nearest.comparison.score)
          nearest = { groupKey, comparison };
      }
  }
  return nearest;
}

function isShallower(key: IncidentKey, other: IncidentKey): boolean {
  return key.stacks.some((mine) =>
    other.stacks.some((theirs) => {
      const relation = relateCulprits(mine, theirs);
      return relation.kind === 'inlined' && relation.of === 'theirs';
    }),
  );
}

function mayBeOne(ours: readonly CrashStack[], theirs: readonly CrashStack[]): boolean {
  const relations = ours.flatMap((mine) => theirs.map((other) => relateCulprits(mine, other)));
  return (
    relations.some(({ kind }) => kind !== 'different') &&
    !relations.some((relation) => relation.kind === 'different' && isFinal(relation.why))
  );
}
