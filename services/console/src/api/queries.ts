import { queryOptions } from '@tanstack/react-query';
import type { IncidentListParameters } from './models';
import { answer, api } from './client';

/** How often what is on the screen is asked for again. */
export const POLL_MS = 10_000;

export const whoamiQuery = (token: string) =>
  queryOptions({
    queryKey: ['whoami', token.slice(0, 16)],
    queryFn: ({ signal }) => answer(api.GET('/v1/whoami', { signal })),
    staleTime: 60_000,
  });

export const fetchIncidents = (query: IncidentListParameters, signal: AbortSignal) =>
  answer(api.GET('/v1/incidents', { params: { query }, signal }));

export const incidentQuery = (number: string) =>
  queryOptions({
    queryKey: ['incident', number],
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/incidents/{number}', { params: { path: { number } }, signal })),
    refetchInterval: POLL_MS,
  });

/** Counts over the whole fleet: asked for when the page opens, not again and again. */
export const patternsQuery = (number: string) =>
  queryOptions({
    queryKey: ['patterns', number],
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/incidents/{number}/patterns', { params: { path: { number } }, signal })),
    staleTime: 5 * 60_000,
  });

/** Sums of host-days: asked for when the page opens, not again and again. */
export const incidentRatesQuery = (number: string) =>
  queryOptions({
    queryKey: ['incident-rates', number],
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/incidents/{number}/rates', { params: { path: { number } }, signal })),
    staleTime: 5 * 60_000,
  });

export const fetchCrashes = (
  number: string,
  query: { readonly cursor?: string; readonly limit?: number },
  signal: AbortSignal,
) => answer(api.GET('/v1/incidents/{number}/crashes', { params: { path: { number }, query }, signal }));

export const crashQuery = (id: string) =>
  queryOptions({
    queryKey: ['crash', id],
    queryFn: ({ signal }) => answer(api.GET('/v1/crashes/{id}', { params: { path: { id } }, signal })),
  });

/** The transcript's bytes as received. Asking is recorded in the audit, so it is never asked for twice in a session. */
export const rawTranscriptQuery = (id: string) =>
  queryOptions({
    queryKey: ['raw', id],
    queryFn: async ({ signal }) => {
      const bytes = await answer(
        api.GET('/v1/transcripts/{id}/raw', { params: { path: { id } }, parseAs: 'arrayBuffer', signal }),
      );
      return new Uint8Array(bytes);
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 30 * 60_000,
    retry: false,
  });

export const resolveIncident = (number: string, body: { release?: string; commit?: string; note?: string }) =>
  answer(api.POST('/v1/incidents/{number}/resolve', { params: { path: { number } }, body }));

export const reopenIncident = (number: string, body: { note?: string }) =>
  answer(api.POST('/v1/incidents/{number}/reopen', { params: { path: { number } }, body }));
