// `npm run fleet`: every service as a process of its own, on a real Kafka, Redis and PostgreSQL on loopback.
import { join, relative } from 'node:path';
import { complain } from './lib/complain.mjs';
import { local, root } from './lib/paths.mjs';
import { needForServers } from './lib/prerequisites.mjs';
import { greet, untilAsked } from './lib/running.mjs';
import { startLocalFleet } from '../libs/local-fleet/dist/index.js';

try {
  await needForServers();
  const brokers = process.argv.includes('--three-brokers') ? 3 : 1;
  const dir = join(local, brokers === 3 ? 'fleet-three' : 'fleet');
  const fleet = await startLocalFleet({ name: 'fleet', rootDir: root, dir, brokers });
  greet(fleet.connection, [`${relative(process.cwd(), dir)}/*.log`]);
  await untilAsked();
  await fleet.stop();
} catch (error) {
  complain(error.message);
}
