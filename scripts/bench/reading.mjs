import { hash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTranscript } from '../../libs/core/transcript/dist/index.js';
import { sign } from '../../libs/core/signature/dist/index.js';
import { corpusTexts, median } from './texts.mjs';

const ROUNDS = 5;
const BYTES = 200_000_000;

/** Reading and all four keys against grep over the same files, one process each, alternating rounds. */
export async function benchReading() {
  const dir = mkdtempSync(join(tmpdir(), 'oopstream-bench-'));
  try {
    const texts = corpusTexts();
    const size = texts.reduce((sum, text) => sum + text.length, 0);
    const repeat = Math.ceil(BYTES / size);
    const files = texts.map((text, index) => {
      const file = join(dir, `${index}.txt`);
      writeFileSync(file, text);
      return file;
    });
    const pattern = 'BUG:\\|Oops:\\|general protection fault';
    const greps = Array.from({ length: repeat }, () => files).flat();
    const rounds = { ours: [], grep: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.ours.push(seconds(() => readAll(texts, repeat)));
      rounds.grep.push(
        seconds(() =>
          execFileSync('grep', ['-ac', pattern, ...greps], {
            env: { ...process.env, LC_ALL: 'C' },
            maxBuffer: 1e9,
            stdio: ['ignore', 'pipe', 'ignore'],
          }),
        ),
      );
    }
    const speed = (times) => (size * repeat) / 1e6 / median(times);
    const [ours, grep] = [speed(rounds.ours), speed(rounds.grep)];
    const perCrash = (median(rounds.ours) * 1e6) / (texts.length * repeat);
    process.stdout.write(
      [
        `corpus logs of ${Math.round(size / texts.length / 1000)} kB, ${Math.round((size * repeat) / 1e6)} MB, median of ${ROUNDS}`,
        `reading and signing  ${ours.toFixed(0)} MB/s, ${perCrash.toFixed(0)} µs a log`,
        `grep -ac             ${grep.toFixed(0)} MB/s`,
        `ratio                1/${(grep / ours).toFixed(1)}`,
        '',
      ].join('\n'),
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function readAll(texts, repeat) {
  const digest = (text) => hash('sha256', text);
  for (let index = 0; index < repeat; index += 1)
    for (const text of texts) for (const reading of readTranscript(text).readings) sign(reading, digest);
}

function seconds(work) {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}
