import { asksOfSigned, createShadowJoining } from '@oopstream/core-incident';
import type {
  JoiningState,
  KeyStack,
  ShadowJoining,
  ShadowState,
  SignedAgain,
} from '@oopstream/core-incident';
import { STACK_VERSION, shapeOf, termsOf } from '@oopstream/core-similarity';
import type { ReplayRun, ReplayTools } from '@oopstream/ports';
import { jsonRows, timestamp } from '../json-rows';
import { selectModels } from '../load-joining';
import type { Sql } from '../pool';

/** Keys of a shadow incident that a new key is compared with. */
const KEYS_PER_INCIDENT = 20;

const SELECT_CANDIDATES = `
WITH near AS (
  SELECT DISTINCT k.shadow_id FROM unnest($2::text[]) AS ask(term)
  CROSS JOIN LATERAL (
    SELECT t.group_key FROM oopstream.shadow_stack_term t WHERE t.run_id = $1 AND t.term = ask.term
    ORDER BY t.group_key LIMIT $3
  ) found
  JOIN oopstream.shadow_key k ON k.run_id = $1 AND k.group_key = found.group_key
)
SELECT key.group_key AS "groupKey", near.shadow_id AS "incidentId", key.decision_id IS NOT NULL AS decided
FROM near CROSS JOIN LATERAL (
  SELECT k.group_key, k.decision_id FROM oopstream.shadow_key k WHERE k.run_id = $1 AND k.shadow_id = near.shadow_id
  ORDER BY k.group_key LIMIT ${KEYS_PER_INCIDENT}
) key`;

const SELECT_STACKS = `
SELECT group_key AS "groupKey", stack FROM oopstream.shadow_stack
WHERE run_id = $1 AND group_key = ANY($2::text[]) AND version = $3 ORDER BY group_key, seq`;

const SELECT_FAMILIES = `
SELECT shadow_id AS id, family FROM oopstream.shadow_incident
WHERE run_id = $1 AND shadow_id = ANY($2::uuid[]) AND family IS NOT NULL`;

const SELECT_REFUSALS = `
SELECT group_key AS "groupKey", incident_id AS "incidentId" FROM oopstream.refusal
WHERE tenant = $1 AND group_key = ANY($2::text[])`;

/** What joining by similarity takes for a chunk: the shadow's own stacks, and how common functions are in the fleet. */
export async function loadShadowJoining(
  sql: Sql,
  run: ReplayRun,
  crashes: readonly SignedAgain[],
  state: ShadowState,
  { joining }: ReplayTools,
): Promise<ShadowJoining> {
  const { tenant } = run;
  const led = new Set(state.keys.map((key) => key.groupKey));
  const fresh = crashes.flatMap(({ signed }) =>
    signed === null || led.has(signed.keys.groupKey) ? [] : [signed],
  );
  const terms = [...new Set(fresh.flatMap(asksOfSigned))];
  const { rows: found } = await sql.query<Omit<JoiningState['candidates'][number], 'tenant'>>(
    SELECT_CANDIDATES,
    [...[run.id, terms], joining.candidates],
  );
  const candidates = found.map((one) => ({ ...one, tenant }));
  const newKeys = [...new Set(crashes.flatMap(({ signed }) => signed?.keys.groupKey ?? []))];
  const names = [...new Set([...newKeys, ...candidates.map((one) => one.groupKey)])];
  const { rows } = await sql.query<Omit<KeyStack, 'tenant'>>(SELECT_STACKS, [run.id, names, STACK_VERSION]);
  const stacks = rows.map((one) => ({ ...one, tenant }));
  const { rows: refusals } = await sql.query<Omit<JoiningState['refusals'][number], 'tenant'>>(
    SELECT_REFUSALS,
    [...[tenant, newKeys]],
  );
  const ids = [
    ...new Set([...candidates.map((one) => one.incidentId), ...state.keys.map((key) => key.shadowId)]),
  ];
  const { rows: families } = await sql.query<{ id: string; family: string }>(SELECT_FAMILIES, [run.id, ids]);
  const models = await selectModels(sql, stacks);
  const known = { stacks, candidates, models, refusals: refusals.map((one) => ({ ...one, tenant })) };
  const byId = new Map(families.map((row) => [row.id, row.family]));
  return createShadowJoining(known, state, byId, { tenant, settings: joining.settings });
}

const INSERT_STACKS = `
INSERT INTO oopstream.shadow_stack (run_id, group_key, version, shape, stack)
SELECT $1::uuid, group_key, version, md5(shape), stack
FROM jsonb_to_recordset($2::jsonb) AS row(group_key text, version integer, shape text, stack jsonb)
ON CONFLICT DO NOTHING`;

const INSERT_TERMS = `
INSERT INTO oopstream.shadow_stack_term (run_id, term, group_key)
SELECT DISTINCT $1::uuid, term, group_key FROM jsonb_to_recordset($2::jsonb) AS row(term text, group_key text)
ON CONFLICT DO NOTHING`;

/** Files what keys of the shadow look like. */
export async function saveShadowStacks(sql: Sql, run: ReplayRun, learnt: readonly KeyStack[]): Promise<void> {
  if (learnt.length === 0) return;
  const stacks = learnt.map(({ groupKey, stack }) => ({
    ...{ group_key: groupKey, version: stack.version, stack },
    shape: shapeOf(stack),
  }));
  await sql.query(INSERT_STACKS, [run.id, jsonRows(stacks)]);
  const terms = learnt.flatMap(({ groupKey, stack }) =>
    termsOf(stack).map((term) => ({ term, group_key: groupKey })),
  );
  await sql.query(INSERT_TERMS, [run.id, jsonRows(terms)]);
}

const PUBLISH_STACKS = `
INSERT INTO oopstream.key_stack (tenant, group_key, version, shape, stack, added_at)
SELECT $2, group_key, version, shape, stack, $3::timestamptz FROM oopstream.shadow_stack WHERE run_id = $1
ON CONFLICT DO NOTHING`;

const PUBLISH_TERMS = `
INSERT INTO oopstream.key_stack_term (tenant, term, group_key)
SELECT $2, term, group_key FROM oopstream.shadow_stack_term WHERE run_id = $1 ON CONFLICT DO NOTHING`;

/** Arriving keys find those of the shadow from now on. What a switch that is taken back leaves of them leads nowhere. */
export async function publishStacks(sql: Sql, run: ReplayRun, nowMs: number): Promise<void> {
  await sql.query(PUBLISH_STACKS, [run.id, run.tenant, timestamp(nowMs)]);
  await sql.query(PUBLISH_TERMS, [run.id, run.tenant]);
}
