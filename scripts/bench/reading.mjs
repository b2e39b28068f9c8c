import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../lib/paths.mjs';
import { crashLines, createCrashLog, createLog } from './log-generator.mjs';
import { median } from './texts.mjs';

const ROUNDS = 5;
// Enough that what a process costs once, until its code is compiled, is a small part.
const BYTES = 400_000_000;
const PATTERN = 'BUG:\\|Oops:\\|general protection fault';
const KDUMP = join(root, 'libs/core/transcript/cases/kdump');

/** Reading and all four keys, in a process of its own, against grep over the same files, by wall clock. */
export function benchReading() {
  const tails = corpus('.dmesg')
    .map(crashLines)
    .filter((lines) => lines.join('\n').length > 1000 && lines.join('\n').length < 16_000);
  const short = tails.filter((lines) => Math.abs(lines.join('\n').length + 16 * lines.length - 7000) < 2000);
  const sessions = corpus('.crash-session');
  const of = (list, n) => list[n % list.length];
  const series = [
    {
      name: 'a  64 KB, a crash near the end',
      target: 1 / 3,
      make: (n) => createLog({ seed: n, sizeBytes: 65_536, crash: of(tails, n) }),
    },
    { name: 'b  64 KB, no crash', target: 0.7, make: (n) => createLog({ seed: n, sizeBytes: 65_536 }) },
    {
      name: 'c  1 MB, a crash near the end',
      target: 0.5,
      make: (n) => createLog({ seed: n, sizeBytes: 1 << 20, crash: of(tails, n) }),
    },
    { name: 'd  crash(8) sessions', target: null, make: (n) => `$ # copy ${n}\n${of(sessions, n)}` },
    {
      name: 'e  7 KB, all crash',
      target: 1 / 20,
      make: (n) => createCrashLog({ seed: n, crash: of(short, n) }),
    },
  ];
  process.stdout.write(
    `MB/s by wall clock, a process each, median of ${ROUNDS} alternating rounds over ${BYTES / 1e6} MB\n`,
  );
  process.stdout.write(`${''.padEnd(32)}    ours    grep   share  at least\n`);
  for (const one of series) process.stdout.write(`${row(one, measure(one.make))}\n`);
}

function row({ name, target }, { ours, grep, crashes, files }) {
  const share = ours / grep;
  const verdict = target === null ? '' : `${target.toFixed(3)} ${share >= target ? 'reached' : 'MISSED'}`;
  const cells = [ours.toFixed(0), grep.toFixed(0), share.toFixed(3)].map((cell) => cell.padStart(8)).join('');
  return `${name.padEnd(32)}${cells}  ${verdict.padEnd(14)} ${crashes} readings of ${files} files`;
}

function measure(make) {
  const dir = mkdtempSync(join(tmpdir(), 'oopstream-bench-'));
  try {
    mkdirSync(join(dir, 'l'));
    const files = [];
    let bytes = 0;
    for (let n = 0; bytes < BYTES; n += 1) {
      const text = Buffer.from(make(n));
      bytes += text.length;
      files.push(`l/${n}`);
      writeFileSync(join(dir, `l/${n}`), text);
    }
    writeFileSync(join(dir, 'list'), files.join('\n'));
    const reader = [join(root, 'scripts/bench/read-files.mjs'), join(dir, 'list')];
    const rounds = { ours: [], grep: [] };
    let crashes = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const ours = timed(dir, process.execPath, reader);
      rounds.ours.push(ours.seconds);
      crashes = Number(ours.output);
      rounds.grep.push(timed(dir, 'grep', ['-ac', PATTERN, ...files]).seconds);
    }
    const speed = (seconds) => bytes / 1e6 / median(seconds);
    return { ours: speed(rounds.ours), grep: speed(rounds.grep), crashes, files: files.length };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function timed(cwd, program, args) {
  const startedAt = process.hrtime.bigint();
  const env = { ...process.env, LC_ALL: 'C' };
  const { status, error, stdout, stderr } = spawnSync(program, args, { cwd, env, maxBuffer: 1e9 });
  const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
  // grep says 1 where nothing matched.
  if (error || status > 1 || status === null) throw new Error(`${program}: ${error?.message ?? stderr}`);
  return { seconds, output: stdout.toString() };
}

function corpus(ending) {
  return readdirSync(KDUMP)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => readFileSync(join(KDUMP, name, 'transcript.txt'), 'utf8'));
}
