import { useMutation, useQueryClient } from '@tanstack/react-query';
import { reopenIncident, resolveIncident } from '../api/queries';

export type Act = 'resolve' | 'reopen';

/** What a person said; `''` where nothing. */
interface Said {
  readonly note: string;
  readonly release: string;
}

/** Resolves or reopens an incident; `onDone` runs once the API has taken it. */
export function useTriage(number: string, act: Act, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ note, release }: Said) => {
      const body = note === '' ? {} : { note };
      if (act === 'reopen') return reopenIncident(number, body);
      return resolveIncident(number, release === '' ? body : { ...body, release });
    },
    onSuccess: async () => {
      onDone();
      await client.invalidateQueries({ queryKey: ['incident', number] });
      // The list is built anew at the next visit: this incident has moved to the other side of its filter.
      client.removeQueries({ queryKey: ['incidents'] });
    },
  });
}
