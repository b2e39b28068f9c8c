import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { installGoProgram } from './go-program';
import type { LocalServer } from './local-server';
import { LOOPBACK, ask, findFreePort } from './loopback';
import { startServerProcess } from './server-process';

const VERSITYGW = { package: 'github.com/versity/versitygw/cmd/versitygw', version: 'v1.8.0' };
const ACCESS_KEY_ID = 'oopstream';

export interface S3Options {
  /** Created when missing; buckets are directories below. */
  readonly dir: string;
  /** A free one when not given. */
  readonly port?: number;
}

/**
 * Starts an S3 server (versitygw) on loopback. The first start of a checkout builds it, which takes minutes.
 * {@link LocalServer.url} holds the access key as user and the secret key as password.
 *
 * @throws Error in one line when it cannot be built.
 */
export async function startS3(options: S3Options): Promise<LocalServer> {
  const command = await installGoProgram(VERSITYGW);
  const dataDir = resolve(options.dir);
  const [buckets, sidecar] = [join(dataDir, 'buckets'), join(dataDir, 'metadata')];
  for (const dir of [buckets, sidecar]) mkdirSync(dir, { recursive: true });
  const secretKey = keepSecretKey(join(dataDir, 'secret-key'));
  const port = options.port ?? (await findFreePort());
  const logFile = join(dataDir, 's3.log');
  const server = await startServerProcess({
    name: 'versitygw',
    command,
    args: [
      '--quiet',
      '--keep-alive',
      '--port',
      `${LOOPBACK}:${port}`,
      'posix',
      '--sidecar',
      sidecar,
      buckets,
    ],
    // By environment, not by argument: those are for everybody to read.
    env: { ROOT_ACCESS_KEY_ID: ACCESS_KEY_ID, ROOT_SECRET_ACCESS_KEY: secretKey },
    logFile,
    isReady: async () => (await ask(port, 'GET / HTTP/1.0\r\n\r\n'))?.startsWith('HTTP/') === true,
  });
  const url = `http://${ACCESS_KEY_ID}:${secretKey}@${LOOPBACK}:${port}`;
  return { ...server, name: 's3', host: LOOPBACK, port, url, dataDir, logFile };
}

function keepSecretKey(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(16).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}
