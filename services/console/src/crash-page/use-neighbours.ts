import { useQuery } from '@tanstack/react-query';
import { fetchCrashes } from '../api/queries';

const LOOK_AT = 200;

/** The crashes of the same incident received just before and after; `null` at an end, and beyond the newest 200. */
export function useNeighbours(number: string, id: string): { newer: string | null; older: string | null } {
  const { data } = useQuery({
    queryKey: ['neighbours', number],
    queryFn: ({ signal }) => fetchCrashes(number, { limit: LOOK_AT }, signal),
    staleTime: 60_000,
    retry: false,
  });
  const ids = data?.items.map((crash) => crash.id) ?? [];
  const at = ids.indexOf(id);
  if (at === -1) return { newer: null, older: null };
  return { newer: ids[at - 1] ?? null, older: ids[at + 1] ?? null };
}
