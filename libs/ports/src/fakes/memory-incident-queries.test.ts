import { incidentQueriesConformance } from '../conformance/incident-queries';
import { MemoryIncidentQueries } from './memory-incident-queries';

incidentQueriesConformance('memory', () => {
  const queries = new MemoryIncidentQueries();
  return Promise.resolve({
    queries,
    addTranscript: (tenant, transcript) => Promise.resolve(queries.addTranscript(tenant, transcript)),
    addIncident: (incident) => Promise.resolve(queries.addIncident(incident)),
    addAbsorbed: (...absorbed) => Promise.resolve(queries.addAbsorbed(...absorbed)),
  });
});
