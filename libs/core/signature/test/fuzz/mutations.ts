import type { Random } from './random';

/** Changes a text as captures, consoles and people do. Texts hold one character a byte. */
export type Mutation = (text: string, random: Random, another: () => string) => string;

const PREFIX = /^(?:<\d+>)?\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? ?/;
const ANSI = ['\x1b[0m', '\x1b[1;31m', '\x1b[K', '\x1b[33m', '\x1b['];
const BAD_BYTES = [
  '\0',
  '\0\0\0\0',
  '\xff\xfe',
  '\xc3',
  '\xe2\x82',
  '\xf0\x9f\x92',
  '\x80',
  '\r',
  '\b',
  '\x07',
];
const NOTICES = [
  '** 17 printk messages dropped **',
  '4,1,9,-;ncfrag=0/2000;',
  'Panic#2 Part3',
  '[    0.000000] Linux version 6.1.0-13-amd64 (x@y) (gcc) #1 SMP',
  'crash> bt -a',
  'crash> log',
  '-----------[ cut here ]------------',
  '---[ end trace 0000000000000000 ]---',
  'Call Trace:',
  ' <TASK>',
  ' </IRQ>',
  'Kernel panic - not syncing: Fatal exception',
];
const STYLES: readonly ((message: string, n: number) => string)[] = [
  (m) => m,
  (m, n) => `[${(n / 1000).toFixed(6).padStart(12)}] ${m}`,
  (m, n) => `[${(n / 1000).toFixed(6).padStart(12)}][  T${100 + (n % 7)}] ${m}`,
  (m, n) => `<${n % 8}>[${(n / 1000).toFixed(6).padStart(12)}] ${m}`,
  (m) => `<4>${m}`,
  (m) => `Nov 22 19:01:02 node-7 kernel: ${m}`,
  (m, n) => `2026-11-22T19:01:02.123456+0100 node-7 kernel: [${(n / 1000).toFixed(6)}] ${m}`,
  (m, n) => `4,${n},${n}000,-;${m}`,
  (m, n) => `kern  :warn  : [${(n / 1000).toFixed(6).padStart(12)}] ${m}`,
];

const range = (text: string, random: Random): [number, number] => {
  const start = random.below(text.length);
  return [start, start + random.below(Math.min(text.length - start, 4000))];
};
const byLine = (text: string, change: (line: string, n: number) => string) =>
  text.split('\n').map(change).join('\n');
const insertAt = (text: string, at: number, part: string) => text.slice(0, at) + part + text.slice(at);

function interleave(text: string, random: Random, another: () => string): string {
  const tagged = [text, another()].map((one, i) =>
    one
      .split('\n')
      .map((line, n) => `[${(n / 100).toFixed(6).padStart(12)}][  T${i + 1}] ${line.replace(PREFIX, '')}`),
  );
  const [a = [], b = []] = tagged;
  const out: string[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    for (let n = 1 + random.below(6); n > 0 && i < a.length; n--) out.push(a[i++] ?? '');
    for (let n = 1 + random.below(6); n > 0 && j < b.length; n--) out.push(b[j++] ?? '');
  }
  return out.join('\n');
}

function wrap(text: string, random: Random): string {
  const width = random.pick([40, 80, 120]);
  return byLine(text, (line) => line.match(new RegExp(`.{1,${width}}`, 'gs'))?.join('\n') ?? line);
}

function repeat(text: string, random: Random): string {
  const [start, end] = range(text, random);
  const part = text.slice(start, end) || 'x';
  return insertAt(text, start, part.repeat(Math.min(200, Math.ceil(random.below(60_000) / part.length))));
}

function shuffle(text: string, random: Random): string {
  const lines = text.split('\n');
  for (let n = random.below(12); n > 0; n--) {
    const [line = ''] = lines.splice(random.below(lines.length), 1);
    lines.splice(random.below(lines.length + 1), 0, line);
  }
  return lines.join('\n');
}

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  cut: (text, random) => text.slice(random.below(text.length), text.length - random.below(text.length)),
  'drop lines': (text, random) => {
    const share = 2 + random.below(20);
    return text
      .split('\n')
      .filter(() => !random.once(share))
      .join('\n');
  },
  'drop bytes': (text, random) => {
    const [start, end] = range(text, random);
    return text.slice(0, start) + text.slice(end);
  },
  reframe: (text, random) => {
    const style = random.pick(STYLES);
    return byLine(text, (line, n) => style(line.replace(PREFIX, ''), n));
  },
  'mixed frames': (text, random) =>
    byLine(text, (line, n) =>
      random.once(3) ? random.pick(STYLES)(random.once(2) ? line : line.replace(PREFIX, ''), n) : line,
    ),
  glue: (text, random) => {
    const share = 2 + random.below(30);
    return text.replace(/\n/g, () => (random.once(share) ? '' : '\n'));
  },
  wrap,
  interleave,
  'another behind it': (text, _random, another) => `${text}\n${another()}`,
  'level in mid-line': (text, random) =>
    byLine(text, (line) => (random.once(6) ? insertAt(line, random.below(line.length), '<4>') : line)),
  'ANSI colour': (text, random) =>
    byLine(text, (line) =>
      random.once(4) ? insertAt(line, random.below(line.length), random.pick(ANSI)) : line,
    ),
  'bad bytes': (text, random) =>
    byLine(text, (line) =>
      random.once(5) ? insertAt(line, random.below(line.length + 1), random.pick(BAD_BYTES)) : line,
    ),
  notices: (text, random) =>
    byLine(text, (line) => (random.once(12) ? `${line}\n${random.pick(NOTICES)}` : line)),
  repeat,
  shuffle,
  numbers: (text, random) =>
    text.replace(/[0-9a-f]{3,}/g, (n) => (random.once(5) ? n.repeat(1 + random.below(3)) : n)),
  punctuation: (text, random) =>
    text.replace(/[[\]():+/<>,=]/g, (c) =>
      random.once(40) ? random.pick(['', c + c, '[', '(', ':', ' ']) : c,
    ),
  splice: (text, random, another) => {
    const other = another();
    const [start, end] = range(other, random);
    return insertAt(text, random.below(text.length), other.slice(start, end));
  },
};

/** Bytes without any grammar, at times made of the words that readers look for. */
export function rawText(random: Random, another: () => string): string {
  const length = random.below(4000);
  const words = random.once(2) ? another().split(/(?<=\W)/) : null;
  let text = '';
  while (text.length < length)
    text += words && !random.once(5) ? random.pick(words) : String.fromCharCode(random.below(256));
  return text;
}
