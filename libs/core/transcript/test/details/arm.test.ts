import { describeEras, detailsOf } from './era';
import { ARM_ERAS } from './eras-arm';

describeEras(ARM_ERAS);

it('page tables are read in each wording', () => {
  const levels = (wanted: string) =>
    detailsOf(ARM_ERAS.find(({ name }) => name === wanted)?.lines ?? []).pageTable.map(
      ({ level, value }) => `${level} ${value.toString(16)}`,
    );
  expect(levels('arm64')).toEqual(['pgd 800000042efd003', 'p4d 800000042efd003', 'pud 0']);
  expect(levels('arm')).toEqual(['pgd 0']);
});
