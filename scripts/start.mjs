// `npm start`: the whole product in one process on the embedded backends.
import { join, relative } from 'node:path';
import { complain } from './lib/complain.mjs';
import { local, root } from './lib/paths.mjs';
import { greet, untilAsked } from './lib/running.mjs';
import { startLocalStandalone } from '../libs/local-fleet/dist/index.js';

try {
  const standalone = await startLocalStandalone({
    rootDir: root,
    dir: join(local, 'standalone'),
    env: {
      // It listens on loopback only, and so may the receiver of a first webhook.
      OOPSTREAM_WEBHOOK_ALLOW_PRIVATE: 'true',
      ...Object.fromEntries(Object.entries(process.env).filter(([key]) => key.startsWith('OOPSTREAM_'))),
    },
  });
  greet(standalone.connection, [relative(process.cwd(), standalone.logFile)]);
  await untilAsked(standalone);
  await standalone.stop();
} catch (error) {
  complain(error.message);
}
