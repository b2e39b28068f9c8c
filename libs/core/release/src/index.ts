export type { Distribution, KernelRelease } from './kernel-release';
export { MAX_RELEASE_LENGTH, parseRelease } from './parse-release';
export { branchOf, compareReleases, containsFix } from './release-order';
export type { Contains, ReleaseOrder } from './release-order';
