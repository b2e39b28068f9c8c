import { hash } from 'node:crypto';
import type { PageKey } from '@oopstream/ports';
import { z } from 'zod';

const cursorSchema = z.strictObject({
  v: z.literal(1),
  q: z.string(),
  value: z.int().min(0),
  // A transcript's id is 32 digits without hyphens.
  id: z.union([z.guid(), z.string().regex(/^[0-9a-f]{32}$/)]),
});

type Query = Readonly<Record<string, unknown>>;

/** @returns an opaque cursor that only goes on with the same question: `scope` (the path) and filters. */
export function encodeCursor(key: PageKey, scope: string, query: Query): string {
  const text = JSON.stringify({ v: 1, q: digest(scope, query), value: key.value, id: key.id });
  return Buffer.from(text).toString('base64url');
}

/** @returns where to go on; `null` when malformed or of another question. */
export function decodeCursor(cursor: string, scope: string, query: Query): PageKey | null {
  let data: unknown;
  try {
    data = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
  const parsed = cursorSchema.safeParse(data);
  if (!parsed.success || parsed.data.q !== digest(scope, query)) return null;
  return { value: parsed.data.value, id: parsed.data.id };
}

/** Page size may change from page to page; everything else of the question must not. */
function digest(scope: string, query: Query): string {
  const asked = Object.entries(query)
    .filter(([name, value]) => name !== 'cursor' && name !== 'limit' && value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return hash('sha256', JSON.stringify([scope, asked])).slice(0, 16);
}
