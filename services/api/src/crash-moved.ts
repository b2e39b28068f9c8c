import type { TokenGrant } from '@oopstream/ports';
import { refuse } from './answer';
import type { Answer } from './answer';
import type { ApiDeps } from './deps';
import { searchOf } from './search-of';

type Queries = Pick<ApiDeps, 'queries'>;

/**
 * For an id under which no crash is: where the crash is asked that it turned out to be a copy of.
 *
 * @param suffix rest of the path after the id
 * @param url as asked
 */
export async function crashMoved(
  { queries }: Queries,
  grant: TokenGrant,
  { id, suffix, url }: { readonly id: string; readonly suffix: string; readonly url: string },
): Promise<Answer<never>> {
  const into = await queries.crashAbsorbedInto(grant.tenant, id);
  if (into === null) return refuse('crash-unknown');
  return { kind: 'moved', location: `${pathOf(into)}${suffix}${searchOf(url)}` };
}

/** The same for acts: they are said of one crash, and not carried over to another. */
export async function refuseCrash(
  { queries }: Queries,
  grant: TokenGrant,
  id: string,
): Promise<Answer<never>> {
  const into = await queries.crashAbsorbedInto(grant.tenant, id);
  if (into === null) return refuse('crash-unknown', id);
  const detail = `${id} is part of ${into}`;
  return { kind: 'problem', slug: 'crash-absorbed', detail, livesOn: { id: into, href: pathOf(into) } };
}

function pathOf(id: string): string {
  return `/v1/crashes/${encodeURIComponent(id)}`;
}
