import type { Page, PageKey } from '@oopstream/ports';
import type { SqlText } from './sql-text';

/** A column that pages are walked along, and the id that breaks its ties. */
export interface Keyset {
  readonly column: string;
  readonly id: string;
  readonly isTime: boolean;
  /** Of the id; `uuid` where not said. */
  readonly idType?: 'text';
  readonly descending: boolean;
}

/**
 * Largest first with ids rising, or the same index backwards. The first comparison alone is enough for the index; the
 * second cuts within equals.
 */
export function afterKey(
  text: SqlText,
  { column, id, isTime, idType, descending }: Keyset,
  after: PageKey,
): string {
  const value = isTime ? text.bindTime(after.value) : text.bind(after.value);
  const [before, idAfter] = descending ? ['<', '>'] : ['>', '<'];
  const tie = `${id} ${idAfter} ${text.bind(after.id)}::${idType ?? 'uuid'}`;
  return `${column} ${before}= ${value} AND (${column} ${before} ${value} OR ${tie})`;
}

export function orderBy({ column, id, descending }: Keyset): string {
  return descending ? `${column} DESC, ${id}` : `${column}, ${id} DESC`;
}

/** @param rows one more than `limit` where there is a further page */
export function cutPage<Row extends { readonly id: string }, Item>(
  rows: readonly Row[],
  limit: number,
  valueOf: (row: Row) => number,
  view: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(view),
    next: rows.length > limit && last !== undefined ? { value: valueOf(last), id: last.id } : null,
  };
}
