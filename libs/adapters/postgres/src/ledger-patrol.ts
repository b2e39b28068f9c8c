import type { HourRange, LedgerCheck, LedgerMismatch, LedgerPatrol, PatrolOptions } from '@oopstream/ports';
import { jsonRows, timestamp } from './json-rows';
import { checkHours } from './ledger-hours';
import { insertOutbox } from './outbox-rows';
import type { PostgresPool, Sql } from './pool';

/** One patrol at a time. */
const PATROL_LOCK = 7_246_190_022;
const HOUR_MS = 3_600_000;

const NEXT_HOURS = `
SELECT DISTINCT hour AS "hourMs" FROM oopstream.ledger_hour
WHERE hour >= (SELECT next_hour FROM oopstream.ledger_patrol) AND hour < $1::timestamptz ORDER BY hour LIMIT $2`;

const KNOWN = `
SELECT tenant, hour AS "hourMs", kind, outcome FROM oopstream.ledger_mismatch`;

const FORGET_HEALED = `
DELETE FROM oopstream.ledger_mismatch known
WHERE known.hour >= $2::timestamptz AND known.hour < $3::timestamptz AND NOT EXISTS (
  SELECT FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, hour timestamptz, kind text, outcome text)
  WHERE row.tenant = known.tenant AND row.hour = known.hour AND row.kind = known.kind AND row.outcome = known.outcome)`;

const REMEMBER = `
INSERT INTO oopstream.ledger_mismatch AS known (tenant, hour, kind, outcome, expected, found, first_seen_at)
SELECT tenant, hour, kind, outcome, expected, found, $2::timestamptz
FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, hour timestamptz, kind text, outcome text, expected bigint,
  found bigint)
ON CONFLICT (tenant, hour, kind, outcome) DO UPDATE SET expected = excluded.expected, found = excluded.found`;

const ENDPOINTS = `
SELECT tenant, id FROM oopstream.webhook_endpoint
WHERE tenant = ANY($1::text[]) AND enabled AND removed_at IS NULL ORDER BY created_at, id`;

export function createLedgerPatrol(pool: PostgresPool): LedgerPatrol {
  return {
    patrol: (options, tell) =>
      pool.transaction(async (sql) => {
        await sql.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
        const { rows } = await sql.query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [
          PATROL_LOCK,
        ]);
        if (rows[0]?.mine !== true) return null;
        const known = new Set((await sql.query<LedgerMismatch>(KNOWN)).rows.map(placeOf));
        const fresh: LedgerMismatch[] = [];
        let hours = 0;
        for (const range of await rangesOf(sql, options)) {
          const check = await checkHours(sql, null, range);
          hours += check.hours;
          fresh.push(...check.mismatches.filter((one) => !known.has(placeOf(one))));
          await remember(sql, range, check, options.nowMs);
        }
        const tenants = [...new Set(fresh.map(({ tenant }) => tenant))];
        const { rows: endpoints } = await sql.query<{ tenant: string; id: string }>(ENDPOINTS, [tenants]);
        await insertOutbox(sql, { publications: [], deliveries: tell(fresh, endpoints) });
        const { rows: open } = await sql.query<{ count: number }>(
          'SELECT count(*) AS count FROM oopstream.ledger_mismatch',
        );
        return { hours, fresh, open: open[0]?.count ?? 0 };
      }),
  };
}

/** The recent hours, and the next of the round, which begins anew with what was before the retention floor. */
async function rangesOf(sql: Sql, options: PatrolOptions): Promise<HourRange[]> {
  const hourMs = Math.floor(options.nowMs / HOUR_MS) * HOUR_MS;
  // Clocks of collectors may be ahead.
  const recent = { fromMs: hourMs - options.recentHours * HOUR_MS, toMs: hourMs + 2 * HOUR_MS };
  const { rows } = await sql.query<{ hourMs: number }>(NEXT_HOURS, [
    timestamp(recent.fromMs),
    options.roundHours,
  ]);
  const [first, last] = [rows[0], rows.at(-1)];
  const isOver = rows.length < options.roundHours;
  const nextMs = last === undefined || isOver ? 0 : last.hourMs + HOUR_MS;
  await sql.query('UPDATE oopstream.ledger_patrol SET next_hour = $1::timestamptz', [timestamp(nextMs)]);
  if (first === undefined || last === undefined) return [recent];
  return [recent, { fromMs: first.hourMs === 0 ? null : first.hourMs, toMs: last.hourMs + HOUR_MS }];
}

async function remember(sql: Sql, range: HourRange, check: LedgerCheck, nowMs: number): Promise<void> {
  const rows = jsonRows(check.mismatches.map((one) => ({ ...one, hour: timestamp(one.hourMs ?? 0) })));
  const place = [timestamp(range.fromMs ?? 0), timestamp(range.toMs)];
  await sql.query(FORGET_HEALED, [rows, ...place]);
  if (check.mismatches.length > 0) await sql.query(REMEMBER, [rows, timestamp(nowMs)]);
}

function placeOf({ tenant, hourMs, kind, outcome }: LedgerMismatch): string {
  return JSON.stringify([tenant, hourMs ?? 0, kind, outcome]);
}
