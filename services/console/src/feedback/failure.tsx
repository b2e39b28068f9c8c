import { Button } from '@mantine/core';
import { ApiError } from '../api/api-error';
import { CopyText } from './copy-text';
import styles from './feedback.module.css';

interface Props {
  /** What could not be done: `The incidents could not be loaded`. */
  readonly what: string;
  readonly error: unknown;
  /** What works all the same: `What is shown is from the last answer.` */
  readonly stillWorks?: string;
  readonly onRetry?: (() => void) | undefined;
  /** It stands for the whole page, so it is the page's heading. */
  readonly page?: boolean;
}

/** What failed, what still works, a way to try again, and the trace id to quote. */
export function Failure({ what, error, stillWorks, onRetry, page = false }: Props) {
  const problem = error instanceof ApiError ? error : null;
  const What = page ? 'h1' : 'p';
  const said = error instanceof Error ? error.message : String(error);
  return (
    <div role="alert" className={styles.failure}>
      <What className={styles.what}>{what}.</What>
      <p>
        {said}
        {problem?.detail != null && `: ${problem.detail}`}
        {problem !== null && <code className={styles.reason}>{problem.reason}</code>}
      </p>
      {stillWorks !== undefined && <p className="dim">{stillWorks}</p>}
      <p className={styles.ways}>
        {onRetry !== undefined && (
          <Button variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
        {problem?.traceId != null && (
          <span>
            trace <code>{problem.traceId}</code> <CopyText text={problem.traceId} what="trace id" />
          </span>
        )}
      </p>
    </div>
  );
}
