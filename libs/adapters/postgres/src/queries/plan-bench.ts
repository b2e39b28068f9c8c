import type { Sql } from '../index';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Rows that the server has to look at for the answer. */
export async function countRowsTouched(sql: Sql, statement: Statement): Promise<number> {
  const plan = await planOf(sql, statement);
  return plan === undefined ? Infinity : countRows(plan);
}

/** @returns names of the tables and partitions that the server reads for the answer */
export async function relationsRead(sql: Sql, statement: Statement): Promise<ReadonlySet<string>> {
  const plan = await planOf(sql, statement);
  return new Set(plan === undefined ? [] : relationsOf(plan));
}

async function planOf(sql: Sql, { text, values }: Statement): Promise<PlanNode | undefined> {
  const { rows } = await sql.query<{ 'QUERY PLAN': readonly { readonly Plan: PlanNode }[] }>(
    `EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) ${text}`,
    values,
  );
  return rows[0]?.['QUERY PLAN'][0]?.Plan;
}

/** What the plan names but never ran is not read. */
function relationsOf(node: PlanNode): readonly string[] {
  if (node['Actual Loops'] === 0) return [];
  const own = node['Relation Name'] === undefined ? [] : [node['Relation Name']];
  return [...own, ...(node.Plans ?? []).flatMap(relationsOf)];
}

function countRows(node: PlanNode): number {
  const own =
    node['Relation Name'] === undefined
      ? 0
      : (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
  return own + (node.Plans ?? []).reduce((sum, child) => sum + countRows(child), 0);
}
