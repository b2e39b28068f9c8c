export type { Blame, BlameStep } from './blame';
export type { FrameList, ListHit, ListLine } from './lists/frame-list';
export { ALGORITHM_VERSION, explain, sign } from './sign';
export type { Explanation, HashText, Signature } from './sign';
export { machineryLine } from './skip';
export type { Candidate } from './stack';
export { changesGroups, diffGroups } from './diff';
export type { GroupDiff, GroupedCrash, GroupedText, GroupShare } from './diff';
