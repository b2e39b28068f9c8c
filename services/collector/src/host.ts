import type { HostContext } from '@oopstream/contracts';
import { Refusal } from './refusal';

const HOST_NAME = /^[a-z0-9]([a-z0-9._:-]{0,251}[a-z0-9])?$/;
const MACHINE_ID = /^[0-9a-f]{32}$/;

export interface ResolvedHost {
  /** Whose transcripts these are: the bound host, else the machine-id, else the name in lower case. */
  readonly hostId: string;
  /** As it was sent, or as it is bound; `null` when only the machine-id is known. */
  readonly name: string | null;
}

/**
 * Finds out whose crash it is, from what the token is bound to and what the sender says. A bound token speaks for its
 * host alone: naming another is refused, naming none is fine.
 *
 * @param named of the query string, which wins over the context's.
 */
export function resolveHost(
  boundHost: string | null,
  named: string | undefined,
  context: HostContext,
): ResolvedHost | Refusal {
  const name = named === '' ? context.host : (named ?? context.host);
  const nameId = name?.toLowerCase();
  if (nameId !== undefined && !HOST_NAME.test(nameId))
    return new Refusal('host-invalid', 'letters, digits, dots, colons, hyphens and underscores; at most 253');
  if (boundHost !== null) return resolveBound(boundHost.toLowerCase(), nameId, name, context.machineId);
  const hostId = context.machineId ?? nameId;
  if (hostId === undefined)
    return new Refusal('host-missing', 'say ?host=<name>, or machineId or host in the context');
  return { hostId, name: nameIsId(nameId) ? null : (name ?? null) };
}

/** Bound to a machine-id, the name is an attribute that may change; bound to a name, it may not. */
function resolveBound(
  boundId: string,
  nameId: string | undefined,
  name: string | undefined,
  machineId: string | undefined,
): ResolvedHost | Refusal {
  const isMachine = MACHINE_ID.test(boundId);
  const claimed = isMachine ? (machineId ?? (nameIsId(nameId) ? nameId : undefined)) : nameId;
  if (claimed !== undefined && claimed !== boundId)
    return new Refusal('host-mismatch', `the token speaks for ${boundId}`);
  if (!isMachine) return { hostId: boundId, name: name ?? boundId };
  return { hostId: boundId, name: nameIsId(nameId) ? null : (name ?? null) };
}

function nameIsId(nameId: string | undefined): boolean {
  return nameId !== undefined && MACHINE_ID.test(nameId);
}
