import { randomUUID } from 'node:crypto';
import { episodeOf, transition } from '@oopstream/core-incident';
import { lifeStoreConformance } from '../conformance/life-laws';
import { MemoryIncidentStore } from './memory-incident-store';
import { MemoryLifeStore } from './memory-life-store';

lifeStoreConformance('memory', () => {
  const store = new MemoryIncidentStore();
  const { rows } = store;
  const lives = new MemoryLifeStore(store);
  const incidents = () => [...rows.incidents.values()].sort((a, b) => a.number - b.number);
  return Promise.resolve({
    ...{ incidents: store, lives, fixes: lives.fixes },
    newId: () => randomUUID(),
    listIncidents: () => Promise.resolve(incidents()),
    act: (event) => {
      const result = transition(incidents()[0]!, event);
      if (result.kind === 'illegal') throw new Error(result.reason);
      rows.incidents.set(result.incident.id, result.incident);
      const atMs = 'atMs' in event ? event.atMs : 0;
      const episode = episodeOf(result.change, result.incident, { atMs, why: 'by-hand', crashId: null });
      rows.life.applyEpisodes(episode === null ? [] : [episode]);
      return Promise.resolve();
    },
    beat: (hostId, livepatches) => {
      rows.life.hosts = rows.life.hosts.filter((host) => host.hostId !== hostId);
      rows.life.hosts.push({
        tenant: 'default',
        hostId,
        release: '6.1.0-18-amd64',
        bootId: null,
        livepatches,
      });
      return Promise.resolve();
    },
    episodes: (incidentId) => Promise.resolve(lives.episodesOf(incidentId)),
  });
});
