import { characterAt } from './character-bounds';
import { showable, type ByteSpan } from './transcript-lines';

/** A part of a line that every mark covers wholly or not at all. */
export interface LinePiece extends ByteSpan {
  readonly text: string;
}

/**
 * A line cut at the borders of marks. Borders that fall into a character move outwards to its ends: a mark never shows less
 * than its bytes. The texts of the pieces make up the text of the line, the pieces its bytes; an empty line has no piece.
 */
export function linePieces(bytes: Uint8Array, line: ByteSpan, marks: readonly ByteSpan[]): LinePiece[] {
  const borders = new Set<number>([line.start, line.end]);
  for (const mark of marks) {
    const { start, end } = withinLine(bytes, line, mark);
    if (start < end) borders.add(start).add(end);
  }
  const ordered = [...borders].sort((a, b) => a - b);
  return ordered.slice(0, -1).map((start, index) => {
    const end = ordered[index + 1] ?? line.end;
    return { start, end, text: showable(bytes.subarray(start, end)) };
  });
}

/** What of a mark lies in the line, in whole characters; an empty range where nothing does. */
export function withinLine(bytes: Uint8Array, line: ByteSpan, mark: ByteSpan): ByteSpan {
  const start = Math.max(line.start, mark.start);
  const end = Math.min(line.end, mark.end);
  if (start >= end) return { start: line.end, end: line.end };
  return {
    start: characterAt(bytes, start, line.start, line.end).start,
    end: characterAt(bytes, end - 1, line.start, line.end).end,
  };
}
