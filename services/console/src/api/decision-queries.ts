import { queryOptions } from '@tanstack/react-query';
import { answer, api } from './client';

export const proofQuery = (crashId: string) =>
  queryOptions({
    queryKey: ['proof', crashId],
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/crashes/{id}/proof', { params: { path: { id: crashId } }, signal })),
  });

/** The latest decisions that moved things from or to an incident. */
export const decisionsQuery = (number: string) =>
  queryOptions({
    queryKey: ['incident', number, 'decisions'],
    queryFn: ({ signal }) =>
      answer(api.GET('/v1/decisions', { params: { query: { incident: number, limit: 20 } }, signal })),
  });

export const fetchHistory = (number: string, query: { readonly cursor?: string }, signal: AbortSignal) =>
  answer(api.GET('/v1/incidents/{number}/history', { params: { path: { number }, query }, signal }));

/** Why, for the history. */
export interface Reason {
  readonly note?: string;
}

export const mergeIncident = (number: string, body: Reason & { into: string }) =>
  answer(api.POST('/v1/incidents/{number}/merge', { params: { path: { number } }, body }));

export const splitIncident = (number: string, body: Reason & { groupKeys: string[]; into?: string }) =>
  answer(api.POST('/v1/incidents/{number}/split', { params: { path: { number } }, body }));

export const undoDecision = (id: string, body: Reason) =>
  answer(api.POST('/v1/decisions/{id}/undo', { params: { path: { id } }, body }));
