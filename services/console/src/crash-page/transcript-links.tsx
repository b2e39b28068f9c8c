import type { Proof, TranscriptSummary } from '../api/models';
import { Moment } from '../time/moment';
import { toldLinks } from './told-links';
import styles from './why-here.module.css';

interface Props {
  readonly links: Proof['links'];
  readonly transcripts: readonly TranscriptSummary[];
}

/** Each transcript that shows the crash or once did, with the rule that said so. */
export function TranscriptLinks({ links, transcripts }: Props) {
  return (
    <ol className={styles.list}>
      {toldLinks(links).map(({ transcriptId, validFrom, validTo, primary, reason, explanation }) => {
        const transcript = transcripts.find(({ id }) => id === transcriptId);
        return (
          <li key={`${transcriptId} ${validFrom}`}>
            <b>{transcript?.source ?? 'transcript'}</b>{' '}
            <code>{transcript?.fileName ?? transcriptId.slice(0, 8)}</code> <Moment at={validFrom} />:{' '}
            <code>{reason}</code> {explanation}
            {primary && validTo === null && <span className="dim"> The crash is shown by it.</span>}
            {validTo !== null && (
              <span className="dim">
                {' '}
                Not any more, since <Moment at={validTo} />.
              </span>
            )}
            {transcript?.bodySampledAway !== undefined && (
              <span className="dim"> Its text was not kept ({transcript.bodySampledAway}).</span>
            )}
          </li>
        );
      })}
    </ol>
  );
}
