import { randomUUID } from 'node:crypto';
import { lifeStoreConformance } from '@oopstream/ports/conformance';
import { storeDatabases } from '@oopstream/testkit';
import { createCensusStore } from './census-store';
import { createFixStore } from './fix-store';
import { createAct } from './incident-actions';
import { lockIncidents } from './incident-row';
import { createIncidentStore } from './incident-store';
import { createLifeStore } from './life-store';
import { loadEpisodes } from './queries/load-episodes';

const databases = storeDatabases();
afterEach(() => databases.dropAll());
const DAY_MS = 86_400_000;

lifeStoreConformance('PostgreSQL', async () => {
  const pool = await databases.open();
  const act = createAct(pool);
  const census = createCensusStore(pool);
  return {
    incidents: createIncidentStore(pool),
    lives: createLifeStore(pool),
    fixes: createFixStore(pool),
    newId: () => randomUUID(),
    async listIncidents() {
      const { rows } = await pool.query<{ id: string }>('SELECT id FROM oopstream.incident');
      const incidents = await lockIncidents(
        pool,
        rows.map(({ id }) => id),
      );
      return incidents.sort((a, b) => a.number - b.number);
    },
    act: (event) => {
      const atMs = 'atMs' in event ? event.atMs : 0;
      const by = { atMs, actor: 'token:ann', note: null, traceparent: null };
      return act('default', 'OOPS-1', by, event, {});
    },
    async beat(hostId, livepatches, atMs) {
      const build = { release: '6.1.0-18-amd64', flavour: 'amd64', model: '' };
      const said = {
        name: null,
        bios: null,
        bootId: null,
        uptimeSeconds: null,
        kdumpReady: null,
        labels: {},
      };
      const limits = { maxGapMs: DAY_MS, lateMs: DAY_MS, maxAgeMs: DAY_MS, maxAheadMs: DAY_MS };
      await census.record('default', [{ ...said, hostId, build, atMs, livepatches }], limits, atMs);
    },
    episodes: (incidentId) => loadEpisodes(pool, 'default', incidentId),
  };
});
