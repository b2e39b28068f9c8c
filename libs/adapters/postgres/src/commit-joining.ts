import type { KeyStack } from '@oopstream/core-incident';
import { shapeOf, termsOf } from '@oopstream/core-similarity';
import { jsonRows, timestamp } from './json-rows';
import type { Sql } from './pool';

const INSERT_STACKS = `
INSERT INTO oopstream.key_stack (tenant, group_key, version, shape, stack, added_at)
SELECT tenant, group_key, version, md5(shape), stack, $2::timestamptz
FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, group_key text, version integer, shape text, stack jsonb)
ON CONFLICT DO NOTHING`;

// The keys are locked: no other batch writes terms of them.
const INSERT_TERMS = `
INSERT INTO oopstream.key_stack_term (tenant, term, group_key)
SELECT DISTINCT tenant, term, group_key FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, group_key text, term text)
ON CONFLICT DO NOTHING`;

/** Files what keys look like. */
export async function commitStacks(sql: Sql, stacks: readonly KeyStack[], nowMs: number): Promise<void> {
  if (stacks.length === 0) return;
  const rows = stacks.map(({ tenant, groupKey, stack }) => ({
    tenant,
    group_key: groupKey,
    version: stack.version,
    shape: shapeOf(stack),
    stack,
  }));
  await sql.query(INSERT_STACKS, [jsonRows(rows), timestamp(nowMs)], 'insert_stacks');
  const terms = stacks.flatMap(({ tenant, groupKey, stack }) =>
    termsOf(stack).map((term) => ({ tenant, group_key: groupKey, term })),
  );
  await sql.query(INSERT_TERMS, [jsonRows(terms)], 'insert_terms');
}
