import { STAMPED } from './captures';
import type { Random } from './fuzz/random';

/** A kernel log as lines of time stamp and message. */
interface Record {
  readonly stamp: string;
  readonly message: string;
}

const recordsOf = (text: string): Record[] =>
  text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      const m = STAMPED.exec(line);
      return m ? { stamp: m[1] ?? '', message: m[2] ?? '' } : { stamp: '', message: line };
    });

/** `from` and each line behind it up to a few more, so that places differ between cases. */
const somewhere = (length: number, random: Random) => 1 + random.below(Math.max(1, length - 1));

const linesOf = (text: string) => text.replace(/\n$/, '').split('\n');

function insertLines(text: string, random: Random, made: (n: number, line: string) => string): string {
  const lines = linesOf(text);
  for (let n = 0; n < 3; n++) {
    const at = somewhere(lines.length, random);
    lines.splice(at, 0, made(n, lines[at] ?? ''));
  }
  return lines.join('\n');
}

/** A console of so many columns, copied as it stood on the screen. */
export function hardWrap(text: string, columns: number): string {
  return linesOf(text)
    .map((line) => line.match(new RegExp(`.{1,${columns}}`, 'gs'))?.join('\n') ?? line)
    .join('\n');
}

const microseconds = (stamp: string) => stamp.replace(/[[\] .]/g, '') || '0';

/** Records of Documentation/networking/netconsole.rst, fragments of `payload` bytes where a record is longer. */
export function netconsole(text: string, payload: number, caller = ''): string[] {
  let before = '0';
  return recordsOf(text).flatMap(({ stamp, message }, n) => {
    if (stamp !== '') before = microseconds(stamp);
    const head = `4,${1000 + n},${before},-${caller}`;
    if (message.length <= payload) return [`${head};${message}`];
    const parts: string[] = [];
    for (let at = 0; at < message.length; at += payload)
      parts.push(`${head},ncfrag=${at}/${message.length};${message.slice(at, at + payload)}`);
    return parts;
  });
}

/** No line goes further than `distance` from its place. */
function jumble(lines: readonly string[], distance: number, random: Random): string[] {
  return lines
    .map((line, n) => ({ line, at: n + random.below(distance + 1) + n / 1e9 }))
    .sort((a, b) => a.at - b.at)
    .map(({ line }) => line);
}

/** kmsg_dump in parts of at most so many bytes, the newest first (fs/pstore/platform.c pstore_dump). */
export function pstoreParts(text: string, reason: string, partBytes: number): string[] {
  const parts: string[] = [];
  let part = '';
  for (const line of linesOf(text).reverse()) {
    if (part !== '' && part.length + line.length + 1 > partBytes) {
      parts.push(part);
      part = '';
    }
    part = `${line}\n${part}`;
  }
  if (part !== '') parts.push(part);
  return parts.map((one, n) => `${reason} Part${n + 1}\n${one}`);
}

const at = (line: string, random: Random, part: string) => {
  const m = /^(?:\[ *\d+\.\d+\] )?/.exec(line)?.[0].length ?? 0;
  // Not in the first word: what it begins with is how a report is found.
  const from = Math.min(line.length, m + 12);
  const place = from + random.below(line.length - from + 1);
  return line.slice(0, place) + part + line.slice(place);
};
const sprinkle = (text: string, random: Random, parts: readonly string[], once: number) =>
  linesOf(text)
    .map((line) => (random.once(once) ? at(line, random, random.pick(parts)) : line))
    .join('\n');

const glue = (text: string, random: Random) =>
  linesOf(text)
    .map((line, n, all) => line + (n < all.length - 1 && random.once(8) ? '' : '\n'))
    .join('');
const syslog = ({ stamp, message }: Record) => `Nov 22 19:01:02 node-7 kernel: ${stamp} ${message}`;
const reframe = (text: string, style: (record: Record, n: number) => string) =>
  recordsOf(text).map(style).join('\n');
const bare = (text: string) => reframe(text, ({ message }) => message);

export type Rough = (text: string, random: Random) => string;

/** What captures do to a text without taking anything from it: kinds, keys and damage stay. */
export const HARMLESS: Readonly<{ [name: string]: Rough }> = {
  'wrapped at 80 columns': (text) => hardWrap(text, 80),
  'wrapped at 120 columns': (text) => hardWrap(text, 120),
  'no prefix, wrapped at 80': (text) => hardWrap(bare(text), 80),
  'no prefix, wrapped at 120': (text) => hardWrap(bare(text), 120),
  'syslog, wrapped at 80': (text) => hardWrap(reframe(text, syslog), 80),
  'CRLF, wrapped at 80': (text) => hardWrap(text, 80).replaceAll('\n', '\r\n'),
  'lines glued': glue,
  'syslog, lines glued': (text, random) => glue(reframe(text, syslog), random),
  'levels, lines glued': (text, random) =>
    glue(
      reframe(text, ({ stamp, message }) => `<4>${stamp} ${message}`),
      random,
    ),
  'levels only, lines glued': (text, random) =>
    glue(
      reframe(text, ({ message }) => `<4>${message}`),
      random,
    ),
  'netconsole, lines glued': (text, random) =>
    netconsole(text, 1000)
      .map((line) => line + (random.once(8) ? '' : '\n'))
      .join(''),
  'level in mid-line': (text, random) => sprinkle(text, random, ['<4>', '<6>', '<0>'], 6),
  colour: (text) =>
    reframe(text, ({ stamp, message }) => `\x1b[32m${stamp} \x1b[0m\x1b[1m${message}\x1b[0m\x1b[K`),
  'colour in mid-line': (text, random) => sprinkle(text, random, ['\x1b[0m', '\x1b[1;31m', '\x1b[K'], 4),
  'NUL and BEL': (text, random) => sprinkle(text, random, ['\0', '\0\0\0', '\x07'], 4),
  'noise bytes': (text, random) => sprinkle(text, random, ['\xff', '\xff\xfe', '\xef\xbf\xbd'], 6),
  'suppressed callbacks': (text, random) =>
    insertLines(
      text,
      random,
      (n, line) =>
        `${STAMPED.exec(line)?.[1] ?? ''} ${['net_ratelimit: 12 callbacks suppressed', 'printk: 12 messages suppressed.', 'evm: 3 callbacks suppressed'][n % 3]}`,
    ),
  'programs in between': (text, random) =>
    insertLines(
      reframe(text, syslog),
      random,
      (n) => `Nov 22 19:01:02 node-7 sshd[${n + 4}]: Accepted publickey for root from 10.0.0.${n}`,
    ),
  'all prefixes mixed': (text, random) =>
    reframe(text, (r) =>
      random.pick([
        syslog(r),
        `<4>${r.stamp} ${r.message}`,
        `${r.stamp} ${r.message}`,
        `kern  :warn  : ${r.stamp} ${r.message}`,
      ]),
    ),
  'nested prefixes': (text) =>
    reframe(text, (r) => `2026-11-22T19:01:02.1+01:00 node-7 kernel: <4>${r.stamp}[  T12] ${r.message}`),
  'dmesg -T': (text) => reframe(text, ({ message }) => `[Sun Nov 22 19:01:02 2026] ${message}`),
  'netconsole, records in fragments': (text) => netconsole(text, 60).join('\n'),
  'netconsole, out of order by 5': (text, random) => jumble(netconsole(text, 1000), 5, random).join('\n'),
  'netconsole, fragments out of order': (text, random) => jumble(netconsole(text, 60), 5, random).join('\n'),
  'netconsole, records twice': (text, random) =>
    netconsole(text, 1000)
      .flatMap((line) => (random.once(3) ? [line, line] : [line]))
      .join('\n'),
  'pstore, newest part first': (text) => pstoreParts(text, 'Panic#2', 1024).join(''),
  'pstore, oldest part first': (text) => pstoreParts(text, 'Oops#1', 1024).reverse().join(''),
  'pstore, parts in any order': (text, random) =>
    jumble(pstoreParts(text, 'Panic#1', 1024), 9, random).join(''),
  'pstore, file names, levels': (text) =>
    pstoreParts(
      reframe(text, (r) => `<4>${r.stamp} ${r.message}`),
      'Panic#2',
      1024,
    )
      .map((part, n) => `dmesg-efi-16690000${n}1234:\n${part}`)
      .join('\n'),
  'echoed by syslog': (text) => `${text.replace(/\n$/, '')}\n${reframe(text, syslog)}`,
  'echoed at once by syslog': (text) => reframe(text, (r) => `${r.stamp} ${r.message}\n${syslog(r)}`),
};

/** What takes something away: keys stay or the reading says that it is damaged. */
export const LOSSY: Readonly<{ [name: string]: Rough }> = {
  'console dropped, said where': (text, random) =>
    insertLines(text, random, (n) => `** ${n + 4} printk messages dropped **`),
  'journal missed': (text, random) =>
    insertLines(
      reframe(text, syslog),
      random,
      (n) => `Nov 22 19:01:02 node-7 systemd-journald[312]: Missed ${n + 2} kernel messages`,
    ),
  'netconsole, one lost': (text, random) => {
    const lines = netconsole(text, 1000);
    lines.splice(somewhere(lines.length, random), 1);
    return lines.join('\n');
  },
  'netconsole, three lost, out of order': (text, random) => {
    const lines = netconsole(text, 1000);
    for (let n = 0; n < 3; n++) lines.splice(somewhere(lines.length, random), 1);
    return jumble(lines, 5, random).join('\n');
  },
  'pstore, a part missing': (text, random) => {
    const parts = pstoreParts(text, 'Panic#2', 1024);
    if (parts.length > 1) parts.splice(random.below(parts.length), 1);
    return parts.join('');
  },
};

const tagged = (text: string, caller: string) =>
  reframe(text, ({ stamp, message }) => `${stamp}[${caller.padStart(6)}] ${message}`);

/** The same report of another task on another CPU. */
const ofAnotherTask = (text: string) =>
  text
    .replace(
      /\b(PID: |Pid: |pid: )(\d+)/g,
      (_all, word: string, pid: string) => `${word}${Number(pid) + 7000}`,
    )
    .replace(/\bCPU: (\d+)/g, (_all, cpu: string) => `CPU: ${Number(cpu) + 8}`);

/** Two CPUs that print at once. */
export function interleave(a: string, b: string, random: Random, tags: boolean): string {
  const other = ofAnotherTask(b);
  const [left, right] = [linesOf(tags ? tagged(a, 'T11') : a), linesOf(tags ? tagged(other, 'C2') : other)];
  const out: string[] = [];
  for (let i = 0, j = 0; i < left.length || j < right.length;) {
    if (i < left.length && (j >= right.length || random.once(2))) out.push(left[i++] ?? '');
    else out.push(right[j++] ?? '');
  }
  return out.join('\n');
}
