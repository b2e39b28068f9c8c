import { DEFAULT_READ_LIMITS, readTranscript, type Observation } from '../index';

const OOPS = [
  'BUG: kernel NULL pointer dereference, address: 0000000000000018',
  'Oops: 0000 [#1] PREEMPT SMP NOPTI',
  'CPU: 2 PID: 1187 Comm: fetcher Not tainted 6.1.0-39-amd64 #1',
  'RIP: 0010:frob_commit+0x2f/0x90 [frobnic]',
  'Call Trace:',
  ' frob_ioctl+0x1a4/0x5c0 [frobnic]',
  ' __x64_sys_ioctl+0x90/0xd0',
  ' do_syscall_64+0x58/0x80',
  ' entry_SYSCALL_64_after_hwframe+0x6e/0xd8',
  '---[ end trace 0000000000000000 ]---',
];
const FRAMES = ['frob_ioctl', '__x64_sys_ioctl', 'do_syscall_64', 'entry_SYSCALL_64_after_hwframe'];
const stamped = (lines: readonly string[], from = 91) =>
  lines.map((line, n) => `[   ${(from + n / 1000).toFixed(6)}] ${line}`);
const netconsole = (lines: readonly string[]) =>
  lines.map((line, n) => `4,${700 + n},${91_000_000 + n},-;${line}`);
const bytesOf = (lines: readonly string[]) => new TextEncoder().encode(lines.join('\n'));
const read = (lines: readonly string[], limits = DEFAULT_READ_LIMITS) =>
  readTranscript(bytesOf(lines), limits).readings;
const namesOf = (lines: readonly string[]) => read(lines).map(({ frames }) => frames.map((f) => f.function));

describe('places of a text that was put in order', () => {
  const shuffled = netconsole(OOPS);
  [shuffled[4], shuffled[6]] = [shuffled[6] ?? '', shuffled[4] ?? ''];
  const text = shuffled.join('\n');
  const bytes = bytesOf(shuffled);

  it('are those of the text as given', () => {
    const [reading] = readTranscript(bytes).readings;
    expect(reading?.frames.map((frame) => frame.function)).toEqual(FRAMES);
    for (const frame of reading?.frames ?? [])
      expect(text.slice(frame.span.start, frame.span.end)).toContain(`${frame.function}+0x`);
    expect(reading?.span).toEqual({ start: 0, end: text.length });
  });

  it('are told to an observer once for each line', () => {
    const seen: Observation[] = [];
    readTranscript(bytes, DEFAULT_READ_LIMITS, (one) => seen.push(one));
    const frames = seen
      .filter(({ role }) => role === 'frame')
      .map(({ span }) => text.slice(span.start, span.end));
    expect(frames).toEqual([...shuffled].sort().filter((line) => / \w+\+0x/.test(line)));
  });

  it('stay apart where two reports share their bytes', () => {
    const both = [...OOPS, ...OOPS.map((line) => line.replaceAll('frob_', 'quux_'))];
    const lines = netconsole(both);
    const last = lines.splice(12, 1)[0] ?? '';
    lines.splice(2, 0, last);
    const starts = read(lines).map(({ span }) => span.start);
    expect(starts).toHaveLength(2);
    expect(new Set(starts).size).toBe(2);
  });

  it('are not sought in texts of more lines than the limit', () => {
    const limits = { ...DEFAULT_READ_LIMITS, maxMendedLines: shuffled.length - 1 };
    expect(readTranscript(bytes, limits).readings[0]?.frames.map((f) => f.function)).not.toEqual(FRAMES);
    const enough = { ...limits, maxMendedLines: shuffled.length };
    expect(readTranscript(bytes, enough).readings[0]?.frames.map((f) => f.function)).toEqual(FRAMES);
  });
});

describe('netconsole', () => {
  it('numbers begin again with a boot', () => {
    const again = OOPS.map((line, n) => `4,${n},${n},-;${line.replaceAll('frob_', 'quux_')}`);
    const lines = [...netconsole(OOPS), '5,0,0,-;Linux version 6.1.0-39-amd64 (x@y) #1', ...again.slice(1)];
    expect(read(lines).map(({ fault }) => fault?.function)).toEqual(['frob_commit', 'quux_commit']);
  });

  it('of two machines in one text is left as it is', () => {
    const other = OOPS.map(
      (line, n) => `4,${700 + n},${55_000_000 + n},-;${line.replaceAll('frob_', 'quux_')}`,
    );
    expect(read([...netconsole(OOPS), ...other])).toHaveLength(2);
  });

  it('joins the continuations of a line', () => {
    const lines = netconsole(OOPS);
    lines.splice(6, 1, '4,706,91000006,c; __x64_', '4,707,91000006,+;sys_ioctl+0x90/0xd0');
    lines.splice(8, lines.length, ...OOPS.slice(7).map((line, n) => `4,${708 + n},91000009,-;${line}`));
    lines.push('4,711,91000009,-;x', '4,711,91000009,-;x');
    expect(namesOf(lines)).toEqual([FRAMES]);
  });

  it('says where a record of the trace is missing', () => {
    const lines = netconsole(OOPS);
    lines.splice(6, 1);
    expect(read(lines)[0]?.damage).toBe('torn');
  });
});

describe('pstore', () => {
  const parts = (numbers: readonly number[]) => {
    const lines = stamped(OOPS);
    const of = new Map([
      [3, lines.slice(0, 4)],
      [2, lines.slice(4, 7)],
      [1, lines.slice(7)],
    ]);
    return numbers.flatMap((part) => [`Oops#1 Part${part}`, ...(of.get(part) ?? [])]);
  };

  it.each([[[1, 2, 3]], [[2, 3, 1]], [[3, 2, 1]]])('parts %j', (order) => {
    expect(namesOf(parts(order))).toEqual([FRAMES]);
    expect(read(parts(order))[0]?.damage).toBeNull();
  });

  it('dumps a crash again when the machine panics: it is one', () => {
    const again = parts([1, 2, 3]).map((line) => line.replace('Oops#1', 'Panic#2'));
    expect(namesOf([...again, ...parts([1, 2, 3])])).toEqual([FRAMES]);
  });

  it('of two boots are two', () => {
    const boots = [...parts([1, 2, 3]), ...parts([1, 2, 3]).map((line) => line.replace('[   91', '[   17'))];
    expect(namesOf(boots)).toEqual([FRAMES, FRAMES]);
  });

  it('names a part that is missing', () => {
    const seen: string[] = [];
    const lines = parts([1, 3]);
    const { readings } = readTranscript(bytesOf(lines), DEFAULT_READ_LIMITS, ({ role, note }) => {
      if (role === 'loss') seen.push(note);
    });
    expect(readings[0]?.damage).toBe('torn');
    expect(seen).toEqual(['** Oops#1 Part2 is missing **']);
  });
});

describe('lines that are missing', () => {
  const at = (place: number, notice: string) => {
    const lines = stamped(OOPS);
    lines.splice(place, 0, notice);
    return read(lines)[0]?.damage ?? null;
  };

  it.each([
    '** 12 printk messages dropped **',
    'Nov 22 19:01:02 node-7 systemd-journald[312]: Missed 12 kernel messages',
    'Nov 22 19:01:02 node-7 systemd-journald[312]: /dev/kmsg buffer overrun, some messages lost.',
    'Nov 22 19:01:02 node-7 rsyslogd[7]: imjournal: 12 messages lost due to rate-limiting',
  ])('in the trace tear it: %s', (notice) => {
    expect(at(6, notice)).toBe('torn');
    expect(at(2, notice)).toBeNull();
    expect(at(10, notice)).toBeNull();
  });

  it.each(['net_ratelimit: 12 callbacks suppressed', 'printk: 12 messages suppressed.'])(
    'are not what a limit of rates held back: %s',
    (notice) => {
      expect(at(6, `[   91.000600] ${notice}`)).toBeNull();
    },
  );

  it('may be those that say where it was', () => {
    const lines = stamped(OOPS);
    lines.splice(3, 1, '** 1 printk messages dropped **');
    expect(read(lines)[0]?.damage).toBe('torn');
  });
});

describe('several crashes', () => {
  const other = OOPS.map((line) => line.replaceAll('frob_', 'quux_'));

  it('a reboot between them makes two of them, and none follows from the other', () => {
    const boot = '[    0.000000] Linux version 6.1.0-40-amd64 (x@y) (gcc) #1 SMP';
    const panic = 'Kernel panic - not syncing: Fatal exception';
    const readings = read([...stamped(OOPS), boot, ...stamped([...other, panic], 12)]);
    expect(readings.map(({ fault, panicked }) => [fault?.function, panicked])).toEqual([
      ['frob_commit', false],
      ['quux_commit', true],
    ]);
  });

  it('a second report of the same is one of its own, an echo by syslog is none', () => {
    expect(read([...stamped(OOPS), ...stamped(OOPS, 95)])).toHaveLength(2);
    const echo = stamped(OOPS).map((line) => `Nov 22 19:01:02 node-7 kernel: ${line}`);
    expect(read([...stamped(OOPS), ...echo])).toHaveLength(1);
    const plain = OOPS.map((line) => `Nov 22 19:01:02 node-7 kernel: ${line}`);
    expect(read([...stamped(OOPS), ...plain])).toHaveLength(1);
  });

  it('that ran into each other without tags are damaged', () => {
    const elsewhere = other.map((line) => line.replace('CPU: 2 PID: 1187', 'CPU: 5 PID: 4000'));
    const mixed = stamped(OOPS).flatMap((line, n) => [line, stamped(elsewhere)[n] ?? '']);
    const readings = read(mixed);
    expect(readings.length).toBeGreaterThan(0);
    expect(readings.every(({ damage }) => damage !== null)).toBe(true);
  });
});
