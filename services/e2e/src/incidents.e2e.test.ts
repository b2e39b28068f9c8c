import { rmSync } from 'node:fs';
import { startLocalStandalone } from '@oopstream/local-fleet';
import type { LocalStandalone } from '@oopstream/local-fleet';
import { createApiClient } from './api-client';
import { createCommandLine } from './command-line';
import { incidentsJourney } from './incidents-journey';
import { ROOT_DIR } from './root-dir';
import { temporaryDir } from './temporary-dir';

jest.setTimeout(240_000);

describe('incidents that people work with', () => {
  const dir = temporaryDir('incidents');
  let standalone: LocalStandalone;

  beforeAll(async () => {
    standalone = await startLocalStandalone({
      rootDir: ROOT_DIR,
      dir,
      env: {
        OOPSTREAM_STANDALONE_PORT: '0',
        OOPSTREAM_STANDALONE_INGEST_PORT: '0',
        OOPSTREAM_STANDALONE_FSYNC: 'false',
        OOPSTREAM_WEBHOOK_ALLOW_PRIVATE: 'true',
      },
    });
  });
  afterAll(async () => {
    await standalone.stop();
    for (const one of standalone.connection.dataDirs) rmSync(one, { recursive: true, force: true });
  });

  incidentsJourney(
    () => createApiClient(standalone.connection),
    () => createCommandLine(dir),
  );
});
