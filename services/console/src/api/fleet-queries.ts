import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client';
import type { RebootState } from './models';

export const hostQuery = (id: string) =>
  queryOptions({
    queryKey: ['host', id],
    queryFn: ({ signal }) => answer(api.GET('/v1/hosts/{id}', { params: { path: { id } }, signal })),
  });

export const fetchReboots = (
  query: { readonly state: RebootState; readonly cursor?: string },
  signal: AbortSignal,
) => answer(api.GET('/v1/reboots', { params: { query }, signal }));

/** Counts over all crashes of 30 days: asked for when the page opens, not again and again. */
export const groupsQuery = queryOptions({
  queryKey: ['groups'],
  queryFn: ({ signal }) => answer(api.GET('/v1/parents', { signal })),
  staleTime: 5 * 60_000,
});
