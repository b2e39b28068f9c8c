import { linePieces, type LinePiece } from './line-pieces';
import styles from './raw-transcript.module.css';
import { marksWithin, narrowest, type LitSpan, type TextMarks } from './text-marks';
import { showable, type TranscriptLine } from './transcript-lines';

export interface RawLineProps {
  readonly bytes: Uint8Array;
  readonly line: TranscriptLine;
  readonly marks: TextMarks;
  readonly lit: readonly LitSpan[];
  readonly isTarget: boolean;
}

/** One line: its number, which frame or which evidence it is, its text with what is marked in it. */
export function RawLine({ bytes, line, marks, lit, isTarget }: RawLineProps) {
  const inReading = marks.spans.some((span) => line.start < span.end && line.end >= span.start);
  const here = {
    words: marksWithin(marks.words, line),
    claims: marksWithin(marks.claims, line),
    lit: marksWithin(lit, line),
  };
  const isPlain = here.words.length + here.claims.length + here.lit.length === 0;
  return (
    <div
      className={styles.line}
      data-span={inReading || undefined}
      data-target={isTarget || undefined}
      data-named={here.words.length > 0 || undefined}
    >
      <a className={styles.lineNumber} data-at={line.start} href={`#byte-${line.start}`} tabIndex={-1}>
        {line.number}
      </a>
      <Gutter line={line} marks={marks} lit={here.lit} inReading={inReading} />
      <span className={styles.text}>
        {isPlain
          ? showable(bytes.subarray(line.start, line.end))
          : linePieces(bytes, line, [...here.words, ...here.claims, ...here.lit]).map((piece) => (
              <Piece key={piece.start} piece={piece} {...here} />
            ))}
      </span>
    </div>
  );
}

type MarksHere = Pick<TextMarks, 'words' | 'claims'> & { readonly lit: readonly LitSpan[] };

function Piece({ piece, words, claims, lit }: MarksHere & { piece: LinePiece }) {
  const word = marksWithin(words, piece)[0];
  const claim = narrowest(marksWithin(claims, piece));
  const shining = marksWithin(lit, piece);
  const current = shining.find((span) => span.isCurrent);
  const shown = current ?? shining[0];
  if (word === undefined && claim === null && shown === undefined) return piece.text;
  const named = word === undefined ? null : `${word.name}, recovered from the stack`;
  const isBegin = word !== undefined && piece.start <= word.start;
  return (
    <span
      className={styles.piece}
      data-claim={claim?.hash}
      data-lit={shown === undefined ? undefined : current === undefined ? 'other' : 'current'}
      data-register={isBegin ? word.name : undefined}
      title={
        [shown === undefined ? null : `${shown.number}: ${shown.note}`, named].filter(Boolean).join(' · ') ||
        undefined
      }
    >
      {piece.text}
    </span>
  );
}

function Gutter({
  line,
  marks,
  lit,
  inReading,
}: Pick<RawLineProps, 'line' | 'marks' | 'lit'> & { inReading: boolean }) {
  const begun = lit.filter((span) => span.start >= line.start);
  if (begun.length > 0) {
    return (
      <span
        className={styles.frameMark}
        title={begun.map(({ number, note }) => `${number}: ${note}`).join(' · ')}
      >
        {begun.map(({ number, isCurrent }) => (
          <b key={number} className={styles.evidenceNumber} data-current={isCurrent || undefined}>
            {number}
          </b>
        ))}
      </span>
    );
  }
  const frame = inReading
    ? marks.frames.find(({ start }) => start >= line.start && start <= line.end)
    : undefined;
  if (frame === undefined) return <span className={styles.frameMark} />;
  return (
    <span className={styles.frameMark} title={`frame ${frame.number} of the stack`}>
      #{frame.number}
    </span>
  );
}
