import { randomUUID } from 'node:crypto';
import { changeToWire } from '@oopstream/contracts';
import { formatIncidentNumber } from '@oopstream/core-incident';
import type { IncidentState, PlannedChange } from '@oopstream/core-incident';
import type { ReplayRun } from '@oopstream/ports';
import { lockIncidents } from '../incident-row';
import { insertAudit, insertOutbox } from '../outbox-rows';
import type { Sql } from '../pool';

/** Rows written by one statement. */
const BATCH = 500;

export interface ReplayedIncidents {
  readonly ids: readonly string[];
  /** Incidents that others lead to now. */
  readonly closed: ReadonlyMap<string, string>;
  readonly action: 'incident.replayed' | 'incident.replay-undone';
}

/** Leaves lines in the audit, and publishes what changed. Nobody is alerted: no webhook goes out. */
export async function recordReplayed(
  sql: Sql,
  run: ReplayRun,
  { ids, closed, action }: ReplayedIncidents,
  nowMs: number,
): Promise<void> {
  const actor = await readAsker(sql, run);
  const survivors = new Map(
    (await lockIncidents(sql, [...new Set(closed.values())].sort())).map((one) => [one.id, one.number]),
  );
  for (let from = 0; from < ids.length; from += BATCH) {
    const incidents = await lockIncidents(sql, ids.slice(from, from + BATCH));
    const mergedInto = ({ id }: IncidentState): string | null => {
      const number = survivors.get(closed.get(id) ?? '');
      return number === undefined ? null : formatIncidentNumber(number);
    };
    await insertAudit(
      sql,
      incidents.map((incident) => ({
        ...{
          tenant: run.tenant,
          atMs: nowMs,
          actor,
          action,
          subjectKind: 'incident',
          subjectId: incident.id,
        },
        detail: {
          number: formatIncidentNumber(incident.number),
          replay: run.id,
          algorithmVersion: run.toVersion,
          mergedInto: mergedInto(incident),
        },
      })),
    );
    const publications = incidents.map((incident) => publicationOf(incident, mergedInto(incident), nowMs));
    await insertOutbox(sql, { publications, deliveries: [] });
  }
}

function publicationOf(incident: IncidentState, mergedInto: string | null, nowMs: number) {
  const change: PlannedChange = {
    change: mergedInto === null ? 'regrouped' : 'merged',
    ...{ atMs: nowMs, incident, mergedInto },
    crash: null,
    traceparent: null,
  };
  return {
    id: randomUUID(),
    tenant: incident.tenant,
    incidentId: incident.id,
    body: JSON.stringify(changeToWire(change)),
    createdAtMs: nowMs,
    traceparent: null,
  };
}

async function readAsker(sql: Sql, run: ReplayRun): Promise<string> {
  const { rows } = await sql.query<{ actor: string | null }>(
    'SELECT asked_by AS actor FROM oopstream.replay_run WHERE id = $1',
    [run.id],
  );
  return rows[0]?.actor ?? run.createdBy;
}
