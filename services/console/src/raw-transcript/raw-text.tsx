import { Button } from '@mantine/core';
import { useEffect, useMemo, useRef, useState, type MouseEvent } from 'react';
import { countText } from '../count/count-text';
import { RawLines } from './raw-lines';
import styles from './raw-transcript.module.css';
import { shownWindow } from './shown-window';
import type { LitSpan, TextMarks } from './text-marks';
import { lineIndexAt, transcriptLines } from './transcript-lines';

const MORE_LINES = 10_000;
const LINE_HEIGHT_PX = 18;
const NOT_LIT: readonly LitSpan[] = [];

export interface RawTextProps {
  readonly bytes: Uint8Array;
  readonly marks: TextMarks;
  /** Byte that the address points at. */
  readonly at: number | null;
  /** Bytes of the claim that is chosen; they go before `at`. */
  readonly lit: readonly LitSpan[] | null;
  readonly onPoint: (at: number) => void;
  readonly onClaim: (hash: string) => void;
}

/** The text: line numbers lead to an address of the line, bytes that show a claim lead to the claim. */
export function RawText({ bytes, marks, at, lit, onPoint, onClaim }: RawTextProps) {
  const lines = useMemo(() => transcriptLines(bytes), [bytes]);
  const [wanted, setWanted] = useState(0);
  const scroller = useRef<HTMLDivElement>(null);
  const current = lit?.find((span) => span.isCurrent) ?? null;
  const pointed = current?.start ?? (lit === null ? at : null);
  const focus = lineIndexAt(lines, pointed ?? marks.spans[0]?.start ?? 0);
  const target = pointed === null || current !== null ? null : (lines[focus]?.number ?? null);
  const window = shownWindow(lines.length, focus, wanted);
  const hidden = lines.length - (window.to - window.from);

  useEffect(() => {
    if (scroller.current !== null) bringIntoView(scroller.current);
  }, [bytes, pointed, current?.number]);

  return (
    <>
      {hidden > 0 && (
        <p className={styles.hidden}>
          {countText(hidden)} of {countText(lines.length)} lines are not on the page.{' '}
          <Button variant="default" onClick={() => setWanted(wanted + MORE_LINES)}>
            Show {countText(MORE_LINES)} more on both sides
          </Button>
        </p>
      )}
      {/* The scrolled text takes the focus, so that the keyboard can scroll it. */}
      <div
        ref={scroller}
        className={styles.scroller}
        tabIndex={0}
        role="region"
        aria-label="Lines"
        onClick={(event) => followClick(event, onPoint, onClaim)}
      >
        <RawLines
          bytes={bytes}
          lines={lines}
          window={window}
          marks={marks}
          lit={lit ?? NOT_LIT}
          target={target}
        />
      </div>
    </>
  );
}

/** Only the transcript scrolls: the page around it stays where it is. */
function bringIntoView(place: HTMLElement): void {
  const pointed = place.querySelector('[data-lit="current"], [data-target]');
  const shown = pointed ?? place.querySelector('[data-span]');
  if (shown === null) return;
  const above = pointed === null ? 2 * LINE_HEIGHT_PX : place.clientHeight / 3;
  const frame = place.getBoundingClientRect();
  place.scrollTop += shown.getBoundingClientRect().top - frame.top - above;
  if (!shown.hasAttribute('data-lit')) return;
  // Measured again: far away lines were only guessed at until they were laid out.
  const { top, left, right } = shown.getBoundingClientRect();
  if (top < frame.top || top > frame.bottom) place.scrollTop += top - frame.top - above;
  const isInside = left >= frame.left && right <= frame.left + place.clientWidth;
  if (!isInside) place.scrollLeft = Math.max(0, place.scrollLeft + left - frame.left - place.clientWidth / 3);
}

function followClick(
  event: MouseEvent<HTMLElement>,
  onPoint: (at: number) => void,
  onClaim: (hash: string) => void,
): void {
  if (!(event.target instanceof Element)) return;
  const line = event.target.closest<HTMLElement>('a[data-at]');
  if (line !== null) {
    event.preventDefault();
    onPoint(Number(line.dataset['at']));
    return;
  }
  const hash = event.target.closest<HTMLElement>('[data-claim]')?.dataset['claim'];
  // Who selects text to copy it does not choose a claim.
  if (hash !== undefined && document.getSelection()?.isCollapsed !== false) onClaim(hash);
}
