import type { Incident } from '@oopstream/contracts';
import { TRANSITION_REFUSALS } from '@oopstream/core-incident';
import type { ActResult, IncidentAct, TokenGrant } from '@oopstream/ports';
import { ok, refuse } from './answer';
import type { Answer } from './answer';
import type { ApiDeps } from './deps';
import { actorOf } from './record-act';
import { currentTraceparent } from './request-span';
import { viewIncident } from './views';

/** @returns who acts, when and why. */
export function incidentAct(
  { clock }: Pick<ApiDeps, 'clock'>,
  grant: TokenGrant,
  note: string | undefined,
): IncidentAct {
  return {
    atMs: clock.nowMs(),
    actor: actorOf(grant),
    note: note ?? null,
    traceparent: currentTraceparent(),
  };
}

/** @param verb end of the act's path @returns the incident after the act, or why it was refused. */
export async function answerAct(
  { queries }: Pick<ApiDeps, 'queries'>,
  grant: TokenGrant,
  { number, verb, result }: { readonly number: string; readonly verb: string; readonly result: ActResult },
): Promise<Answer<Incident>> {
  if (result.kind === 'unknown') return refuse('incident-unknown');
  if (result.kind === 'illegal')
    return refuse('transition-illegal', `${TRANSITION_REFUSALS[result.reason]} (${result.reason})`);
  if (result.kind === 'merged') return movedTo(result.into, `/${verb}`);
  const found = await queries.incidentByNumber(grant.tenant, number);
  return found?.kind === 'found' ? ok(viewIncident(found.incident)) : refuse('incident-unknown');
}

/** Where a merged incident lives on. */
export function movedTo(number: string, suffix: string): Answer<never> {
  return { kind: 'moved', location: `/v1/incidents/${encodeURIComponent(number)}${suffix}` };
}
