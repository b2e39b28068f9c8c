import type { TokenGrant } from '@oopstream/ports';
import { refuse } from './answer';
import type { Answer } from './answer';
import type { ApiDeps } from './deps';

/**
 * For an id under which no crash is: where the crash lives that it turned out to be a copy of.
 *
 * @param suffix rest of the path after the id
 */
export async function crashMoved(
  { queries }: Pick<ApiDeps, 'queries'>,
  grant: TokenGrant,
  id: string,
  suffix = '',
): Promise<Answer<never>> {
  const into = await queries.crashAbsorbedInto(grant.tenant, id);
  if (into === null) return refuse('crash-unknown');
  return { kind: 'moved', location: `/v1/crashes/${encodeURIComponent(into)}${suffix}` };
}
