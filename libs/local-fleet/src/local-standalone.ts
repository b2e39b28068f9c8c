import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '@oopstream/contracts';
import { readConnection } from './connection-file';
import { startServiceProcess } from './service-process';
import type { ServiceProcess } from './service-process';

export interface LocalStandaloneOptions {
  readonly rootDir: string;
  /** Data, log and connection.json of this instance. */
  readonly dir: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The whole product in one process, on the embedded backends. */
export interface LocalStandalone extends ServiceProcess {
  readonly connection: Connection;
}

/** Starts it and waits until all of its services make progress. */
export async function startLocalStandalone(options: LocalStandaloneOptions): Promise<LocalStandalone> {
  const { rootDir, dir } = options;
  mkdirSync(dir, { recursive: true });
  const env = { OOPSTREAM_STANDALONE_DIR: dir, ...options.env };
  const service = await startServiceProcess({ name: 'standalone', rootDir, dir: join(dir, 'log'), env });
  const connection = readConnection(dir);
  if (connection === null) throw new Error(`standalone is ready but wrote no connection.json to ${dir}`);
  return { ...service, connection };
}
