import { resolveHost as resolve } from '@oopstream/contracts';
import type { HostContext, ResolvedHost } from '@oopstream/contracts';
import { Refusal } from './refusal';

/**
 * Finds out whose crash it is, from what the token is bound to and what the sender says.
 *
 * @param named of the query string, which wins over the context's.
 */
export function resolveHost(
  boundHost: string | null,
  named: string | undefined,
  context: HostContext,
): ResolvedHost | Refusal {
  const found = resolve(boundHost, named, context);
  if ('hostId' in found) return found;
  if (found.slug === 'host-missing')
    return new Refusal('host-missing', 'say ?host=<name>, or machineId or host in the context');
  return new Refusal(found.slug, found.detail);
}
