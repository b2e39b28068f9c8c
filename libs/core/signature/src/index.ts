export type { Blame, BlameStep } from './blame';
export type { FrameList, ListHit, ListLine } from './lists/frame-list';
export { ALGORITHM_VERSION, explain, sign } from './sign';
export type { Explanation, HashText, Signature } from './sign';
export { machineryLine } from './skip';
export type { Candidate } from './stack';
export { changesGroups, createGroupComparison, diffGroups } from './diff';
export type { GroupComparison, GroupDiff, PlacedCrash } from './diff';
export type { GroupedCrash, GroupedText, GroupShare } from './group-tally';
