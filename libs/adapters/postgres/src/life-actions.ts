import type { LifeActions } from '@oopstream/ports';
import { createAct } from './incident-actions';
import type { PostgresPool } from './pool';

/** What people do to the lives of incidents: state, episodes, audit and publication in one transaction. */
export function createLifeActions(pool: PostgresPool): LifeActions {
  const act = createAct(pool);
  return {
    obsolete: (tenant, number, by) =>
      act(tenant, number, by, { kind: 'obsolete', atMs: by.atMs, by: by.actor }, {}),
    acknowledge: (tenant, number, by) =>
      act(tenant, number, by, { kind: 'acknowledge', atMs: by.atMs, by: by.actor }, {}),
    assign: (tenant, number, by, assignee) =>
      act(tenant, number, by, { kind: 'assign', to: assignee }, { assignee }),
    mute: (tenant, number, by, until) =>
      act(tenant, number, by, { kind: 'mute', atMs: by.atMs, by: by.actor, until }, { until }),
    unmute: (tenant, number, by) => act(tenant, number, by, { kind: 'unmute', atMs: by.atMs }, {}),
  };
}
