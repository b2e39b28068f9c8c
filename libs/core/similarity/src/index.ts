export { MAX_STACK_FRAMES, STACK_VERSION, shapeOf, stackOf } from './crash-stack';
export type { CrashStack, StackFrame } from './crash-stack';
export { compareStacks } from './compare-stacks';
export type { StackComparison } from './compare-stacks';
export type { CulpritRelation } from './culprits';
export { NO_FRAME_MODEL, frameWeight } from './frame-weight';
export type { FrameModel } from './frame-weight';
export type { FrameMatch } from './match-frames';
export { asksOf, termsOf } from './stack-terms';
