import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { Empty } from '../feedback/empty';
import { Failure } from '../feedback/failure';
import { LoadMore } from '../feedback/load-more';
import { SkeletonRows } from '../feedback/skeleton-rows';
import { useTitle } from '../frame/use-title';
import { useKeys } from '../keyboard/use-keys';
import { walkRows } from '../keyboard/walk-rows';
import { Moment } from '../time/moment';
import { FilterBar } from './filter-bar';
import styles from './incident-list.module.css';
import { hasFilter, type IncidentQuery } from './incident-query';
import { IncidentTable } from './incident-table';
import { useIncidentList } from './use-incident-list';
import { WaitingBar } from './waiting-bar';

/** Which bugs hurt, the most recent first. */
export function IncidentListPage({ query }: { query: IncidentQuery }) {
  const navigate = useNavigate();
  const { pages, live, list, showFresh } = useIncidentList(query);
  useTitle('Incidents');
  const show = (): void => {
    showFresh();
    window.scrollTo({ top: 0 });
  };
  useKeys({ j: () => walkRows(1), k: () => walkRows(-1), r: show });
  const change = (next: IncidentQuery): void => void navigate({ to: '/incidents', search: next });
  const loaded = pages.data !== undefined;

  return (
    <>
      <div className={styles.top}>
        <h1 className={styles.heading}>Incidents</h1>
        <FilterBar query={query} items={list.items} onChange={change} />
        <WaitingBar waiting={list.waiting} reordered={list.reordered} onShow={show} />
      </div>
      {live.isError && loaded && (
        <p role="status" className={styles.stale}>
          Live counts stopped: {live.error.message}. Shown is the answer of{' '}
          <Moment at={new Date(live.dataUpdatedAt || pages.dataUpdatedAt).toISOString()} />.
        </p>
      )}
      {pages.isError && !loaded && (
        <Failure
          what="The incidents could not be loaded"
          error={pages.error}
          stillWorks="Collecting goes on whether or not this page can show it."
          onRetry={() => void pages.refetch()}
        />
      )}
      {pages.isPending && <SkeletonRows rows={10} heightPx={45} />}
      {loaded && list.items.length > 0 && <IncidentTable items={list.items} query={query} />}
      {loaded && list.items.length === 0 && <Nothing query={query} onChange={change} />}
      {loaded && list.items.length > 0 && (
        <p className={styles.end}>
          {pages.isFetchNextPageError && <>The next page could not be loaded: {pages.error?.message}. </>}
          {pages.hasNextPage ? (
            <LoadMore pages={pages} />
          ) : (
            <span className="dim">That is all: {list.items.length} in this list.</span>
          )}
        </p>
      )}
    </>
  );
}

function Nothing({ query, onChange }: { query: IncidentQuery; onChange: (query: IncidentQuery) => void }) {
  if (hasFilter(query)) {
    return (
      <Empty
        title={`No ${query.status === 'all' ? '' : `${query.status ?? 'open'} `}incident matches these filters.`}
      >
        <Button.Group>
          {query.status !== 'all' && (
            <Button variant="default" onClick={() => onChange({ ...query, status: 'all' })}>
              Look in all states
            </Button>
          )}
          <Button variant="default" onClick={() => onChange({})}>
            Clear filters
          </Button>
        </Button.Group>
      </Empty>
    );
  }
  if (query.status === 'resolved') return <Empty title="No incident has been resolved yet." />;
  return (
    <Empty title="No open incident." command="npx oopstream send /var/crash/*/vmcore-dmesg.txt">
      <p>Either nothing has crashed, or nothing has been sent yet. This sends a transcript by hand:</p>
    </Empty>
  );
}
