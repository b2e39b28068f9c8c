/** Which lines are put on the page: all of a usual transcript, a part around the place of interest of a huge one. */
export interface ShownWindow {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

const ALL_UP_TO = 20_000;
const AROUND = 5_000;

/** @param focus index of the line of interest; `wanted`: more lines that a person asked for, on both sides */
export function shownWindow(lines: number, focus: number, wanted = 0): ShownWindow {
  if (lines <= ALL_UP_TO) return { from: 0, to: lines };
  const middle = Math.max(0, focus);
  return { from: Math.max(0, middle - AROUND - wanted), to: Math.min(lines, middle + AROUND + wanted) };
}
