import { MISMATCH_EXAMPLES } from '@oopstream/ports';
import type { LedgerCheck } from '@oopstream/ports';
import { jsonRows } from './json-rows';
import type { Sql } from './pool';

const MISSING = `
WITH wanted AS (
  SELECT partition, "offset" FROM jsonb_to_recordset($1::jsonb) AS row(partition integer, "offset" bigint)
), place AS (
  SELECT source_partition AS partition, source_offset AS at FROM oopstream.receipt
  UNION ALL
  SELECT row.partition, row.offset FROM oopstream.receipt,
    jsonb_to_recordset(redelivered_from) AS row(partition integer, "offset" bigint)
  WHERE redelivered_from <> '[]'
), known AS (
  SELECT partition, range_agg(int8range(at, at, '[]')) AS offsets FROM place GROUP BY partition
), missing AS (
  SELECT w.partition, w.offset, int8multirange(int8range(0, w.offset)) - coalesce(known.offsets, '{}')
    - coalesce(f.offsets, '{}') AS offsets
  FROM wanted w LEFT JOIN known USING (partition)
  LEFT JOIN oopstream.forgotten_position f ON f.source_partition = w.partition
)
SELECT m.partition, m.offset AS expected, lower(gap) AS "from", upper(gap) - 1 AS "to"
FROM missing m, unnest(m.offsets) AS gap WHERE NOT isempty(m.offsets) ORDER BY 1, 3`;

/** Reads the place of every receipt: to be asked for by a person, not all the time. */
export async function checkPositions(
  sql: Sql,
  below: readonly { readonly partition: number; readonly offset: number }[],
): Promise<LedgerCheck> {
  const { rows } = await sql.query<{ partition: number; expected: number; from: number; to: number }>(
    MISSING,
    [jsonRows(below)],
  );
  const mismatches = [...Map.groupBy(rows, ({ partition }) => partition)].map(([partition, gaps]) => {
    const expected = gaps[0]?.expected ?? 0;
    const missing = gaps.reduce((sum, gap) => sum + gap.to - gap.from + 1, 0);
    return {
      ...{ tenant: '', hourMs: null, kind: 'position' as const, outcome: `partition ${partition}` },
      ...{ expected, found: expected - missing },
      examples: gaps.slice(0, MISMATCH_EXAMPLES).map(({ from, to }) => `${partition}:${from}-${to}`),
    };
  });
  return { hours: 0, counts: below.length, mismatches };
}
