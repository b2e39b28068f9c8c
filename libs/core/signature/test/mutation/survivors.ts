import { readFileSync, writeFileSync } from 'node:fs';

/** Lines that may go without any case noticing, by table. */
export type Survivors = Readonly<Record<string, readonly string[]>>;

/**
 * Holds the lines that survive to a list of known ones, which can only shrink: what is new must get a case, what no
 * case missed before and one does now must leave the list. `UPDATE_SURVIVORS=1` takes out, and never adds beyond `atMost`.
 */
export function holdToKnown(file: string, found: Survivors): void {
  const known = JSON.parse(readFileSync(file, 'utf8')) as { atMost: number; survivors: Survivors };
  const count = (all: Survivors) => Object.values(all).flat().length;
  if (process.env['UPDATE_SURVIVORS'] === '1' && count(found) <= known.atMost) {
    writeFileSync(file, `${JSON.stringify({ atMost: count(found), survivors: found }, null, 2)}\n`);
    return;
  }
  const missing = (from: Survivors, of: Survivors) =>
    Object.entries(of).flatMap(([table, lines]) =>
      lines.filter((line) => !from[table]?.includes(line)).map((line) => `${table}: ${line}`),
    );
  expect({
    'no case notices that this is gone: write one': missing(known.survivors, found),
    'a case notices now, or the line is gone: run with UPDATE_SURVIVORS=1': missing(found, known.survivors),
  }).toEqual({
    'no case notices that this is gone: write one': [],
    'a case notices now, or the line is gone: run with UPDATE_SURVIVORS=1': [],
  });
  expect(count(known.survivors)).toBe(known.atMost);
}
