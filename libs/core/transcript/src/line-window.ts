import { decodeForScan } from './text';

const WINDOW_BYTES = 16_384;
const NEWLINE = 10;

/** Lines of a text that is decoded piece by piece, as far as it is asked for. */
export class LineWindow {
  /** The piece, and where it begins. */
  text = '';
  base = 0;
  private readonly pieceBytes: number;

  constructor(
    private readonly bytes: Uint8Array,
    maxLineBytes: number,
  ) {
    this.pieceBytes = Math.max(WINDOW_BYTES, maxLineBytes);
  }

  /**
   * Makes sure that the line at `start` is in the piece, as much of it as is ever looked at.
   *
   * @returns where the next line begins.
   */
  reach(start: number): number {
    const { bytes } = this;
    const isInside = start >= this.base && start < this.base + this.text.length;
    const known = isInside ? this.text.indexOf('\n', start - this.base) : -1;
    if (known >= 0) return this.base + known + 1;
    this.base = start;
    this.text = decodeForScan(bytes.subarray(start, start + this.pieceBytes));
    const found = this.text.indexOf('\n');
    if (found >= 0) return start + found + 1;
    const far = bytes.indexOf(NEWLINE, start + this.text.length);
    return (far < 0 ? bytes.length : far) + 1;
  }
}
