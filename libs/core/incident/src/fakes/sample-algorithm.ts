import type { Algorithm } from '@oopstream/core-signature';

/**
 * Signs sample readings: version 1 as {@link sampleReceipt} signs them itself.
 *
 * @param regroup which group a bug belongs to, by its name and offset
 */
export function sampleAlgorithm(
  version = 1,
  regroup: (bug: string, offset: number) => string = (bug) => bug,
): Algorithm {
  return {
    version,
    sign: ({ fault }) => {
      const offset = fault?.offset ?? 16;
      const group = regroup(fault?.function ?? '', offset);
      return {
        algorithmVersion: version,
        title: `${group}+${offset} page_fault from entry_of_${group}`,
        exactKey: `v${version}:exact:${group}+${offset}`,
        groupKey: `v${version}:${group}`,
        groupText: `bad-access ${group}`,
        looseKey: `v${version}:loose:${group}`,
        family: 'bad-access',
        blamed: group,
        entry: `entry_of_${group}`,
      };
    },
  };
}
