import type { Span } from '@oopstream/core-transcript';
import type { SourceText } from './source-text';
import type { Terminal } from './terminal';
import { visible, visibleBytes } from './visible';

/** One line of a transcript to be quoted, and what of it is evidence. */
export interface QuotedLine {
  readonly source: SourceText;
  readonly line: number;
  readonly spans: readonly Span[];
  /** Lines that the evidence goes on for behind this one. */
  readonly moreLines: number;
}

export interface QuoteStyle {
  readonly terminal: Terminal;
  readonly indent: string;
  /** Name of the file before the line number, where there are several. */
  readonly withFile: boolean;
}

interface Piece {
  readonly text: string;
  readonly isEvidence: boolean;
}

const CUT = '…';
const LOOKED_AT_BYTES = 4096;
/** The byte that trapped, in a `Code:` line. */
const MARKED = /<[0-9a-f]{2,8}>|\([0-9a-f]{4,8}\)/;

/**
 * `  42 | R13: 00000000000000fe …` with the evidence in colour, or under carets where there is none; a line that is too
 * long is cut around its evidence.
 *
 * @returns one line, or two with the carets
 */
export function quoteLine(quoted: QuotedLine, style: QuoteStyle): readonly string[] {
  const { terminal, indent, withFile } = style;
  const { ink } = terminal;
  const name = withFile ? `${visible(quoted.source.name)}:` : '';
  const number = `${name}${String(quoted.line).padStart(withFile ? 0 : 4)}`;
  const more =
    quoted.moreLines === 0
      ? ''
      : ` ${CUT} ${quoted.moreLines} more ${quoted.moreLines === 1 ? 'line' : 'lines'}`;
  const before = `${indent}${number} | `;
  const pieces = cutPieces(piecesOf(quoted), terminal.columns - before.length - more.length);
  const text = pieces.map((one) => (one.isEvidence ? ink.yellow(one.text) : ink.dim(one.text))).join('');
  const line =
    `${indent}${ink.cyan(number)} ${ink.dim('|')} ${text}${more === '' ? '' : ink.dim(more)}`.trimEnd();
  return terminal.isColoured || !isPart(pieces) ? [line] : [line, carets(before.length, pieces)];
}

/** Carets under the whole of a line say nothing. */
function isPart(pieces: readonly Piece[]): boolean {
  const rest = pieces.filter(({ isEvidence, text }) => !isEvidence && text.trim() !== '' && text !== CUT);
  return rest.length > 0 && pieces.some(({ isEvidence }) => isEvidence);
}

function carets(offset: number, pieces: readonly Piece[]): string {
  const marks = pieces.map(({ text, isEvidence }) => (isEvidence ? '^' : ' ').repeat(text.length)).join('');
  return `${' '.repeat(offset)}${marks}`.trimEnd();
}

function piecesOf({ source, line, spans }: QuotedLine): readonly Piece[] {
  const whole = around(source.lineSpan(line), spans);
  const pieces: Piece[] = [];
  let at = whole.start;
  const push = (end: number, isEvidence: boolean): void => {
    if (end <= at) return;
    pieces.push({ text: visibleBytes(source.bytes.subarray(at, end)), isEvidence });
    at = end;
  };
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    push(Math.min(start, whole.end), false);
    push(Math.min(end, whole.end), true);
  }
  push(whole.end, false);
  return markTrapping(trimStart(pieces));
}

/** A text without line ends is one line: no more of it is looked at than may be shown. */
function around({ start, end }: Span, spans: readonly Span[]): Span {
  const first = Math.min(end, ...spans.map((one) => one.start));
  const from = spans.length === 0 ? start : Math.max(start, first - LOOKED_AT_BYTES);
  return { start: from, end: Math.min(end, from + 2 * LOOKED_AT_BYTES) };
}

/** Of a `Code:` line that is evidence as a whole, the byte that trapped is what is looked for. */
function markTrapping(pieces: readonly Piece[]): readonly Piece[] {
  const [only] = pieces;
  const mark = pieces.length === 1 && only?.text.includes('Code:') ? MARKED.exec(only.text) : null;
  if (mark === null || only === undefined) return pieces;
  const end = mark.index + mark[0].length;
  return [
    { text: only.text.slice(0, mark.index), isEvidence: false },
    { text: mark[0], isEvidence: true },
    { text: only.text.slice(end), isEvidence: false },
  ].filter(({ text }) => text !== '');
}

function trimStart(pieces: readonly Piece[]): readonly Piece[] {
  const [first, ...rest] = pieces;
  return first === undefined ? [] : [{ ...first, text: first.text.trimStart() }, ...rest];
}

/** Keeps a window of the line in which the evidence begins, or the trapping byte that it marks. */
function cutPieces(pieces: readonly Piece[], width: number): readonly Piece[] {
  const room = Math.max(20, width);
  const text = pieces.map((one) => one.text).join('');
  if (text.length <= room) return pieces;
  const first = pieces.findIndex(({ isEvidence }) => isEvidence);
  const focus = pieces.slice(0, Math.max(0, first)).reduce((sum, one) => sum + one.text.length, 0);
  const length = Math.min(pieces[first]?.text.length ?? 0, room);
  const start = Math.max(0, Math.min(focus - Math.floor((room - length) / 2), text.length - room));
  return windowOf(pieces, start, start + room, text.length);
}

function windowOf(pieces: readonly Piece[], start: number, end: number, total: number): readonly Piece[] {
  const from = start === 0 ? 0 : start + CUT.length;
  const to = end >= total ? total : end - CUT.length;
  let at = 0;
  const kept = pieces.flatMap((one): Piece[] => {
    const begin = at;
    at += one.text.length;
    const text = one.text.slice(Math.max(0, from - begin), Math.max(0, to - begin));
    return text === '' ? [] : [{ ...one, text }];
  });
  const cut: Piece = { text: CUT, isEvidence: false };
  return [...(from > 0 ? [cut] : []), ...kept, ...(to < total ? [cut] : [])];
}
