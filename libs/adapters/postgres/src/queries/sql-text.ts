/** Builds a statement piece by piece; values only ever go in as parameters. */
export interface SqlText {
  /** @returns the placeholder of a value. */
  bind(value: unknown): string;
  /** @returns an expression of the `timestamptz` that lies so many milliseconds after 1970. */
  bindTime(ms: number): string;
  readonly values: readonly unknown[];
}

export function createSqlText(): SqlText {
  const values: unknown[] = [];
  const bind = (value: unknown): string => {
    values.push(value);
    return `$${values.length}`;
  };
  return { bind, bindTime: (ms) => `to_timestamp(${bind(ms)}::double precision / 1000)`, values };
}

/** @returns a pattern for ILIKE that finds the text itself anywhere. */
export function containsPattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
