import type { HostContext } from './host-context';
import type { ProblemSlug } from './problem';

const HOST_NAME = /^[a-z0-9]([a-z0-9._:-]{0,251}[a-z0-9])?$/;
const MACHINE_ID = /^[0-9a-f]{32}$/;

export interface ResolvedHost {
  /** Who it is: the bound host, else the machine-id, else the name in lower case. */
  readonly hostId: string;
  /** As it was sent, or as it is bound; `null` when only the machine-id is known. */
  readonly name: string | null;
}

/** Why nobody can be told to have sent it. */
export interface HostRefusal {
  readonly slug: Extract<ProblemSlug, 'host-invalid' | 'host-missing' | 'host-mismatch'>;
  readonly detail: string;
}

/**
 * Finds out which host a sender speaks for, from what its token is bound to and what it says: one rule for transcripts
 * and heartbeats, so that both meet. A bound token speaks for its host alone: naming another is refused, naming none is
 * fine.
 *
 * @param named apart from the context, which it wins over.
 */
export function resolveHost(
  boundHost: string | null,
  named: string | undefined,
  context: Pick<HostContext, 'host' | 'machineId'>,
): ResolvedHost | HostRefusal {
  const name = named === '' ? context.host : (named ?? context.host);
  const nameId = name?.toLowerCase();
  if (nameId !== undefined && !HOST_NAME.test(nameId))
    return {
      slug: 'host-invalid',
      detail: 'letters, digits, dots, colons, hyphens and underscores; at most 253',
    };
  if (boundHost !== null) return resolveBound(boundHost.toLowerCase(), nameId, name, context.machineId);
  const hostId = context.machineId ?? nameId;
  if (hostId === undefined) return { slug: 'host-missing', detail: 'say machineId or host' };
  return { hostId, name: nameIsId(nameId) ? null : (name ?? null) };
}

/** Bound to a machine-id, the name is an attribute that may change; bound to a name, it may not. */
function resolveBound(
  boundId: string,
  nameId: string | undefined,
  name: string | undefined,
  machineId: string | undefined,
): ResolvedHost | HostRefusal {
  const isMachine = MACHINE_ID.test(boundId);
  const claimed = isMachine ? (machineId ?? (nameIsId(nameId) ? nameId : undefined)) : nameId;
  if (claimed !== undefined && claimed !== boundId)
    return { slug: 'host-mismatch', detail: `the token speaks for ${boundId}` };
  if (!isMachine) return { hostId: boundId, name: name ?? boundId };
  return { hostId: boundId, name: nameIsId(nameId) ? null : (name ?? null) };
}

function nameIsId(nameId: string | undefined): boolean {
  return nameId !== undefined && MACHINE_ID.test(nameId);
}
