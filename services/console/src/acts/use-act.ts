import { useMutation, useQueryClient } from '@tanstack/react-query';

/** What a person does to incidents; everything shown of them is asked for anew once the API has taken it. */
export function useAct<Done>(act: (note: { note?: string }) => Promise<Done>, onDone: (done: Done) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (note: string) => act(note === '' ? {} : { note }),
    onSuccess: async (done) => {
      onDone(done);
      // The list is built anew at the next visit: the incident may have moved to the other side of its filter.
      client.removeQueries({ queryKey: ['incidents'] });
      await Promise.all(
        [['incident'], ['crash'], ['proof'], ['host'], ['groups']].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      );
    },
  });
}
