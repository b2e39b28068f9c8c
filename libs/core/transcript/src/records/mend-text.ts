import type { Reading } from '../reading';
import { decodeForScan } from '../text';
import { withoutEchoes } from './echoed-lines';
import { gluedAt, unglued } from './glued-lines';
import { mendedText, type MendedText } from './mended-text';
import { inSequence, recordOf } from './netconsole-records';
import { PART, partsInOrder } from './pstore-parts';
import { hasNoise, strayLevels, withoutStrays } from './stray-marks';
import { linesOf, type TextLine } from './text-lines';
import { columnsOf, unwrapped } from './wrapped-lines';

/** Bytes around a report that are looked at for what a capture did to the text. */
const BEFORE = 1024;
const INSIDE = 12_288;
const BEHIND = 1024;
/** Reports of a text that are looked at, besides the last: one capture treats all of its lines alike. */
const LOOKED_AT = 3;

export interface MendLimits {
  readonly maxLineBytes: number;
  readonly maxMendedLines: number;
}

/** What a capture did to the lines around a report. */
interface Traces {
  columns: number;
  strays: boolean;
  glued: boolean;
  netconsole: boolean;
  pstore: boolean;
  echoes: boolean;
}

/**
 * Puts a text back in order in which crashes were found: lines that a console wrapped or glued, marks in mid-line,
 * netconsole records and pstore parts that are out of order, lines that are there twice.
 *
 * @returns null where nothing near the crashes asks for it, which costs a look at the lines around them.
 */
export function mendText(
  bytes: Uint8Array,
  readings: readonly Reading[],
  { maxLineBytes, maxMendedLines }: MendLimits,
): MendedText | null {
  const traces = tracesOf(bytes, readings);
  const { columns, strays, glued, netconsole, pstore, echoes } = traces;
  if (columns === 0 && !strays && !glued && !netconsole && !pstore && !echoes) return null;
  let lines: readonly TextLine[] | null = linesOf(decodeForScan(bytes), maxMendedLines);
  if (lines === null) return null;
  if (columns > 0) lines = unwrapped(lines, columns);
  if (strays) lines = withoutStrays(lines);
  if (glued) lines = unglued(lines);
  if (netconsole) lines = inSequence(lines);
  if (pstore) lines = partsInOrder(lines);
  if (echoes || pstore) lines = withoutEchoes(lines, maxLineBytes, pstore);
  return mendedText(bytes, lines);
}

function tracesOf(bytes: Uint8Array, readings: readonly Reading[]): Traces {
  const traces: Traces = {
    columns: 0,
    strays: false,
    glued: false,
    netconsole: false,
    pstore: hasPart(decodeForScan(bytes.subarray(0, 512))),
    echoes: repeats(readings),
  };
  const last = readings.length > LOOKED_AT ? readings.slice(-1) : [];
  for (const { span, format } of [...readings.slice(0, LOOKED_AT), ...last]) {
    if (format !== 'console') continue;
    const from = Math.max(0, span.start - BEFORE);
    const to = Math.min(span.end, span.start + INSIDE) + BEHIND;
    lookAt(decodeForScan(bytes.subarray(from, to)), from === 0, to >= bytes.length, traces);
  }
  return traces;
}

const hasPart = (text: string) =>
  text.includes(' Part') && text.split('\n').some((line) => PART.test(line.replace(/\r$/, '')));

/** Two readings of one header: the log is in the text twice. */
function repeats(readings: readonly Reading[]): boolean {
  const seen = new Map<string, Set<number | null>>();
  for (const { headline, uptimeSeconds } of readings) {
    const times = seen.get(headline ?? '');
    if (times === undefined) seen.set(headline ?? '', new Set([uptimeSeconds]));
    else {
      if (times.has(uptimeSeconds) ? uptimeSeconds !== null : uptimeSeconds === null || times.has(null))
        return true;
      times.add(uptimeSeconds);
    }
  }
  return false;
}

function lookAt(text: string, first: boolean, last: boolean, traces: Traces): void {
  const lines = text.split('\n');
  // At the edges of what is looked at stand pieces of lines.
  if (!first) lines.shift();
  if (!last || lines.at(-1) === '') lines.pop();
  if (text.includes('\r')) lines.forEach((line, n) => (lines[n] = line.replace(/\r+$/, '')));
  if (traces.columns === 0) traces.columns = columnsOf(lines);
  traces.pstore ||= hasPart(text);
  const records = text.includes(',-') || text.includes(',c;') || text.includes(',+;');
  const syslog = text.includes(' kernel: ');
  if (!traces.glued && (records || syslog)) traces.glued = lines.some((line) => gluedAt(line).length > 0);
  if (!traces.netconsole && records) traces.netconsole = isOutOfOrder(lines);
  if (!traces.strays)
    traces.strays =
      (/<[0-7]>/.test(text) && lines.some((line) => line.includes('>') && strayLevels(line).length > 0)) ||
      (/[\u00c0\u00c1\u00f8-\u00ff\u00ef]/.test(text) && lines.some(hasNoise));
  if (!traces.echoes) traces.echoes = isEchoed(lines);
}

/** Numbers that do not rise by one; fragments, too, have the number of the fragment before them. */
function isOutOfOrder(lines: readonly string[]): boolean {
  let before = -1;
  for (const text of lines) {
    const record = recordOf({ text, parts: [] });
    if (record === null) continue;
    if (before >= 0 && record.sequence !== before + 1) return true;
    before = record.sequence;
  }
  return false;
}

const STAMP = /\[ *\d{1,12}\.\d{6}\] ?(.{8,})/;

/** Neighbours that say the same at the same time behind different prefixes. */
function isEchoed(lines: readonly string[]): boolean {
  let [before, whole] = ['', ''];
  let found = 0;
  for (const line of lines) {
    const same = STAMP.exec(line)?.[0] ?? '';
    if (same !== '' && same === before && line !== whole) found++;
    [before, whole] = [same, line];
  }
  return found > 1;
}
