import { createPostgresBackend, withBackend } from 'bullmq';
import { createJobs } from './job-bench';
import { trackSockets } from './open-sockets';
import type { JobDeps, Jobs } from './job-bench';

/**
 * Jobs in PostgreSQL: nothing more to run than the store has already. LISTEN/NOTIFY, so idle costs nothing; the tables
 * are made in a schema of their own at the first connection.
 */
export function createPostgresJobs(deps: JobDeps & { readonly connectionString: string }): Jobs {
  const { config } = deps;
  const connect = () => {
    const sockets = trackSockets();
    const connection = {
      connectionString: deps.connectionString,
      schema: config.schema,
      migrate: true,
      max: config.maxConnections,
      connectionTimeoutMillis: config.timeoutMs,
      application_name: 'oopstream-jobs',
      stream: sockets.create,
    };
    return { connection, gone: sockets.gone };
  };
  return createJobs({
    ...deps,
    classes: withBackend(createPostgresBackend),
    connect,
  });
}
