import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState, type MouseEvent } from 'react';
import type { TranscriptSummary } from '../api/models';
import { rawTranscriptQuery } from '../api/queries';
import { countText, sizeText } from '../count/count-text';
import { Icon } from '../icon/icon';
import { Failure } from '../feedback/failure';
import { SkeletonRows } from '../feedback/skeleton-rows';
import { RawLines, type Marks } from './raw-lines';
import styles from './raw-transcript.module.css';
import { shownWindow } from './shown-window';
import { lineIndexAt, transcriptLines } from './transcript-lines';

const MORE_LINES = 10_000;
const LINE_HEIGHT_PX = 18;

interface Props {
  readonly transcript: TranscriptSummary;
  readonly marks: Marks;
  /** Byte that the address points at. */
  readonly at: number | null;
  readonly onPoint: (at: number) => void;
  readonly onClose: () => void;
}

/** The transcript as it was received, line numbers on, what was read of it highlighted. */
export function RawPane({ transcript, marks, at, onPoint, onClose }: Props) {
  const raw = useQuery(rawTranscriptQuery(transcript.id));
  return (
    <section className={styles.pane} aria-label="Raw transcript">
      <header className={styles.head}>
        <h2>Raw transcript</h2>
        <span className="dim">
          as received, nothing removed · {sizeText(transcript.sizeBytes)} · this look is in the audit
        </span>
        <span className={styles.ways}>
          {raw.data !== undefined && <Download bytes={raw.data} transcript={transcript} />}
          <Button variant="subtle" color="gray" onClick={onClose} aria-label="Close raw transcript">
            <Icon name="close" />
          </Button>
        </span>
      </header>
      {raw.isPending && <SkeletonRows rows={12} heightPx={18} />}
      {raw.isError && (
        <Failure
          what="The raw transcript could not be loaded"
          error={raw.error}
          stillWorks="What was read of it is on the left all the same."
          onRetry={() => void raw.refetch()}
        />
      )}
      {raw.data !== undefined && <RawText bytes={raw.data} marks={marks} at={at} onPoint={onPoint} />}
    </section>
  );
}

function RawText({
  bytes,
  marks,
  at,
  onPoint,
}: { bytes: Uint8Array } & Pick<Props, 'marks' | 'at' | 'onPoint'>) {
  const lines = useMemo(() => transcriptLines(bytes), [bytes]);
  const [wanted, setWanted] = useState(0);
  const scroller = useRef<HTMLDivElement>(null);
  const focus = lineIndexAt(lines, at ?? marks.spans[0]?.start ?? 0);
  const target = at === null ? null : (lines[focus]?.number ?? null);
  const window = shownWindow(lines.length, focus, wanted);
  const hidden = lines.length - (window.to - window.from);

  useEffect(() => {
    const place = scroller.current;
    const line = place?.querySelector('[data-target]') ?? place?.querySelector('[data-span]');
    if (place === null || line == null) return;
    // Only the transcript scrolls: the page around it stays where it is.
    const above = line.hasAttribute('data-target') ? place.clientHeight / 3 : 2 * LINE_HEIGHT_PX;
    place.scrollTop += line.getBoundingClientRect().top - place.getBoundingClientRect().top - above;
  }, [bytes, at]);

  const point = (event: MouseEvent<HTMLElement>): void => {
    const link = event.target instanceof Element ? event.target.closest<HTMLElement>('a[data-at]') : null;
    if (link === null) return;
    event.preventDefault();
    onPoint(Number(link.dataset['at']));
  };

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
        onClick={point}
      >
        <RawLines lines={lines} window={window} marks={marks} target={target} />
      </div>
    </>
  );
}

function Download({ bytes, transcript }: { bytes: Uint8Array; transcript: TranscriptSummary }) {
  const save = (): void => {
    const url = URL.createObjectURL(new Blob([Uint8Array.from(bytes)], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `${transcript.hostName ?? transcript.hostId}-${transcript.fileName ?? `${transcript.id}.txt`}`;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <Button variant="default" onClick={save}>
      Save
    </Button>
  );
}
