import type { FixRow } from '@oopstream/core-incident';
import type { Page, PageKey } from './incident-queries';

/** One line of the fix table with who said so. */
export interface StoredFix extends FixRow {
  /** UUID. */
  readonly id: string;
  readonly note: string | null;
  readonly addedAtMs: number;
  readonly addedBy: string;
}

export interface FixFilter {
  /** Whole or abbreviated to 12 digits at least; `null` does not filter. */
  readonly commit: string | null;
}

/** In which release of each branch a commit came first. All throw RetryableError `store-unavailable`. */
export interface FixStore {
  /**
   * Adds rows, all or none, and has the incidents looked at that were resolved by their commits. A row that says what is
   * known already changes nothing.
   * @returns how many were new
   */
  addFixes(rows: readonly StoredFix[]): Promise<number>;
  /** What was judged by it stays judged. @returns whether it was there */
  removeFix(tenant: string, id: string): Promise<boolean>;
  /** Last added first. */
  listFixes(
    tenant: string,
    filter: FixFilter,
    page: { readonly limit: number; readonly after: PageKey | null },
  ): Promise<Page<StoredFix>>;
}
