import { eventLogConformance } from '@oopstream/ports/conformance';
import { freshDatabase } from '@oopstream/testkit';
import { openLog } from './open-log';
import type { OpenLog } from './open-log';

eventLogConformance('embedded', async () => {
  const database = await freshDatabase();
  const processes: OpenLog[] = [];
  return {
    open() {
      const log = openLog(database.connectionString);
      processes.push(log);
      return Promise.resolve(log);
    },
    async close() {
      await Promise.all(processes.map((log) => log.close()));
      await database.drop();
    },
  };
});
