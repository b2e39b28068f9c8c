import { generalLine } from '@oopstream/core-signature';
import type { Verdict, VerdictFlag } from '../analysis';
import type { Opinion } from './rule';
import type { Scene } from './scene';
import { foreignModules } from './suspects';

/** Out-of-tree, proprietary or unsigned code in the crash's own stack, blamed, or suspected. */
function isForeignSuspected(scene: Scene, culprit: Verdict['culprit']): boolean {
  const foreign = new Set(foreignModules(scene));
  if (foreign.size === 0) return false;
  const { reading } = scene.crash;
  const inStack = reading.frames.some(
    ({ module, reliable }) => reliable && module !== null && foreign.has(module),
  );
  const named = [scene.faultModule, scene.blamed?.module].some((name) => name != null && foreign.has(name));
  return inStack || named || [...foreign].some((name) => culprit?.name.includes(name));
}

/** A victim that any user of the kernel shares: its crash says little about who did it. */
const isShared = ({ inAllocator, fault }: Scene): boolean =>
  inAllocator || (fault !== null && generalLine(fault) !== null);

export function flagsOf(scene: Scene, opinion: Opinion, culprit: Verdict['culprit']): readonly VerdictFlag[] {
  const flags: VerdictFlag[] = [];
  const isVictim = opinion.victim === true;
  if (isForeignSuspected(scene, culprit)) flags.push('out-of-tree-module-suspected');
  if (isVictim || culprit !== null) flags.push('victim-differs-from-culprit');
  if (isVictim && isShared(scene)) flags.push('shared-victim');
  return flags;
}
