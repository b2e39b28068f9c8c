// `npm run bench [-- forensics|incidents|journey|log|reading|replay|scale|storm]`: figures of this machine; ratios against a reference of the same
// run. `scale` fills a database for half an hour, `replay` for some minutes: only when asked for.
import { complain } from './lib/complain.mjs';
import { benchForensics } from './bench/forensics.mjs';
import { benchIncidents } from './bench/incidents.mjs';
import { benchJourney } from './bench/journey.mjs';
import { benchLog } from './bench/log.mjs';
import { benchReading } from './bench/reading.mjs';
import { benchReplay } from './bench/replay.mjs';
import { benchScale } from './bench/scale.mjs';
import { benchStormProbes } from './bench/storm-probes.mjs';
import { benchStorm } from './bench/storm.mjs';

const benches = {
  reading: benchReading,
  forensics: benchForensics,
  log: benchLog,
  journey: benchJourney,
  incidents: benchIncidents,
  storm: async () => {
    await benchStorm();
    await benchStormProbes();
  },
};
const onRequest = { scale: benchScale, replay: benchReplay };
const known = { ...benches, ...onRequest };
const asked = process.argv.slice(2);
const unknown = asked.find((name) => !(name in known));
if (unknown !== undefined) complain(`unknown bench ${unknown}: any of ${Object.keys(known).join(', ')}`);

try {
  for (const name of asked.length > 0 ? asked : Object.keys(benches)) {
    process.stdout.write(`\n# ${name}\n`);
    await known[name]();
  }
} catch (error) {
  complain(error.message);
}
