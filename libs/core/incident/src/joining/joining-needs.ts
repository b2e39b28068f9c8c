import { asksOf, stackOf } from '@oopstream/core-similarity';
import type { Receipt } from '../receipt';

export interface KeyName {
  readonly tenant: string;
  readonly groupKey: string;
}

/** One new key, and the terms by which stacks like its own are found. */
export interface JoiningAsk extends KeyName {
  readonly terms: readonly string[];
}

/** What to look up in the index of stacks. Pure. @param isNew whether a key leads nowhere yet */
export function joiningAsks(receipts: readonly Receipt[], isNew: (key: KeyName) => boolean): JoiningAsk[] {
  const asks = new Map<string, JoiningAsk & { readonly terms: string[] }>();
  for (const { tenant, content } of receipts) {
    if (content.kind !== 'read') continue;
    for (const { reading, signature } of content.readings) {
      const { groupKey } = signature;
      if (reading.damage !== null || !isNew({ tenant, groupKey })) continue;
      const id = JSON.stringify([tenant, groupKey]);
      const ask = asks.get(id) ?? { tenant, groupKey, terms: [] };
      ask.terms.push(...asksOf(stackOf(reading, signature)));
      asks.set(id, ask);
    }
  }
  return [...asks.values()].map((ask) => ({ ...ask, terms: [...new Set(ask.terms)].sort() }));
}
