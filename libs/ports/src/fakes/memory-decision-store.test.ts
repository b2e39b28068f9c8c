import { randomUUID } from 'node:crypto';
import { formatIncidentNumber } from '@oopstream/core-incident';
import { decisionStoreConformance } from '../conformance/decision-store';
import { MemoryDecisionStore } from './memory-decision-store';
import { MemoryIncidentStore } from './memory-incident-store';

decisionStoreConformance('memory', () => {
  const store = new MemoryIncidentStore();
  const { rows } = store;
  const newId = () => randomUUID();
  return Promise.resolve({
    incidents: store,
    decisions: new MemoryDecisionStore(store, newId),
    retention: store,
    newId,
    glance: () => Promise.resolve(glance(store)),
    drift: () => Promise.resolve(rows.forgottenCrashes.size > 0 ? [] : drift(store)),
  });
});

/** What incidents count, that their crashes do not give. */
function drift({ rows }: MemoryIncidentStore): unknown[] {
  const of = (id: string) => [...rows.crashes.values()].filter((crash) => crash.incidentId === id);
  const wrong = [...rows.incidents.values()].filter(({ id, crashes, fatalCrashes, hosts }) => {
    const own = of(id);
    const fatal = own.filter((crash) => crash.fatal).length;
    const hostIds = new Set(own.map((crash) => crash.hostId));
    return crashes !== own.length || fatalCrashes !== fatal || hosts !== hostIds.size;
  });
  const sorted = (counts: typeof rows.causes) => [...counts].map((row) => JSON.stringify(row)).sort();
  const causes = sorted(rows.causes).join() === sorted(rows.recountCauses()).join() ? [] : ['causes'];
  return [...wrong, ...causes];
}

function glance({ rows: { incidents, mergedInto, keys, crashes } }: MemoryIncidentStore) {
  const numberOf = (id: string) => formatIncidentNumber(incidents.get(id)?.number ?? 0);
  return [...incidents.values()]
    .sort((a, b) => a.number - b.number)
    .map((one) => ({
      number: numberOf(one.id),
      mergedInto: mergedInto.has(one.id) ? numberOf(mergedInto.get(one.id) ?? '') : null,
      ...{ title: one.title, status: one.status, crashes: one.crashes, fatalCrashes: one.fatalCrashes },
      ...{ hosts: one.hosts, firstSeenAtMs: one.firstSeenAtMs, lastSeenAtMs: one.lastSeenAtMs },
      groupKeys: [...keys.values()]
        .filter((key) => key.incidentId === one.id)
        .map((key) => key.groupKey)
        .sort(),
      crashIds: [...crashes.values()]
        .filter((crash) => crash.incidentId === one.id)
        .map((crash) => crash.id)
        .sort(),
    }));
}
