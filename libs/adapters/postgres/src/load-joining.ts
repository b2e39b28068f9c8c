import { DEFAULT_JOIN_CANDIDATES, NO_JOINING, joiningAsks } from '@oopstream/core-incident';
import type { JoiningAsk, JoiningState, KeyName, KeyStack, Receipt } from '@oopstream/core-incident';
import { STACK_VERSION } from '@oopstream/core-similarity';
import { jsonRows } from './json-rows';
import type { Sql } from './pool';

// New keys of a tenant come one batch after the other from here on, so that two that are alike see each other. The lock
// lies between those of keys and of incidents.
const LOCK_JOINING = 'SELECT pg_advisory_xact_lock(hashtextextended($1, 7246190031))';

/** Keys of an incident that a new key is compared with. */
const KEYS_PER_INCIDENT = 20;

export const SELECT_CANDIDATES = `
SELECT DISTINCT ask.tenant, ask."groupKey", i.id
FROM jsonb_to_recordset($1::jsonb) AS ask(tenant text, "groupKey" text, term text)
CROSS JOIN LATERAL (
  SELECT t.group_key FROM oopstream.key_stack_term t WHERE t.tenant = ask.tenant AND t.term = ask.term
  ORDER BY t.group_key LIMIT $2
) near
JOIN oopstream.incident_key key ON key.tenant = ask.tenant AND key.group_key = near.group_key
JOIN oopstream.incident i ON i.id = key.incident_id
WHERE NOT i.holding AND i.merged_into IS NULL AND (i.status = 'open' OR i.crashes > 0)`;

export const SELECT_CANDIDATE_KEYS = `
SELECT key.tenant, key.group_key AS "groupKey", wanted.id AS "incidentId", key.decided_by IS NOT NULL AS decided
FROM unnest($1::uuid[]) AS wanted(id)
CROSS JOIN LATERAL (
  SELECT k.tenant, k.group_key, k.decided_by FROM oopstream.incident_key k WHERE k.incident_id = wanted.id
  ORDER BY k.attached_at, k.group_key LIMIT ${KEYS_PER_INCIDENT}
) key`;

export const SELECT_STACKS = `
SELECT s.tenant, s.group_key AS "groupKey", s.stack
FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, "groupKey" text)
JOIN oopstream.key_stack s ON s.tenant = row.tenant AND s.group_key = row."groupKey" AND s.version = $2
ORDER BY s.tenant, s.group_key, s.added_at, s.shape`;

const SELECT_MODELS = `
SELECT m.tenant, m.version, m.keys, coalesce((
  SELECT jsonb_object_agg(f.name, f.keys) FROM jsonb_array_elements_text(row.names) AS wanted(name)
  JOIN oopstream.frame_frequency f ON f.tenant = m.tenant AND f.version = m.version AND f.name = wanted.name
), '{}') AS "keysWith"
FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, names jsonb)
JOIN oopstream.frame_model m ON m.tenant = row.tenant`;

const SELECT_REFUSALS = `
SELECT r.tenant, r.group_key AS "groupKey", r.incident_id AS "incidentId"
FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, "groupKey" text)
JOIN oopstream.refusal r ON r.tenant = row.tenant AND r.group_key = row."groupKey"`;

export interface JoiningLoad {
  readonly receipts: readonly Receipt[];
  /** Every key of the batch, locked. */
  readonly keys: readonly KeyName[];
  /** Those of them that lead nowhere yet. */
  readonly claimed: readonly KeyName[];
  /** Most incidents that a new key is compared with; 0: none. */
  readonly candidates: number | undefined;
}

/** Reads what the batch's keys look like, and which incidents its new ones may join. The caller locks those. */
export async function loadJoining(sql: Sql, load: JoiningLoad): Promise<JoiningState> {
  if (load.keys.length === 0) return NO_JOINING;
  const claimed = new Set(load.claimed.map(nameOf));
  const asks = joiningAsks(load.receipts, (key) => claimed.has(nameOf(key)));
  for (const tenant of [...new Set(asks.map((ask) => ask.tenant))].sort())
    await sql.query(LOCK_JOINING, [tenant], 'lock_joining');
  const candidates = await selectCandidates(sql, asks, load.candidates ?? DEFAULT_JOIN_CANDIDATES);
  const stacks = await selectStacks(sql, [...load.keys, ...candidates]);
  if (candidates.length === 0) return { ...NO_JOINING, stacks };
  return {
    stacks,
    candidates,
    models: await selectModels(sql, stacks),
    refusals: await selectRefusals(sql, load.claimed),
  };
}

async function selectCandidates(
  sql: Sql,
  asks: readonly JoiningAsk[],
  limit: number,
): Promise<JoiningState['candidates']> {
  const rows = asks.flatMap(({ tenant, groupKey, terms }) =>
    terms.map((term) => ({ tenant, groupKey, term })),
  );
  if (rows.length === 0 || limit === 0) return [];
  const { rows: found } = await sql.query<KeyName & { readonly id: string }>(
    SELECT_CANDIDATES,
    [jsonRows(rows), limit],
    'select_candidates',
  );
  const ids = [...Map.groupBy(found, nameOf).values()].flatMap((near) =>
    near
      .map(({ id }) => id)
      .sort()
      .slice(0, limit),
  );
  if (ids.length === 0) return [];
  const { rows: keys } = await sql.query<JoiningState['candidates'][number]>(
    SELECT_CANDIDATE_KEYS,
    [[...new Set(ids)]],
    'select_candidate_keys',
  );
  return keys;
}

async function selectStacks(sql: Sql, keys: readonly KeyName[]): Promise<KeyStack[]> {
  const names = new Map(
    keys.map(({ tenant, groupKey }) => [nameOf({ tenant, groupKey }), { tenant, groupKey }]),
  );
  const json = jsonRows([...names.values()]);
  return (await sql.query<KeyStack>(SELECT_STACKS, [json, STACK_VERSION], 'select_stacks')).rows;
}

export async function selectModels(sql: Sql, stacks: readonly KeyStack[]): Promise<JoiningState['models']> {
  const wanted = [...Map.groupBy(stacks, (one) => one.tenant)].map(([tenant, own]) => ({
    tenant,
    names: [...new Set(own.flatMap(({ stack }) => stack.frames.map(({ name }) => name)))],
  }));
  const { rows } = await sql.query<JoiningState['models'][number]>(
    SELECT_MODELS,
    [jsonRows(wanted)],
    'select_models',
  );
  return rows;
}

async function selectRefusals(sql: Sql, keys: readonly KeyName[]): Promise<JoiningState['refusals']> {
  const { rows } = await sql.query<JoiningState['refusals'][number]>(
    SELECT_REFUSALS,
    [jsonRows(keys)],
    'select_refusals',
  );
  return rows;
}

function nameOf({ tenant, groupKey }: KeyName): string {
  return JSON.stringify([tenant, groupKey]);
}
