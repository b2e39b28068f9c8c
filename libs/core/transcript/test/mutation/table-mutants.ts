import { readTranscript, type Reading } from '../../src/index';
import { CRASH8_KINDS, TRAPS } from '../../src/tables/crash8-kinds';
import { HEADERS } from '../../src/tables/headers';
import { PANICS } from '../../src/tables/panics';
import { SECTIONS } from '../../src/tables/sections';
import { caseTexts } from './case-texts';

/** What every table's rows have in common. */
interface Row {
  readonly match: RegExp;
  readonly from: string;
  readonly first?: string;
}

export const TABLES: Readonly<Record<string, readonly Row[]>> = {
  headers: HEADERS,
  panics: PANICS,
  sections: SECTIONS,
  'crash8-kinds': CRASH8_KINDS,
  traps: TRAPS,
};

type Test = (text: string) => boolean;

/** Reads with a row that answers `test` instead of its own expression, which is how it is gone or comes later. */
function withTest<T>(row: Row, test: Test, read: () => T): T {
  Object.defineProperty(row.match, 'test', { value: test, configurable: true });
  try {
    return read();
  } finally {
    delete (row.match as { test?: Test }).test;
  }
}

interface CaseText {
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly before: string;
}

/** What cases pin down of readings, and what signing starts from: no byte ranges. */
function pinned(bytes: Uint8Array): string {
  return JSON.stringify(readTranscript(bytes).readings.map(withoutSpans));
}

function withoutSpans({ span: _span, frames, ...rest }: Reading): unknown {
  return { ...rest, frames: frames.map(({ span: _frameSpan, ...frame }) => frame) };
}

/** Which texts of which cases each row matched, in the order of the rows. */
type Met = ReadonlyMap<Row, ReadonlyMap<string, ReadonlySet<CaseText>>>;

/** Reads every case once and keeps which text met which row. */
function readAll(): { cases: CaseText[]; met: Met } {
  const met = new Map<Row, Map<string, Set<CaseText>>>();
  const cases = caseTexts().map(({ id, bytes }) => ({ id, bytes, before: pinned(bytes) }));
  let current = cases[0];
  const read = () => {
    for (current of cases) readTranscript(current.bytes);
  };
  const watched = Object.values(TABLES)
    .flat()
    .reduce<() => void>((inner, row) => {
      const texts = new Map<string, Set<CaseText>>();
      met.set(row, texts);
      const test = (text: string) => {
        const hit = matches(row, text);
        if (hit && current) texts.set(text, (texts.get(text) ?? new Set<CaseText>()).add(current));
        return hit;
      };
      return () => withTest(row, test, inner);
    }, read);
  watched();
  return { cases, met };
}

function matches(row: Row, text: string): boolean {
  return RegExp.prototype.test.call(row.match, text);
}

/** The row in a list of survivors. */
function nameOf(row: Row): string {
  return `${row.first === undefined ? '' : `${row.first} `}${row.match.source}`;
}

/** What a row says, without which lines it is for and who prints them: rows that say the same need no order. */
function saying({ match: _match, from: _from, first: _first, ...rest }: Row): string {
  return JSON.stringify(rest);
}

function noticed(cases: Iterable<CaseText>): boolean {
  for (const one of cases) if (pinned(one.bytes) !== one.before) return true;
  return false;
}

const casesOf = (texts: ReadonlyMap<string, ReadonlySet<CaseText>> | undefined) =>
  new Set([...(texts?.values() ?? [])].flatMap((cases) => [...cases]));

/** Rows that can be taken out of their tables, and pairs that can change places, without any case changing. */
export function survivingRows(): Record<string, string[]> {
  const { met } = readAll();
  const survivors: Record<string, string[]> = {};
  for (const [table, rows] of Object.entries(TABLES)) {
    survivors[table] = rows
      .filter(
        (row) =>
          !withTest(
            row,
            () => false,
            () => noticed(casesOf(met.get(row))),
          ),
      )
      .map(nameOf)
      .sort();
    const swaps = table === 'crash8-kinds' ? swapsInCases(rows, met) : swapsOnTexts(rows, met);
    survivors[`${table}, order`] = [...new Set(swaps)].sort();
  }
  return survivors;
}

/** First match wins on each text: a row that comes later than another leaves it what both would match. */
function swapsOnTexts(rows: readonly Row[], met: Met): string[] {
  return rows.flatMap((row, i) => {
    const texts = [...(met.get(row) ?? [])];
    return rows.slice(i + 1).flatMap((later) => {
      if (later.first !== row.first || saying(later) === saying(row)) return [];
      const shared = new Map(texts.filter(([text]) => matches(later, text)));
      if (shared.size === 0) return [];
      const yields = (text: string) => matches(row, text) && !matches(later, text);
      return withTest(row, yields, () => noticed(casesOf(shared))) ? [] : [pairName(row, later)];
    });
  });
}

/** First match wins on a whole backtrace: neighbours in the table really change places. */
function swapsInCases(rows: readonly Row[], met: Met): string[] {
  const table = rows as Row[];
  return rows.flatMap((row, i) => {
    const next = rows[i + 1];
    if (next === undefined || saying(next) === saying(row)) return [];
    const shared = [...casesOf(met.get(row))].filter(({ bytes }) =>
      Buffer.from(bytes)
        .toString('latin1')
        .split(/\W+/)
        .some((word) => matches(next, word)),
    );
    if (shared.length === 0) return [];
    table.splice(i, 2, next, row);
    const seen = noticed(shared);
    table.splice(i, 2, row, next);
    return seen ? [] : [pairName(row, next)];
  });
}

function pairName(row: Row, later: Row): string {
  return `${nameOf(row)}  BEFORE  ${nameOf(later)}`;
}
