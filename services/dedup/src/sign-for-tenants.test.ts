import { sampleAlgorithm, sampleReceipt } from '@oopstream/core-incident/fakes';
import { createAlgorithms } from '@oopstream/core-signature';
import { MemoryReplayStore } from '@oopstream/ports/fakes';
import { signForTenants } from './sign-for-tenants';

const V1 = sampleAlgorithm();
const V2 = sampleAlgorithm(2, () => 'other');

async function keysOf(
  receipts: Parameters<typeof signForTenants>[0],
  versions: readonly [string, number][],
  list = [V1, V2],
) {
  const store = new MemoryReplayStore();
  for (const [tenant, version] of versions) store.versions.set(tenant, version);
  const signed = await signForTenants(receipts, { algorithms: createAlgorithms(list), versions: store });
  return signed.map(({ content }) =>
    content.kind === 'read' ? content.readings.map((one) => one.signature.groupKey) : [],
  );
}

describe('the algorithm of a tenant', () => {
  const receipt = (tenant: string) => sampleReceipt(1, { tenant, readings: [{ bug: 'f' }] });

  it('signs, whichever worker did', async () => {
    expect(
      await keysOf(
        [receipt('old'), receipt('new'), sampleReceipt(2, { rejected: 'x' })],
        [
          ['old', 1],
          ['new', 2],
        ],
      ),
    ).toEqual([['v1:f'], ['v2:other'], []]);
  });

  it('is the one of this release where a worker of a newer one signed by another', async () => {
    const newer = await signForTenants([receipt('a')], {
      algorithms: createAlgorithms([V2]),
      versions: new MemoryReplayStore(),
    });
    expect(await keysOf(newer, [['a', 1]], [V1])).toEqual([['v1:f']]);
  });

  it('leaves a reading alone where this release does not know the algorithm', async () => {
    expect(await keysOf([receipt('a')], [['a', 3]])).toEqual([['v1:f']]);
  });
});
