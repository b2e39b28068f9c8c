/** Which lines are put on the page: all of a usual transcript, a part around the place of interest of a huge one. */
export interface ShownWindow {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** Lines that are drawn together. */
export const BLOCK_LINES = 100;
const ALL_UP_TO = 8_000;
const AROUND = 2_000;

/**
 * Begins at a whole block, so that a place of interest a few lines further on finds the blocks already drawn.
 *
 * @param focus index of the line of interest; `wanted`: more lines that a person asked for, on both sides
 */
export function shownWindow(lines: number, focus: number, wanted = 0): ShownWindow {
  if (lines <= ALL_UP_TO) return { from: 0, to: lines };
  const middle = Math.floor(Math.max(0, focus) / BLOCK_LINES) * BLOCK_LINES;
  return {
    from: Math.max(0, middle - AROUND - wanted),
    to: Math.min(lines, middle + BLOCK_LINES + AROUND + wanted),
  };
}
