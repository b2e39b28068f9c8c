export type { Distribution, KernelRelease } from './kernel-release';
