import { memo, useMemo } from 'react';
import styles from './raw-transcript.module.css';
import type { ShownWindow } from './shown-window';
import type { TranscriptLine } from './transcript-lines';

const BLOCK_LINES = 100;

export interface Marks {
  /** Byte ranges of the readings: their lines stand out. */
  readonly spans: readonly { readonly start: number; readonly end: number }[];
  /** Frame number by the byte where its line starts being a frame. */
  readonly frames: readonly { readonly number: number; readonly start: number }[];
}

interface Props {
  readonly lines: readonly TranscriptLine[];
  readonly window: ShownWindow;
  readonly marks: Marks;
  /** Number of the line that the address points at. */
  readonly target: number | null;
}

/** The lines, in blocks that the browser lays out only when they come near the screen. */
export function RawLines({ lines, window, marks, target }: Props) {
  const blocks = useMemo(() => {
    const shown = lines.slice(window.from, window.to);
    return Array.from({ length: Math.ceil(shown.length / BLOCK_LINES) }, (_, index) =>
      shown.slice(index * BLOCK_LINES, (index + 1) * BLOCK_LINES),
    );
  }, [lines, window.from, window.to]);
  return blocks.map((block) => {
    const here = block.some((line) => line.number === target) ? target : null;
    return <Block key={block[0]?.number} lines={block} marks={marks} target={here} />;
  });
}

type BlockProps = Omit<Props, 'window'>;

const Block = memo(function Block({ lines, marks, target }: BlockProps) {
  return (
    <div className={styles.block} style={{ containIntrinsicBlockSize: `auto ${lines.length * 18}px` }}>
      {lines.map((line) => (
        <Line key={line.number} line={line} marks={marks} isTarget={line.number === target} />
      ))}
    </div>
  );
});

function Line({ line, marks, isTarget }: { line: TranscriptLine; marks: Marks; isTarget: boolean }) {
  const within = (at: number): boolean => at >= line.start && at <= line.end;
  const inSpan = marks.spans.some((span) => line.start < span.end && line.end >= span.start);
  const frame = inSpan ? marks.frames.find((candidate) => within(candidate.start)) : undefined;
  return (
    <div className={styles.line} data-span={inSpan || undefined} data-target={isTarget || undefined}>
      <a className={styles.lineNumber} data-at={line.start} href={`#byte-${line.start}`} tabIndex={-1}>
        {line.number}
      </a>
      <span
        className={styles.frameMark}
        title={frame === undefined ? undefined : `frame ${frame.number} of the stack`}
      >
        {frame === undefined ? '' : `#${frame.number}`}
      </span>
      <span className={styles.text}>{line.text}</span>
    </div>
  );
}
