import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { fetchHistory } from '../api/decision-queries';
import type { HistoryEntry } from '../api/models';
import { Empty } from '../feedback/empty';
import { Failure } from '../feedback/failure';
import { LoadMore } from '../feedback/load-more';
import { SkeletonRows } from '../feedback/skeleton-rows';
import { Moment } from '../time/moment';
import { Decisions } from './decisions';
import { historyFacts, type HistoryFact } from './history-facts';
import styles from './incident-page.module.css';

/** What happened to the incident and who did it, newest first, page by page. */
export function HistoryTab({ number }: { number: string }) {
  const pages = useInfiniteQuery({
    queryKey: ['incident', number, 'history'],
    queryFn: ({ pageParam, signal }) =>
      fetchHistory(number, pageParam === null ? {} : { cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  });
  if (pages.isPending) return <SkeletonRows rows={5} />;
  if (pages.data === undefined)
    return (
      <Failure
        what="The history could not be loaded"
        error={pages.error}
        onRetry={() => void pages.refetch()}
      />
    );
  const history = pages.data.pages.flatMap((page) => page.items);
  return (
    <>
      <Decisions number={number} />
      {history.length === 0 ? (
        <Empty title="Nothing has been recorded yet." />
      ) : (
        <History history={history} />
      )}
      {pages.hasNextPage && <LoadMore pages={pages} mt="sm" />}
    </>
  );
}

function History({ history }: { history: readonly HistoryEntry[] }) {
  return (
    <ol className={styles.history}>
      {history.map((entry, index) => (
        <li key={`${entry.at}-${index}`}>
          <span className={styles.when}>
            <Moment at={entry.at} />
          </span>
          <b>{entry.action}</b> <span className="dim">by {entry.actor}</span>
          {historyFacts(entry.detail).map(({ name, text }) => (
            <span key={name} className={styles.detail}>
              <span className="dim">{name}</span> <Detail name={name} text={text} />
            </span>
          ))}
        </li>
      ))}
    </ol>
  );
}

function Detail({ name, text }: HistoryFact) {
  if (name === 'note') return <q>{text}</q>;
  if (name !== 'crashId') return <code>{text}</code>;
  return (
    <Link to="/crashes/$id" params={{ id: text }} className="mono">
      {text}
    </Link>
  );
}
