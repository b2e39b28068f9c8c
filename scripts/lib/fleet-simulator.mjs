import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { seededRandom } from './seeded-random.mjs';

const CASES = join(root, 'libs/core/transcript/cases/kdump');
const HOSTS = 60;
const FIRST_BURST = 40;

/** Crash texts of the case library, each with a weight: few bugs make most of the crashes. */
function loadTexts(random) {
  return readdirSync(CASES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => ({
      text: readFileSync(join(CASES, entry.name, 'transcript.txt'), 'latin1'),
      weight: 1 / (1 + Math.floor(random() * 30)),
    }));
}

/** The same crash on another boot: other uptime, so other bytes. */
function disguise(text, random) {
  const shiftSeconds = Math.floor(random() * 900_000);
  return text.replace(/^\[ *(\d+)\.(\d{6})\]/gm, (_, seconds, micros) => {
    return `[${String(Number(seconds) + shiftSeconds).padStart(5)}.${micros}]`;
  });
}

/**
 * Sends crashes of a fleet of 60 hosts: a burst at first, so that there is something to see, then a few each second.
 * `failed` rejects when the collector refuses one. The same seed sends the same crashes, which an instance that has seen
 * them counts as sent again: so each run has one of its own.
 */
export function simulateFleet(connection, { onSent, seed = Date.now(), pauseMs = 700 }) {
  const random = seededRandom(seed);
  const texts = loadTexts(random);
  const total = texts.reduce((sum, one) => sum + one.weight, 0);
  const pick = () => {
    let at = random() * total;
    return texts.find((one) => (at -= one.weight) <= 0) ?? texts[0];
  };
  let running = true;
  let sent = 0;
  const sendOne = async () => {
    const host = `web-${String(Math.floor(random() ** 2 * HOSTS)).padStart(2, '0')}`;
    const response = await fetch(`${connection.ingestUrl}/v1/transcripts?host=${host}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${connection.tokens.ingest}`, 'content-type': 'text/plain' },
      body: Buffer.from(disguise(pick().text, random), 'latin1'),
    });
    if (response.status !== 202 && response.status !== 503)
      throw new Error(`the collector refused a crash: ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
    sent += 1;
    onSent(sent);
  };
  const failed = (async () => {
    for (let index = 0; running && index < FIRST_BURST; index += 1) await sendOne();
    while (running) {
      await sendOne();
      await new Promise((resolve) => setTimeout(resolve, random() * 2 * pauseMs));
    }
    return new Promise(() => undefined);
  })();
  return { failed, stop: () => (running = false) };
}
