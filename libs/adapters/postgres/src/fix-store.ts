import type { FixStore, StoredFix } from '@oopstream/ports';
import { isUuid } from './is-uuid';
import { jsonRows, timestamp } from './json-rows';
import type { PostgresPool } from './pool';
import { afterKey, cutPage, orderBy } from './queries/keyset';
import type { Keyset } from './queries/keyset';
import { createSqlText } from './queries/sql-text';

const INSERT = `
INSERT INTO oopstream.fix (id, tenant, commit, release, livepatch, note, added_at, added_by)
SELECT id, tenant, commit, release, livepatch, note, added_at, added_by
FROM jsonb_to_recordset($1::jsonb) AS row(id uuid, tenant text, commit text, release text, livepatch text, note text,
  added_at timestamptz, added_by text)
ORDER BY tenant, commit, release, livepatch
ON CONFLICT DO NOTHING RETURNING tenant, left(commit, 12) AS start`;

/** Those that crashed where nobody knew are judged again by the next sweep; in order of ids, as everybody locks them. */
const LOOK_AGAIN = `
UPDATE oopstream.incident SET due_at = row.at
FROM (
  SELECT i.id, row.at
  FROM jsonb_to_recordset($1::jsonb) AS row(tenant text, start text, at timestamptz)
  JOIN oopstream.incident i ON i.tenant = row.tenant AND left(i.fix ->> 'commit', 12) = row.start
  WHERE i.fix ->> 'commit' IS NOT NULL AND i.status = 'resolved'
  ORDER BY i.id FOR UPDATE OF i
) AS row
WHERE incident.id = row.id`;

const KEYSET: Keyset = { column: 'added_at', id: 'id', isTime: true, descending: true };

interface FixSqlRow extends Omit<StoredFix, 'addedAtMs' | 'addedBy'> {
  readonly added_at: number;
  readonly added_by: string;
}

/** The fix table on PostgreSQL. */
export function createFixStore(pool: PostgresPool): FixStore {
  return {
    addFixes: (rows) => addFixes(pool, rows),
    async removeFix(tenant, id) {
      if (!isUuid(id)) return false;
      const sql = 'DELETE FROM oopstream.fix WHERE tenant = $1 AND id = $2';
      return (await pool.query(sql, [tenant, id], 'remove_fix')).rowCount > 0;
    },
    async listFixes(tenant, { commit }, page) {
      const text = createSqlText();
      const conditions = [`tenant = ${text.bind(tenant)}`];
      if (commit !== null) {
        const said = text.bind(commit);
        conditions.push(`left(commit, 12) = left(${said}, 12)`);
        conditions.push(`(starts_with(commit, ${said}) OR starts_with(${said}, commit))`);
      }
      if (page.after !== null) conditions.push(afterKey(text, KEYSET, page.after));
      const statement = `SELECT id, tenant, commit, release, livepatch, note, added_at, added_by FROM oopstream.fix
        WHERE ${conditions.join(' AND ')} ORDER BY ${orderBy(KEYSET)} LIMIT ${text.bind(page.limit + 1)}`;
      const { rows } = await pool.query<FixSqlRow>(statement, text.values);
      return cutPage(rows, page.limit, (row) => row.added_at, viewFix);
    },
  };
}

function addFixes(pool: PostgresPool, fixes: readonly StoredFix[]): Promise<number> {
  const at = timestamp(Math.max(0, ...fixes.map(({ addedAtMs }) => addedAtMs)));
  const rows = fixes.map((fix) => ({ ...fix, added_at: timestamp(fix.addedAtMs), added_by: fix.addedBy }));
  return pool.transaction(async (sql) => {
    const added = await sql.query<{ tenant: string; start: string }>(INSERT, [jsonRows(rows)], 'add_fixes');
    const commits = new Map(added.rows.map((row) => [`${row.tenant} ${row.start}`, { ...row, at }]));
    if (commits.size > 0) await sql.query(LOOK_AGAIN, [jsonRows([...commits.values()])], 'look_again');
    return added.rows.length;
  });
}

function viewFix({ added_at, added_by, ...same }: FixSqlRow): StoredFix {
  return { ...same, addedAtMs: added_at, addedBy: added_by };
}
