import type { FixFilter, FixStore, StoredFix } from '../fix-store';
import type { Page, PageKey } from '../incident-queries';

/** The fix table in memory. */
export class MemoryFixStore implements FixStore {
  readonly rows: StoredFix[] = [];

  /** @param onAdded told of what is new, as the incidents of its commits have to be looked at */
  constructor(private readonly onAdded: (rows: readonly StoredFix[]) => void = () => undefined) {}

  addFixes(rows: readonly StoredFix[]): Promise<number> {
    const added: StoredFix[] = [];
    for (const row of rows) {
      if (this.rows.some((known) => saysSame(known, row))) continue;
      this.rows.push(row);
      added.push(row);
    }
    if (added.length > 0) this.onAdded(added);
    return Promise.resolve(added.length);
  }

  removeFix(tenant: string, id: string): Promise<boolean> {
    const index = this.rows.findIndex((row) => row.tenant === tenant && row.id === id);
    if (index >= 0) this.rows.splice(index, 1);
    return Promise.resolve(index >= 0);
  }

  listFixes(
    tenant: string,
    { commit }: FixFilter,
    { limit, after }: { readonly limit: number; readonly after: PageKey | null },
  ): Promise<Page<StoredFix>> {
    const keyOf = ({ addedAtMs, id }: StoredFix): PageKey => ({ value: addedAtMs, id });
    const compare = (a: PageKey, b: PageKey): number => b.value - a.value || (a.id < b.id ? -1 : 1);
    const found = this.rows
      .filter(
        (row) =>
          row.tenant === tenant &&
          (commit === null || row.commit.startsWith(commit) || commit.startsWith(row.commit)),
      )
      .sort((a, b) => compare(keyOf(a), keyOf(b)))
      .filter((row) => after === null || (row.id !== after.id && compare(keyOf(row), after) > 0));
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return Promise.resolve({
      items,
      next: found.length > limit && last !== undefined ? keyOf(last) : null,
    });
  }
}

function saysSame(a: StoredFix, b: StoredFix): boolean {
  return (
    a.tenant === b.tenant && a.commit === b.commit && a.release === b.release && a.livepatch === b.livepatch
  );
}
