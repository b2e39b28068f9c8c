import { Link } from '@tanstack/react-router';
import type { TranscriptSummary } from '../api/models';
import { sizeText } from '../count/count-text';
import styles from './crash-page.module.css';
import type { CrashView } from './crash-view';

interface Props {
  readonly crashId: string;
  readonly transcripts: readonly TranscriptSummary[];
  readonly selected: string | null;
  readonly view: CrashView;
}

/** Every transcript that shows this crash; the address says which one is looked at. */
export function TranscriptTabs({ crashId, transcripts, selected, view }: Props) {
  return (
    <nav aria-label="Transcripts" className={styles.transcripts}>
      {transcripts.map((transcript) => (
        <Link
          key={transcript.id}
          to="/crashes/$id"
          params={{ id: crashId }}
          search={{ transcript: transcript.id, ...(view.raw !== undefined && { raw: view.raw }) }}
          resetScroll={false}
          className={styles.transcript}
          aria-current={transcript.id === selected ? 'true' : undefined}
          title={`sha256 ${transcript.sha256}`}
        >
          {transcript.source !== null && <b>{transcript.source} </b>}
          {transcript.fileName ?? `transcript ${transcript.id.slice(0, 8)}`}
          <small>
            {sizeText(transcript.sizeBytes)}
            {transcript.seenAgain > 0 && ` · sent again ${transcript.seenAgain}×`}
            {transcript.bodySampledAway !== undefined && ' · text not kept'}
          </small>
        </Link>
      ))}
    </nav>
  );
}
