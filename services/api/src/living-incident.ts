import type { IncidentQueries, IncidentRow } from '@oopstream/ports';

/** @returns the incident of a number, that of a merged one being the one which lives on; `null`: none has it */
export async function findLiving(
  queries: IncidentQueries,
  tenant: string,
  number: string,
): Promise<IncidentRow | null> {
  const found = await queries.incidentByNumber(tenant, number);
  if (found === null) return null;
  if (found.kind === 'found') return found.incident;
  const into = await queries.incidentByNumber(tenant, found.into);
  return into?.kind === 'found' ? into.incident : null;
}
