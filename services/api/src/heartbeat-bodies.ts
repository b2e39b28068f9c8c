import type { FastifyInstance } from 'fastify';

/** A body that is not what its Content-Type says: fastify answers with the status. */
class BodyError extends Error {
  readonly statusCode = 400;
}

/** Lets routes of this scope also take NDJSON and CSV, as arrays of what lines say. */
export function takeHeartbeatBodies(app: FastifyInstance): void {
  const add = (type: string, parse: (text: string) => unknown[]): void => {
    app.addContentTypeParser(type, { parseAs: 'string' }, (_request, body, done) => {
      try {
        done(null, parse(String(body)));
      } catch (error) {
        if (!(error instanceof BodyError)) throw error;
        done(error);
      }
    });
  };
  add('application/x-ndjson', parseNdjson);
  add('text/csv', parseCsv);
}

/** @throws BodyError with the line that is no JSON */
export function parseNdjson(text: string): unknown[] {
  return text.split('\n').flatMap((line, index): unknown[] => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line)];
    } catch {
      throw new BodyError(`line ${index + 1} is no JSON`);
    }
  });
}

/** A cell is whole: quoted with doubled quotes inside, or free of commas, quotes and line ends (RFC 4180). */
const CELL = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

/**
 * Rows by the names of the first one. Empty cells say nothing; `livepatches` and `modules` are separated by spaces;
 * `label.<name>` becomes a label; `kdumpReady` is true or false, yes or no, 1 or 0.
 *
 * @throws BodyError with the line that is malformed
 */
export function parseCsv(text: string): unknown[] {
  const [names, ...rows] = readCells(text.replace(/^\uFEFF/, ''));
  if (names === undefined) return [];
  return rows.map((cells, index) => {
    if (cells.length !== names.length)
      throw new BodyError(`row ${index + 2} has ${cells.length} cells, the first row ${names.length}`);
    return rowOf(names, cells);
  });
}

function readCells(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  CELL.lastIndex = 0;
  while (CELL.lastIndex < text.length) {
    const match = CELL.exec(text);
    if (match === null) throw new BodyError(`row ${rows.length + 1} is no CSV: quotes do not match`);
    const [, quoted, plain = '', end] = match;
    row.push(quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"'));
    if (end === ',' && CELL.lastIndex < text.length) continue;
    if (end === ',') row.push('');
    // An empty line is no row.
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  }
  return rows;
}

function rowOf(names: readonly string[], cells: readonly string[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  const labels: Record<string, string> = {};
  names.forEach((name, index) => {
    const cell = cells[index]!;
    if (cell === '') return;
    if (name.startsWith('label.')) labels[name.slice('label.'.length)] = cell;
    else row[name] = valueOf(name, cell);
  });
  return Object.keys(labels).length === 0 ? row : { ...row, labels };
}

/** What is no value of its column stays text, for the schema to refuse by name. */
function valueOf(name: string, cell: string): unknown {
  if (name === 'livepatches' || name === 'modules') return cell.split(/\s+/);
  if (name === 'uptimeSeconds' && /^\d+(\.\d+)?$/.test(cell)) return Number(cell);
  if (name === 'kdumpReady' && /^(true|yes|1)$/i.test(cell)) return true;
  if (name === 'kdumpReady' && /^(false|no|0)$/i.test(cell)) return false;
  return cell;
}
