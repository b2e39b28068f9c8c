import { hash } from 'node:crypto';
import { openDisassembler } from '../../libs/adapters/disassembler/dist/index.js';
import { analyse } from '../../libs/core/forensics/dist/index.js';
import { sign } from '../../libs/core/signature/dist/index.js';
import { readDetails, readSession, readTranscript } from '../../libs/core/transcript/dist/index.js';
import { crashLines, createCrashLog, createLog } from './log-generator.mjs';
import { caseTexts, median } from './texts.mjs';

const ROUNDS = 9;
/** A worker lives for weeks: what is measured is compiled. */
const WARM_UP_ROUNDS = 4;
/** Times that every text is read in a round: enough to be measured. */
const PASSES = 4;
const TEXTS = 80;
const AIM = 0.3;
const digest = (text) => hash('sha256', text);

/**
 * What saying what happened costs beside reading it, of the same texts, warm, by processor time. Reading is all that the
 * worker takes out of a text: crashes and their four keys, details of each report, the crash(8) session.
 */
export async function benchForensics() {
  const disassemble = await openDisassembler(['x86_64']);
  const logs = caseTexts('dmesg');
  const tails = logs
    .map((text) => crashLines(text.toString()))
    .filter((lines) => lines.join('\n').length > 1000 && lines.join('\n').length < 16_000);
  const short = tails.filter((lines) => Math.abs(lines.join('\n').length + 16 * lines.length - 7000) < 2000);
  const texts = (make) => Array.from({ length: TEXTS }, (_, n) => Buffer.from(make(n)));
  const of = (list, n) => list[n % list.length];
  const fleet = [
    {
      name: '64 KB console log, a crash near its end',
      texts: texts((n) => createLog({ seed: n, sizeBytes: 65_536, crash: of(tails, n) })),
    },
    { name: '30 KB vmcore-dmesg.txt', texts: logs },
    { name: 'crash(8) session', texts: caseTexts('crash-session') },
  ];
  const crashes = {
    name: '7 KB log that is all crash',
    texts: texts((n) => createCrashLog({ seed: n, crash: of(short, n) })),
  };
  process.stdout.write(`µs a text, median of ${ROUNDS} rounds; the share is of all reading\n`);
  process.stdout.write(`${''.padEnd(42)} crashes  details  session  all reading   analysis\n`);
  const rows = [...fleet, crashes].map((series) => measure(series, disassemble));
  for (const row of rows) process.stdout.write(`${spell(row)}\n`);
  const mean = {
    name: 'mean of the first three',
    ...Object.fromEntries(STEPS.map((step) => [step, sum(rows.slice(0, 3), step) / 3])),
  };
  const share = mean.analysis / allReading(mean);
  process.stdout.write(`${spell(mean)}  at most ${AIM.toFixed(2)} ${share <= AIM ? 'reached' : 'MISSED'}\n`);
}

const STEPS = ['crashes', 'details', 'session', 'analysis'];
const sum = (rows, step) => rows.reduce((all, row) => all + row[step], 0);
const allReading = ({ crashes, details, session }) => crashes + details + session;

function spell(row) {
  const cells = ['crashes', 'details', 'session'].map((step) => row[step].toFixed(0).padStart(8));
  const all = allReading(row);
  const share = `${row.analysis.toFixed(0).padStart(8)} (${(row.analysis / all).toFixed(2)})`;
  return `${row.name.padEnd(41)} ${cells.join(' ')} ${all.toFixed(0).padStart(12)} ${share}`;
}

/** Steps in turn within a round, so that a busy neighbour meets all of them. */
function measure({ name, texts }, disassemble) {
  const rounds = Object.fromEntries(STEPS.map((step) => [step, []]));
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    const spent = { crashes: 0, details: 0, session: 0, analysis: 0 };
    for (let pass = 0; pass < PASSES; pass += 1) addPass(spent, texts, disassemble);
    if (round >= 0) for (const step of STEPS) rounds[step].push(spent[step] / PASSES / texts.length);
  }
  return { name, ...Object.fromEntries(STEPS.map((step) => [step, median(rounds[step])])) };
}

function addPass(spent, texts, disassemble) {
  const timed = (step, work) => {
    const before = process.cpuUsage();
    const result = work();
    const { user, system } = process.cpuUsage(before);
    spent[step] += user + system;
    return result;
  };
  const readings = timed('crashes', () =>
    texts.map((bytes) => {
      const { readings } = readTranscript(bytes);
      for (const reading of readings) sign(reading, digest);
      return readings;
    }),
  );
  const details = timed('details', () =>
    texts.map((bytes, n) => readings[n].map((reading) => readDetails(bytes, reading))),
  );
  // As the worker does: once for a text that shows a crash.
  const sessions = timed('session', () =>
    texts.map((bytes, n) => (readings[n].length === 0 ? null : readSession(bytes))),
  );
  timed('analysis', () => {
    for (const [n, session] of sessions.entries())
      for (const [i, reading] of readings[n].entries())
        analyse({ reading, details: details[n][i], session }, disassemble);
  });
}
