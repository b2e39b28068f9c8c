import {
  blobSections,
  eventLogSections,
  openBlobs,
  openDisassembler,
  openEventLog,
  openPostgres,
  postgresSection,
} from '@oopstream/backends';
import { runProcess } from '@oopstream/runtime';
import { fingerprintConfigSchema } from './config';
import { startFingerprintWorker } from './start-fingerprint-worker';

void runProcess({
  name: 'fingerprint-worker',
  sections: {
    fingerprint: fingerprintConfigSchema,
    postgres: postgresSection,
    ...eventLogSections,
    ...blobSections,
  },
  start: async (config, context, open) => {
    const postgres = open(openPostgres(config.postgres, context));
    const log = open(openEventLog(config, context, postgres));
    const blobs = open(await openBlobs(config, context));
    const worker = await startFingerprintWorker({
      ...context,
      config: config.fingerprint,
      reader: log.reader,
      writer: log.writer,
      blobs,
      disassemble: await openDisassembler(),
    });
    return [worker];
  },
});
