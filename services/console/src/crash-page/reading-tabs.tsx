import { Link } from '@tanstack/react-router';
import type { CrashReading } from '../api/models';
import styles from './crash-page.module.css';
import type { CrashView } from './crash-view';

interface Props {
  readonly crashId: string;
  readonly readings: readonly CrashReading[];
  readonly selected: CrashReading | null;
  readonly view: CrashView;
}

/** Which of several readings of one transcript is told, where a text shows the crash more than once. */
export function ReadingTabs({ crashId, readings, selected, view }: Props) {
  if (readings.length < 2) return null;
  return (
    <nav aria-label="Readings" className={styles.transcripts}>
      {readings.map((reading) => {
        const { span, format, headline } = reading.reading;
        return (
          <Link
            key={span.start}
            to="/crashes/$id"
            params={{ id: crashId }}
            search={{
              transcript: reading.transcriptId,
              reading: String(span.start),
              ...(view.raw !== undefined && { raw: view.raw }),
            }}
            resetScroll={false}
            className={styles.transcript}
            aria-current={reading === selected ? 'true' : undefined}
            title={headline ?? undefined}
          >
            {format === 'crash8' ? 'crash(8) session' : 'kernel log'}
            {reading.primary && ' · primary'}
            <small>
              from byte {span.start.toLocaleString('en-US')}
              {reading.analysis !== null && ` · ${reading.analysis.verdict.class}`}
            </small>
          </Link>
        );
      })}
    </nav>
  );
}
