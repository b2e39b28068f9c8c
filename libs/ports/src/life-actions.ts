import type { MuteConditions } from '@oopstream/core-incident';
import type { ActResult, IncidentAct } from './incident-actions';

/** What a person does to the life of an incident besides resolving it; each act one transaction, as those. */
export interface LifeActions {
  /** Gives it up. @throws RetryableError `store-unavailable`; so all of these */
  obsolete(tenant: string, number: string, act: IncidentAct): Promise<ActResult>;
  acknowledge(tenant: string, number: string, act: IncidentAct): Promise<ActResult>;
  /** @param assignee whose it is; `null` takes it from whoever has it */
  assign(tenant: string, number: string, act: IncidentAct, assignee: string | null): Promise<ActResult>;
  /** Nobody is called until the first condition comes true; `crashes` and `hosts` count from now on. */
  mute(tenant: string, number: string, act: IncidentAct, until: MuteConditions): Promise<ActResult>;
  unmute(tenant: string, number: string, act: IncidentAct): Promise<ActResult>;
}
