import { hash } from 'node:crypto';
import type { Receipt, SignedReading } from '@oopstream/core-incident';
import type { Algorithms } from '@oopstream/core-signature';
import type { AlgorithmStore } from '@oopstream/ports';

export interface SigningDeps {
  readonly algorithms: Algorithms;
  readonly versions: AlgorithmStore;
}

export function hashText(text: string): string {
  return hash('sha256', text);
}

/**
 * Signs readings by the algorithm that their tenant goes by, whichever worker signed them: a new release changes no
 * grouping before a replay took the tenant over.
 */
export async function signForTenants(
  receipts: readonly Receipt[],
  { algorithms, versions }: SigningDeps,
): Promise<readonly Receipt[]> {
  const used = new Set(receipts.flatMap(readingsOf).map(({ signature }) => signature.algorithmVersion));
  // Nobody can have decided otherwise: there is one version.
  if (algorithms.versions.length === 1 && [...used].every((version) => version === algorithms.newest))
    return receipts;
  const tenants = [...new Set(receipts.map((receipt) => receipt.tenant))];
  const active = await versions.activeVersions(tenants, algorithms.newest);
  return receipts.map((receipt) => {
    const algorithm = algorithms.find(active.get(receipt.tenant) ?? algorithms.newest);
    const { content } = receipt;
    if (algorithm === undefined || content.kind !== 'read') return receipt;
    const readings = content.readings.map((one) =>
      one.signature.algorithmVersion === algorithm.version
        ? one
        : { ...one, signature: algorithm.sign(one.reading, hashText) },
    );
    return { ...receipt, content: { ...content, readings } };
  });
}

function readingsOf({ content }: Receipt): readonly SignedReading[] {
  return content.kind === 'read' ? content.readings : [];
}
