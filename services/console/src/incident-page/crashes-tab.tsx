import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { CrashSummary } from '../api/models';
import { fetchCrashes } from '../api/queries';
import { Empty } from '../feedback/empty';
import { Failure } from '../feedback/failure';
import { LoadMore } from '../feedback/load-more';
import { SkeletonRows } from '../feedback/skeleton-rows';
import { Moment } from '../time/moment';
import { ConfidenceMark } from '../analysis/confidence-mark';
import styles from './incident-page.module.css';

/** The crashes behind the count, newest receipt first. */
export function CrashesTab({ number, title }: { number: string; title: string }) {
  const pages = useInfiniteQuery({
    queryKey: ['incident', number, 'crashes'],
    queryFn: ({ pageParam, signal }) =>
      fetchCrashes(number, pageParam === null ? {} : { cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    staleTime: 60_000,
  });
  if (pages.isPending) return <SkeletonRows rows={5} />;
  if (pages.data === undefined) {
    return (
      <Failure
        what="The crashes could not be loaded"
        error={pages.error}
        onRetry={() => void pages.refetch()}
      />
    );
  }
  const crashes = pages.data.pages.flatMap((page) => page.items);
  if (crashes.length === 0) return <Empty title="No crash is linked to this incident now." />;
  return (
    <>
      <CrashTable crashes={crashes} title={title} />
      {pages.hasNextPage && <LoadMore pages={pages} mt="sm" />}
    </>
  );
}

function CrashTable({ crashes, title }: { crashes: readonly CrashSummary[]; title: string }) {
  return (
    <div className="scroll-x">
      <table className="data">
        <caption className="sr-only">Crashes</caption>
        <thead>
          <tr>
            <th scope="col">Happened</th>
            <th scope="col">Host</th>
            <th scope="col">Release</th>
            <th scope="col">Machine</th>
            <th scope="col">Verdict</th>
            <th scope="col">Signature</th>
            <th scope="col">Received</th>
          </tr>
        </thead>
        <tbody>
          {crashes.map((crash) => (
            <tr key={crash.id} className={styles.crash}>
              <td>
                <Link to="/crashes/$id" params={{ id: crash.id }} data-row-link={crash.id}>
                  <Moment at={crash.occurredAt} absent="time unknown" />
                </Link>
              </td>
              <td className="mono nowrap">
                <Link to="/hosts/$id" params={{ id: crash.hostId }}>
                  {crash.hostName ?? crash.hostId}
                </Link>
              </td>
              <td className="mono nowrap">{crash.kernelRelease ?? <span className="dim">not said</span>}</td>
              <td className="nowrap">{crash.fatal ? 'died' : 'survived'}</td>
              <td className="nowrap">
                <CrashVerdict verdict={crash.verdict} />
              </td>
              <td className="mono">
                {crash.held && <span className="dim">damaged, waits for a better transcript · </span>}
                {crash.title === title ? <span className="dim">as above</span> : crash.title}
              </td>
              <td>
                <Moment at={crash.receivedAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CrashVerdict({ verdict }: Pick<CrashSummary, 'verdict'>) {
  if (verdict === null) return <span className="dim">not analysed</span>;
  if (verdict.class === 'unknown') return <span className="dim">unknown</span>;
  return (
    <>
      <code>{verdict.class}</code> <ConfidenceMark confidence={verdict.confidence} />
    </>
  );
}
