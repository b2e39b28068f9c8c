export { STACK_VERSION, shapeOf, stackOf } from './crash-stack';
export type { CrashStack } from './crash-stack';
export { compareStacks } from './compare-stacks';
export type { StackComparison } from './compare-stacks';
export { isFinal, relateCulprits } from './culprits';
export { NO_FRAME_MODEL } from './frame-weight';
export type { FrameModel } from './frame-weight';
export { asksOf, calleesTerm, termsOf } from './stack-terms';
