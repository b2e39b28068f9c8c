import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { TranscriptSummary } from '../api/models';
import { rawTranscriptQuery } from '../api/queries';
import { sizeText } from '../count/count-text';
import { Icon } from '../icon/icon';
import { Failure } from '../feedback/failure';
import { SkeletonRows } from '../feedback/skeleton-rows';
import { EvidenceBar, type ShownClaim } from './evidence-bar';
import { goneText } from './gone-text';
import { RawText, type RawTextProps } from './raw-text';
import styles from './raw-transcript.module.css';

interface Props extends Omit<RawTextProps, 'bytes' | 'lit'> {
  readonly transcript: TranscriptSummary;
  /** The claim that is chosen; `null`: none is. */
  readonly claim: ShownClaim | null;
  /** To the evidence before or after the one that is looked at. */
  readonly onStep: (step: 1 | -1) => void;
  readonly onClose: () => void;
}

/** The transcript as it was received, line numbers on, what was read of it and what shows the chosen claim highlighted. */
export function RawPane({ transcript, claim, onStep, onClose, ...text }: Props) {
  const raw = useQuery(rawTranscriptQuery(transcript.id));
  const gone = goneText(raw.error);
  return (
    <section className={styles.pane} aria-label="Raw transcript">
      <header className={styles.head}>
        <h2>Raw transcript</h2>
        {gone === null && (
          <span className={styles.about}>
            as received, nothing removed · {sizeText(transcript.sizeBytes)} · this look is in the audit
          </span>
        )}
        <span className={styles.ways}>
          {raw.data !== undefined && <Download bytes={raw.data} transcript={transcript} />}
          <Button variant="subtle" color="gray" onClick={onClose} aria-label="Close raw transcript">
            <Icon name="close" />
          </Button>
        </span>
      </header>
      {gone === null && text.marks.claims.length > 0 && <EvidenceBar claim={claim} onStep={onStep} />}
      {raw.isPending && <SkeletonRows rows={12} heightPx={18} />}
      {gone !== null && <p className={styles.gone}>{gone}</p>}
      {raw.isError && gone === null && (
        <Failure
          what="The raw transcript could not be loaded"
          error={raw.error}
          stillWorks="What was read of it is on the left all the same."
          onRetry={() => void raw.refetch()}
        />
      )}
      {raw.data !== undefined && <RawText bytes={raw.data} lit={claim?.lit ?? null} {...text} />}
    </section>
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
