import { readFileSync, writeFileSync } from 'node:fs';

/** Lines that may go without any case noticing, by table. */
export type Survivors = Readonly<Record<string, readonly string[]>>;

const NEW = 'no case notices that this is gone: write one';

const count = (all: Survivors) => Object.values(all).flat().length;

/** Lines of `some` that are in `others` too, or that are not. */
function select(some: Survivors, others: Survivors, shared: boolean): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(some)
      .map(
        ([table, lines]) =>
          [table, lines.filter((line) => (others[table] ?? []).includes(line) === shared)] as const,
      )
      .filter(([, lines]) => lines.length > 0),
  );
}

/**
 * Holds the lines that survive to the list of known ones, which can only shrink: any other needs a case. Those that are
 * noticed by now leave the list when `UPDATE_SURVIVORS=1` (`npm run mutate`); nothing ever enters it.
 */
export function holdToKnown(file: string, found: Survivors): void {
  let known = JSON.parse(readFileSync(file, 'utf8')) as { atMost: number; survivors: Survivors };
  if (process.env['UPDATE_SURVIVORS'] === '1') {
    const survivors = select(known.survivors, found, true);
    known = { atMost: count(survivors), survivors };
    writeFileSync(file, `${JSON.stringify(known, null, 2)}\n`);
    process.stderr.write(`${known.atMost} lines that no case notices: ${file}\n`);
  }
  expect({ [NEW]: select(found, known.survivors, false) }).toEqual({ [NEW]: {} });
  expect(count(known.survivors)).toBe(known.atMost);
}
