import { addressVariable } from './test-servers';
import type { TestServerName } from './test-servers';

/** `postgres://…` of the server's own database `postgres`; tests want `freshDatabase` instead. */
export function postgresUrl(): string {
  return addressOf('postgres');
}

/** `redis://host:port`. Tests share it: use a key prefix of your own. */
export function redisUrl(): string {
  return addressOf('redis');
}

/** `http://<access key>:<secret key>@host:port`. Tests share it: use a bucket of your own. */
export function s3Url(): string {
  return addressOf('s3');
}

function addressOf(name: TestServerName): string {
  const variable = addressVariable(name);
  const url = process.env[variable];
  if (url === undefined)
    throw new Error(
      `${variable} is not set: only *.int.test.ts has servers, and TEST_SERVERS may leave out ${name}`,
    );
  return url;
}
