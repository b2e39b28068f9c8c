import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = new URL('../dist/test-servers.js', import.meta.url);
const checkout = fileURLToPath(new URL('../../../', import.meta.url));

/** Starts the servers that TEST_SERVERS names (`postgres,redis`; all by default) for the tests of a project. */
export default async function globalSetup() {
  if (!existsSync(built)) throw new Error('integration tests need a build: npm run build');
  const { startTestServers } = await import(built.href);
  globalThis.__oopstreamTestServers = await startTestServers(checkout, process.env.TEST_SERVERS, process.env);
}
