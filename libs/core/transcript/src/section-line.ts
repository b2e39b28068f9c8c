import { SECTIONS, type SectionRow } from './tables/sections';

const byFirst = new Map<number, SectionRow[]>();
for (const row of SECTIONS) {
  const code = row.first.charCodeAt(0);
  const rows = byFirst.get(code);
  if (rows) rows.push(row);
  else byFirst.set(code, [row]);
}

export function matchSection(message: string): SectionRow | null {
  const rows = byFirst.get(message.charCodeAt(0));
  if (!rows) return null;
  for (const row of rows) if (row.match.test(message)) return row;
  return null;
}
