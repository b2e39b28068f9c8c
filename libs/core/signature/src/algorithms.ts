import type { Reading } from '@oopstream/core-transcript';
import { ALGORITHM_VERSION, sign } from './sign';
import type { HashText, Signature } from './sign';

/** One way to sign readings. Signatures of it carry its version. */
export interface Algorithm {
  readonly version: number;
  readonly sign: (reading: Reading, hash: HashText) => Signature;
}

/** The algorithms that this release knows: each version signs the same reading the same way for ever. */
export interface Algorithms {
  /** Ascending. */
  readonly versions: readonly number[];
  readonly newest: number;
  /** @returns `undefined` for a version that this release does not know */
  find(version: number): Algorithm | undefined;
}

/** @throws Error when there is none, or two of one version */
export function createAlgorithms(list: readonly Algorithm[]): Algorithms {
  const byVersion = new Map(list.map((algorithm) => [algorithm.version, algorithm]));
  const versions = [...byVersion.keys()].sort((a, b) => a - b);
  const newest = versions.at(-1);
  if (newest === undefined || byVersion.size !== list.length)
    throw new Error('algorithms need versions of their own, and there must be one');
  return { versions, newest, find: (version) => byVersion.get(version) };
}

/**
 * Every algorithm of this release. A new version comes beside the one before, which stays for as long as tenants may
 * still be signed by it: they change over by a replay.
 */
export const ALGORITHMS: Algorithms = createAlgorithms([{ version: ALGORITHM_VERSION, sign }]);

/** @returns a key without its version: equal texts of two algorithms have equal ones. */
export function withoutVersion(key: string): string {
  return key.replace(/^v\d+:/, '');
}
