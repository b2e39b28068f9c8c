// `npm run bench [-- forensics|incidents|journey|log|reading]`: figures of this machine; ratios against a reference of the same run.
import { complain } from './lib/complain.mjs';
import { benchForensics } from './bench/forensics.mjs';
import { benchIncidents } from './bench/incidents.mjs';
import { benchJourney } from './bench/journey.mjs';
import { benchLog } from './bench/log.mjs';
import { benchReading } from './bench/reading.mjs';

const benches = {
  reading: benchReading,
  forensics: benchForensics,
  log: benchLog,
  journey: benchJourney,
  incidents: benchIncidents,
};
const asked = process.argv.slice(2);
const unknown = asked.find((name) => !(name in benches));
if (unknown !== undefined) complain(`unknown bench ${unknown}: any of ${Object.keys(benches).join(', ')}`);

try {
  for (const name of asked.length > 0 ? asked : Object.keys(benches)) {
    process.stdout.write(`\n# ${name}\n`);
    await benches[name]();
  }
} catch (error) {
  complain(error.message);
}
