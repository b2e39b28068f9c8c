import { SegmentedControl } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { fetchReboots } from '../api/fleet-queries';
import { Empty } from '../feedback/empty';
import { Failure } from '../feedback/failure';
import { LoadMore } from '../feedback/load-more';
import { SkeletonRows } from '../feedback/skeleton-rows';
import pageStyles from '../frame/page.module.css';
import { useTitle } from '../frame/use-title';
import { useKeys } from '../keyboard/use-keys';
import { walkRows } from '../keyboard/walk-rows';
import { RebootTable } from './reboot-table';
import { readRebootsView, type RebootsView } from './reboots-view';

const CHOICES = [
  { value: 'open', label: 'No dump' },
  { value: 'waiting', label: 'Waiting' },
  { value: 'explained', label: 'Explained' },
  { value: 'all', label: 'All' },
];

/** Hosts that came back after a boot that broke off: crashes without a dump are among them. */
export function RebootsPage({ view }: { view: RebootsView }) {
  const navigate = useNavigate();
  const state = view.state ?? 'open';
  useTitle('Dirty reboots');
  useKeys({ j: () => walkRows(1), k: () => walkRows(-1) });
  const choose = (chosen: string): void =>
    void navigate({ to: '/reboots', search: readRebootsView({ state: chosen }) });
  return (
    <>
      <header className={pageStyles.top}>
        <h1>Dirty reboots</h1>
        <SegmentedControl aria-label="State" data={CHOICES} value={state} onChange={choose} />
      </header>
      <p className="dim">Boots that broke off, as the agents say, the newest first.</p>
      <Reboots key={state} state={state} />
    </>
  );
}

function Reboots({ state }: { state: NonNullable<RebootsView['state']> | 'open' }) {
  const pages = useInfiniteQuery({
    queryKey: ['reboots', state],
    queryFn: ({ pageParam, signal }) =>
      fetchReboots({ state, ...(pageParam !== null && { cursor: pageParam }) }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  });
  if (pages.isPending) return <SkeletonRows rows={8} />;
  if (pages.data === undefined)
    return (
      <Failure
        what="The reboots could not be loaded"
        error={pages.error}
        onRetry={() => void pages.refetch()}
      />
    );
  const reboots = pages.data.pages.flatMap((page) => page.items);
  if (reboots.length === 0)
    return (
      <Empty title="No such reboot.">
        <p>Hosts that send heartbeats say how their boot before ended; none said that of such a one.</p>
      </Empty>
    );
  return (
    <>
      <RebootTable reboots={reboots} />
      {pages.hasNextPage && <LoadMore pages={pages} mt="sm" />}
    </>
  );
}
