import type { Reading } from '../reading';
import { rareSearch, searchRare } from '../rare-search';
import { decodeForScan } from '../text';
import { withoutEchoes } from './echoed-lines';
import { gluedAt, unglued } from './glued-lines';
import { mendedText, type MendedText } from './mended-text';
import { inSequence, recordOf } from './netconsole-records';
import { PART, partsInOrder } from './pstore-parts';
import { hasNoise, NOISES, strayLevels, withoutStrays } from './stray-marks';
import { linesOf, type TextLine } from './text-lines';
import { COLUMNS, columnsOf, MOST_COLUMNS, unwrapped } from './wrapped-lines';

/** Bytes around a report that are looked at for what a capture did to the text. */
const BEFORE = 1024;
const INSIDE = 8192;
const BEHIND = 1024;
const CR = 13;
const NEWLINE = 10;
const ANGLE_END = 0x3e;

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
    pstore: false,
    echoes: readings.length > 1 && repeats(readings),
  };
  const [first] = readings;
  if (first === undefined) return traces;
  if (first.span.start > BEFORE) traces.pstore = hasPart(decodeForScan(bytes.subarray(0, 512)));
  lookAround(bytes, first, traces);
  const last = readings.at(-1);
  if (last !== undefined && last.span.start > first.span.start + INSIDE) lookAround(bytes, last, traces);
  return traces;
}

function lookAround(bytes: Uint8Array, { span, format }: Reading, traces: Traces): void {
  if (format !== 'console') return;
  const from = Math.max(0, span.start - BEFORE);
  const to = Math.min(span.end, span.start + INSIDE) + BEHIND;
  const text = decodeForScan(bytes.subarray(from, to));
  // At the edges of what is looked at stand pieces of lines.
  const first = from === 0 ? 0 : text.indexOf('\n') + 1;
  lookAt(text.slice(first, to >= bytes.length ? text.length : text.lastIndexOf('\n') + 1), traces);
}

const PART_WORD = rareSearch(' Part');
const SYSLOG_NAME = rareSearch('kernel:');

const hasPart = (text: string) =>
  searchRare(text, PART_WORD, 0) >= 0 && text.split('\n').some((line) => PART.test(line.replace(/\r$/, '')));

/** Two readings of one header: the log is in the text twice. */
function repeats(readings: readonly Reading[]): boolean {
  const seen = new Map<string, Set<number | null>>();
  for (const { headline, uptimeSeconds } of readings) {
    const times = seen.get(headline ?? '');
    if (times === undefined) {
      seen.set(headline ?? '', new Set([uptimeSeconds]));
      continue;
    }
    const known = times.has(uptimeSeconds);
    if (uptimeSeconds === null ? !known : known || times.has(null)) return true;
    times.add(uptimeSeconds);
  }
  return false;
}

/** Nearly every text is in order: each question is put to the whole of it first, and to its lines only where that says maybe. */
function lookAt(text: string, traces: Traces): void {
  let split: string[] | null = null;
  const lines = () => (split ??= text.split('\n').map((line) => line.replace(/\r+$/, '')));
  if (traces.columns === 0 && COLUMNS.has(longestLine(text))) traces.columns = columnsOf(lines());
  traces.pstore ||= hasPart(text);
  // Each record has one in front of its message; kernels seldom print any.
  const records = text.includes(';') && [',-;', ',-,', ',c', ',+'].some((flags) => text.includes(flags));
  // A panic may say `kernel:` once; what syslog wrote has it in every line.
  const once = searchRare(text, SYSLOG_NAME, 0);
  const named = once >= 0 && searchRare(text, SYSLOG_NAME, once + 1) >= 0;
  const syslog = named && text.includes('kernel: ');
  if (!traces.glued && (records || syslog)) traces.glued = lines().some((line) => gluedAt(line).length > 0);
  if (!traces.netconsole && records) traces.netconsole = isOutOfOrder(lines());
  if (!traces.strays)
    traces.strays =
      (mayHaveStray(text) && lines().some((line) => line.includes('>') && strayLevels(line).length > 0)) ||
      (mayHaveNoise(text) && lines().some(hasNoise));
  if (!traces.echoes && named && (syslog || text.includes('kernel:['))) traces.echoes = isEchoed(lines());
}

/** @returns length of the longest line; one that no console wrapped is as good as any longer one. */
function longestLine(text: string): number {
  let longest = 0;
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start);
    const next = end < 0 ? text.length : end;
    const length = next - start - (next > start && text.charCodeAt(next - 1) === CR ? 1 : 0);
    if (length > MOST_COLUMNS) return length;
    if (length > longest) longest = length;
    start = next + 1;
  }
  return longest;
}

/** A level that does not begin its line. */
function mayHaveStray(text: string): boolean {
  for (let at = text.indexOf('<', 1); at > 0; at = text.indexOf('<', at + 1)) {
    const digit = text.charCodeAt(at + 1);
    if (digit < 0x30 || digit > 0x37 || text.charCodeAt(at + 2) !== ANGLE_END) continue;
    if (text.charCodeAt(at - 1) !== NEWLINE) return true;
  }
  return false;
}

const mayHaveNoise = (text: string) => NOISES.some((noise) => text.includes(noise));

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
