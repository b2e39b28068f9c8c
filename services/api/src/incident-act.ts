import type { Incident } from '@oopstream/contracts';
import { TRANSITION_REFUSALS } from '@oopstream/core-incident';
import type { ActResult, IncidentAct, TokenGrant } from '@oopstream/ports';
import { ok, refuse } from './answer';
import type { Answer } from './answer';
import type { ApiDeps } from './deps';
import { actorOf } from './record-act';
import { currentTraceparent } from './request-span';
import { searchOf } from './search-of';
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

/** @returns the incident after the act, or why it was refused. */
export async function answerAct(
  { queries }: Pick<ApiDeps, 'queries'>,
  grant: TokenGrant,
  { number, result }: { readonly number: string; readonly result: ActResult },
): Promise<Answer<Incident>> {
  if (result.kind === 'unknown') return refuse('incident-unknown');
  if (result.kind === 'illegal')
    return refuse('transition-illegal', `${TRANSITION_REFUSALS[result.reason]} (${result.reason})`);
  if (result.kind === 'merged') return refuseMerged(number, result.into);
  const found = await queries.incidentByNumber(grant.tenant, number);
  return found?.kind === 'found' ? ok(viewIncident(found.incident)) : refuse('incident-unknown');
}

/** @returns where a merged incident is asked. @param suffix rest of the path after the number @param url as asked */
export function movedTo(number: string, suffix: string, url: string): Answer<never> {
  return { kind: 'moved', location: `${pathOf(number)}${suffix}${searchOf(url)}` };
}

/** An act says what somebody wants of one incident: it is not carried over to the one that it was merged into. */
export function refuseMerged(number: string, into: string): Answer<never> {
  const livesOn = { id: into, href: pathOf(into) };
  const detail = `${number} was merged into ${into}`;
  return { kind: 'problem', slug: 'incident-merged', detail, livesOn };
}

function pathOf(number: string): string {
  return `/v1/incidents/${encodeURIComponent(number)}`;
}
