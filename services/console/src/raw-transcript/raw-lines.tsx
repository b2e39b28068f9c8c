import { memo, useMemo } from 'react';
import { RawLine, type RawLineProps } from './raw-line';
import styles from './raw-transcript.module.css';
import { BLOCK_LINES, type ShownWindow } from './shown-window';
import { marksWithin, type LitSpan, type TextMarks } from './text-marks';
import type { TranscriptLine } from './transcript-lines';

interface Props extends Pick<RawLineProps, 'bytes' | 'marks' | 'lit'> {
  readonly lines: readonly TranscriptLine[];
  readonly window: ShownWindow;
  /** Number of the line that the address points at. */
  readonly target: number | null;
}

/** The lines, in blocks that the browser lays out only when they come near the screen. */
export function RawLines({ bytes, lines, window, marks, lit, target }: Props) {
  const blocks = useMemo(() => {
    const shown = lines.slice(window.from, window.to);
    return Array.from({ length: Math.ceil(shown.length / BLOCK_LINES) }, (_, index) =>
      shown.slice(index * BLOCK_LINES, (index + 1) * BLOCK_LINES),
    );
  }, [lines, window.from, window.to]);
  return blocks.map((block) => {
    const range = { start: block[0]?.start ?? 0, end: (block.at(-1)?.end ?? 0) + 1 };
    const here = block.some((line) => line.number === target) ? target : null;
    return (
      <Block
        key={block[0]?.number}
        bytes={bytes}
        lines={block}
        marks={marks}
        lit={marksWithin(lit, range)}
        target={here}
      />
    );
  });
}

interface BlockProps {
  readonly bytes: Uint8Array;
  readonly lines: readonly TranscriptLine[];
  readonly marks: TextMarks;
  readonly lit: readonly LitSpan[];
  readonly target: number | null;
}

const Block = memo(function Block({ bytes, lines, marks, lit, target }: BlockProps) {
  const range = { start: lines[0]?.start ?? 0, end: (lines.at(-1)?.end ?? 0) + 1 };
  const here: TextMarks = {
    spans: marks.spans,
    frames: marks.frames.filter(({ start }) => start >= range.start && start < range.end),
    words: marksWithin(marks.words, range),
    claims: marksWithin(marks.claims, range),
  };
  return (
    <div className={styles.block} style={{ containIntrinsicBlockSize: `auto ${lines.length * 18}px` }}>
      {lines.map((line) => (
        <RawLine
          key={line.number}
          bytes={bytes}
          line={line}
          marks={here}
          lit={lit}
          isTarget={line.number === target}
        />
      ))}
    </div>
  );
});
