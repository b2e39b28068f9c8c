import { generalLine } from '@oopstream/core-signature';
import type { Verdict } from '../analysis';
import type { Opinion } from './rule';
import { bareName, type Scene } from './scene';
import { foreignModules, frameOf, isSameFunction, ownerOf, subsystemOf } from './suspects';
import { inModule } from './say';

type Culprit = NonNullable<Verdict['culprit']>;

/** Who is suspected where it is not the function that trapped: one way to name somebody. */
type Search = (scene: Scene, opinion: Opinion) => Culprit | null;

/** Memory checkers keep the stacks of the object's life: who freed what is still used is half of the answer. */
const ofObject: Search = (scene, opinion) => {
  if (opinion.class !== 'use-after-free' && opinion.class !== 'double-free') return null;
  const freed = ownerOf(scene, 'freed-by');
  if (freed === null) return null;
  const again = opinion.class === 'double-free';
  return {
    name: `${freed.name}${inModule(freed.module)}`,
    confidence: 'likely',
    why: again
      ? 'the report names it as who freed the object the first time'
      : 'the report names it as who freed the object while somebody still used it',
  };
};

const ofAllocation: Search = (scene, opinion) => {
  if (opinion.class !== 'uninitialised' && opinion.victim !== true) return null;
  const owner = ownerOf(scene, 'stored-by') ?? ownerOf(scene, 'allocated-by');
  if (owner === null) return null;
  return {
    name: `${owner.name}${inModule(owner.module)}`,
    confidence: 'hint',
    why: 'the report names it as who allocated the object, so its users are the nearest to have written there',
  };
};

const ofUnloaded: Search = ({ crash }, opinion) => {
  const { lastUnloaded } = crash.details;
  if (opinion.class !== 'code-unloaded' || lastUnloaded === null) return null;
  return {
    name: `module ${lastUnloaded}`,
    confidence: opinion.confidence === 'hint' ? 'hint' : 'likely',
    why: 'it is the module that was unloaded last',
  };
};

/** Data that only one subsystem handles points to it: first to what of it stands in this stack, then to foreign modules of it. */
const ofData: Search = (scene, opinion) => {
  if (opinion.class !== 'memory-overwrite') return null;
  const subsystem = subsystemOf(scene);
  if (subsystem === null) return null;
  const module = foreignModules(scene).find((name) => subsystem.match.test(name));
  if (module !== undefined)
    return {
      name: `module ${module}`,
      confidence: 'hint',
      why: `the data that was written is the ${subsystem.name} subsystem’s, and it is an out-of-tree module of that kind`,
    };
  const frame = frameOf(scene, subsystem);
  if (frame === null)
    return {
      name: `${subsystem.name} subsystem`,
      confidence: 'hint',
      why: 'the data that was written is of the kind that it handles',
    };
  return {
    name: `${bareName(frame.function)}${inModule(frame.module)}`,
    confidence: 'hint',
    why: `the data that was written is the ${subsystem.name} subsystem’s, and it stands in this stack; a neighbour of it in the same slab cache may have done it as well`,
  };
};

/** A victim of which nothing is known but that one module is not of the kernel's tree. */
const ofForeign: Search = (scene, opinion) => {
  const foreign = foreignModules(scene);
  const [only] = foreign;
  if (
    opinion.victim !== true ||
    only === undefined ||
    foreign.length > 1 ||
    /^(?:hardware-error|bit-flip)$/.test(opinion.class)
  )
    return null;
  return {
    name: `module ${only}`,
    confidence: 'hint',
    why: 'it is the only out-of-tree module that is loaded',
  };
};

/** The kernel's own function met what its caller did. */
const ofCaller: Search = (scene, { victim, class: named }) => {
  const { blamed, fault } = scene;
  if (blamed === null || fault === null || victim === true || isSameFunction(blamed.name, fault)) return null;
  // Only what everybody calls is no suspect itself.
  if (generalLine(fault) === null) return null;
  if (/^(?:deliberate|hardware-error|bit-flip|firmware|lockup|hung-task|unknown)$/.test(named)) return null;
  return {
    name: `${blamed.name}${inModule(blamed.module)}`,
    confidence: 'likely',
    why: `it called ${fault}, which only met what it was given`,
  };
};

const SEARCHES: readonly Search[] = [ofObject, ofUnloaded, ofData, ofAllocation, ofForeign, ofCaller];

/** The first way that names somebody other than the function that trapped; `null` where none does. */
export function findCulprit(scene: Scene, opinion: Opinion): Culprit | null {
  if (opinion.class === 'unknown') return null;
  for (const search of SEARCHES) {
    const culprit = search(scene, opinion);
    if (culprit !== null) return culprit;
  }
  return null;
}
