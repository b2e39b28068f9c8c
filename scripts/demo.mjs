// `npm run demo`: `npm start`, and a simulated fleet that keeps sending crashes made from real ones.
import { join, relative } from 'node:path';
import { complain } from './lib/complain.mjs';
import { simulateFleet } from './lib/fleet-simulator.mjs';
import { local, root } from './lib/paths.mjs';
import { greet, untilAsked } from './lib/running.mjs';
import { startLocalStandalone } from '../libs/local-fleet/dist/index.js';

try {
  const standalone = await startLocalStandalone({
    rootDir: root,
    dir: join(local, 'demo'),
    env: { OOPSTREAM_WEBHOOK_ALLOW_PRIVATE: 'true' },
  });
  greet(standalone.connection, [relative(process.cwd(), standalone.logFile)]);
  const simulation = simulateFleet(standalone.connection, {
    onSent: (sent) => {
      const line = `  ${sent} transcripts sent by the simulated fleet`;
      if (process.stdout.isTTY) process.stdout.write(`\r${line}`);
      else if (sent % 100 === 0) process.stdout.write(`${line}\n`);
    },
  });
  await Promise.race([untilAsked(standalone), simulation.failed]);
  simulation.stop();
  await standalone.stop();
  process.stdout.write('\n');
} catch (error) {
  complain(error.message);
}
