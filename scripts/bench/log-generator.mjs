import { seededRandom } from '../lib/seeded-random.mjs';
import { TEMPLATES } from './templates.mjs';

const SYLLABLES =
  'ba be bo ca co da de fa fi ga go ha ka la lo ma mi na no pa po ra re sa se ta ti va vo'.split(' ');
const STATES = ['enabled', 'disabled', 'usable', 'reserved'];
const CRASH =
  /BUG: |kernel BUG at|general protection fault|stack segment: |divide error: |invalid opcode: |Kernel panic - |Oops: |WARNING: CPU: |INFO: task .* blocked|rcu: INFO: |list_(?:add|del) corruption|refcount_t: |-+\[ cut here \]|sysrq: Trigger a crash|watchdog: BUG|double fault/;
const STAMP = /^\[ *\d+\.\d+\] ?(?:\[ *[TC]\d+\] ?)?/;
const LINES_AFTER = 8;

/** The same logs for the same seed on every machine. */
function createRandom(seed) {
  const next = seededRandom(seed);
  return { next, below: (bound) => Math.floor(next() * bound) };
}

/** Lines of a console log from its first report on, without their prefixes; none where it holds no report. */
export function crashLines(text) {
  const lines = text.split('\n').map((line) => line.replace(STAMP, ''));
  const start = lines.findIndex((line) => CRASH.test(line));
  return start < 0 ? [] : lines.slice(start).filter((line) => line !== '');
}

/** A console log of one boot, at most `sizeBytes` long; `crash` (lines) stands near its end, with a few lines after it. */
export function createLog({ seed, sizeBytes, crash = [] }) {
  const { line, stamped } = createLines(seed);
  const bulk = crash.reduce((sum, text) => sum + text.length + 16, 0);
  const out = [];
  let size = 0;
  const fill = (limit) => {
    for (let next = line(); size + next.length <= limit; next = line()) {
      out.push(next);
      size += next.length;
    }
  };
  fill(Math.max(0, sizeBytes - bulk - (crash.length > 0 ? LINES_AFTER * 80 : 0)));
  for (const text of crash) {
    const next = stamped(text, 0.000041);
    out.push(next);
    size += next.length;
  }
  if (crash.length > 0) fill(sizeBytes);
  return out.join('');
}

/** A log that is nothing but a crash. */
export function createCrashLog({ seed, crash }) {
  const { stamped } = createLines(seed);
  return crash.map((text) => stamped(text, 0.000041)).join('');
}

function createLines(seed) {
  const random = createRandom(seed);
  const { next, below } = random;
  const hex = (digits) =>
    below(16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  const word = () => Array.from({ length: 1 + below(4) }, () => SYLLABLES[below(SYLLABLES.length)]).join('');
  const modules = Array.from({ length: 24 }, () => word() + word());
  const fields = {
    h2: () => hex(2),
    h4: () => hex(4),
    x: () => (below(2) === 0 ? hex(12) : hex(8)),
    s: () => below(8),
    n: () => 8 + below(153),
    N: () => 500 + below(9_999_500),
    pci: () => `0000:${hex(2)}:${below(32).toString(16).padStart(2, '0')}.${below(8)}`,
    mod: () => modules[below(modules.length)],
    dev: () => `eth${below(10)}`,
    disk: () => 'sda',
    w: word,
    W: () => word().toUpperCase(),
    state: () => STATES[below(STATES.length)],
  };
  const weighted = TEMPLATES.flatMap(([weight, text]) => Array(weight).fill(text.split(/\{(\w+)\}/)));
  let seconds = 0;
  const stamped = (text, step) => {
    seconds += step;
    return `[${seconds.toFixed(6).padStart(12)}] ${text}\n`;
  };
  const line = () => {
    const parts = weighted[below(weighted.length)];
    let text = parts[0];
    for (let i = 1; i < parts.length; i += 2) text += fields[parts[i]]() + parts[i + 1];
    return stamped(text, -0.012 * Math.log(1 - next()));
  };
  return { line, stamped };
}
