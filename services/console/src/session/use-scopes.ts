import { useQuery } from '@tanstack/react-query';
import { whoamiQuery } from '../api/queries';
import type { Whoami } from '../api/models';
import { useSession } from './session-store';

/** What the token may do; `null` until the API has said so. */
export function useWhoami(): Whoami | null {
  const { token } = useSession();
  const { data } = useQuery({ ...whoamiQuery(token ?? ''), enabled: token !== null });
  return data ?? null;
}

/** `null` while it is not known yet. */
export function useMay(scope: Whoami['scopes'][number]): boolean | null {
  const whoami = useWhoami();
  return whoami === null ? null : whoami.scopes.includes(scope);
}
