import { useInfiniteQuery, useQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { IncidentPage } from '../api/models';
import { POLL_MS, fetchIncidents } from '../api/queries';
import { listParameters, type IncidentQuery } from './incident-query';
import { mergeLive } from './live-list';

const PAGE_ITEMS = 50;
const LIVE_ITEMS = 100;

/** The list as shown, page after page, and beside it a fresh first page every {@link POLL_MS}. */
export function useIncidentList(query: IncidentQuery) {
  const client = useQueryClient();
  const key = ['incidents', query];
  const pages = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) =>
      fetchIncidents(
        { ...listParameters(query, PAGE_ITEMS), ...(pageParam !== null && { cursor: pageParam }) },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    // Rows move when a person asks for it, never because a window got the focus.
    staleTime: Number.POSITIVE_INFINITY,
  });
  const live = useQuery({
    queryKey: ['incidents-live', query],
    queryFn: ({ signal }) => fetchIncidents(listParameters(query, LIVE_ITEMS), signal),
    enabled: pages.data !== undefined,
    refetchInterval: POLL_MS,
    retry: false,
  });

  const shown = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const fresh = live.data;
  const showFresh = useCallback(() => {
    if (fresh === undefined) return;
    const first: InfiniteData<IncidentPage, string | null> = { pages: [fresh], pageParams: [null] };
    client.setQueryData(['incidents', query], first);
  }, [client, fresh, query]);

  return {
    pages,
    live,
    showFresh,
    list: mergeLive(shown, freshWithin(shown.length, pages.hasNextPage, fresh)),
  };
}

/** As much of the fresh page as belongs to the rows shown: what lies beyond them is behind "load more", not new. */
function freshWithin(shown: number, more: boolean, fresh: IncidentPage | undefined) {
  if (fresh === undefined) return null;
  return more ? fresh.items.slice(0, shown) : fresh.items;
}
