import fc from 'fast-check';
import { DEFAULT_READ_LIMITS, readTranscript, type Observation } from './index';

const bytesOf = (text: string) => new TextEncoder().encode(text);

const OOPS = [
  '[   91.000000] BUG: kernel NULL pointer dereference, address: 0000000000000018',
  '[   91.000100] Oops: 0000 [#1] PREEMPT SMP NOPTI',
  '[   91.000200] CPU: 2 PID: 1187 Comm: fetcher Tainted: G        W          6.1.0-39-amd64 #1 Debian 6.1.148-1',
  '[   91.000300] Hardware name: Acme Corp. RackUnit 9/BoardX, BIOS 2.17 03/11/2024',
  '[   91.000400] RIP: 0010:frob_commit+0x2f/0x90 [frobnic]',
  '[   91.000500] Call Trace:',
  '[   91.000600]  <TASK>',
  '[   91.000700]  frob_ioctl+0x1a4/0x5c0 [frobnic]',
  '[   91.000800]  ? exc_page_fault+0x70/0x170',
  '[   91.000900]  __x64_sys_ioctl+0x90/0xd0',
  '[   91.001000]  </TASK>',
  '[   91.001100] ---[ end trace 0000000000000000 ]---',
];

describe('readTranscript', () => {
  it('reads header, registers, task and stack of an oops', () => {
    const { readings, omittedReadings } = readTranscript(bytesOf(OOPS.join('\n')));
    expect(omittedReadings).toBe(0);
    expect(readings).toHaveLength(1);
    expect(readings[0]).toMatchObject({
      format: 'console',
      kind: 'null-ptr-deref',
      headline: 'BUG: kernel NULL pointer dereference, address: 0000000000000018',
      exception: 'page_fault',
      fault: { function: 'frob_commit', offset: 47, module: 'frobnic', ofCrash: true },
      comm: 'fetcher',
      pid: 1187,
      cpu: 2,
      taint: 'GW',
      kernelRelease: '6.1.0-39-amd64',
      arch: 'x86_64',
      hardware: 'Acme Corp. RackUnit 9/BoardX, BIOS 2.17 03/11/2024',
      uptimeSeconds: 91,
      damage: null,
      fatal: true,
      panicked: false,
    });
    expect(readings[0]?.frames.map((frame) => [frame.function, frame.offset, frame.reliable])).toEqual([
      ['frob_ioctl', 420, true],
      ['exc_page_fault', 112, false],
      ['__x64_sys_ioctl', 144, true],
    ]);
  });

  it('spans are byte ranges, also behind letters of several bytes', () => {
    const before = 'Grüße aus dem Serverraum — ✓\n';
    const bytes = bytesOf(before + OOPS.join('\n'));
    const reading = readTranscript(bytes).readings[0];
    expect(reading?.span.start).toBe(bytesOf(before).length);
    const frame = reading?.frames[0];
    const line = new TextDecoder().decode(bytes.subarray(frame?.span.start, frame?.span.end));
    expect(line).toBe(OOPS[7]);
  });

  it('keeps UTF-8 and replaces what is not', () => {
    const hardware = [...OOPS];
    hardware[3] = '[   91.000300] Hardware name: Büro Gerät ✓';
    expect(readTranscript(bytesOf(hardware.join('\n'))).readings[0]?.hardware).toBe('Büro Gerät ✓');
    const broken = bytesOf(OOPS.join('\n').replace('Acme', 'A\u0001me'));
    broken[broken.indexOf(1)] = 0x80;
    expect(readTranscript(broken).readings[0]?.hardware).toMatch(/^A\uFFFDme/);
  });

  it('keeps to its limits', () => {
    const storm = bytesOf(Array.from({ length: 9 }, () => OOPS.join('\n')).join('\n'));
    const few = readTranscript(storm, { ...DEFAULT_READ_LIMITS, maxReadings: 4 });
    expect(few.readings).toHaveLength(4);
    expect(few.omittedReadings).toBe(5);
    const short = readTranscript(storm, { ...DEFAULT_READ_LIMITS, maxFrames: 2 });
    expect(short.readings[0]?.frames).toHaveLength(2);
    const wide = bytesOf(OOPS.join('\n').replace('Acme Corp.', 'x'.repeat(600)));
    const cut = readTranscript(wide, { ...DEFAULT_READ_LIMITS, maxLineBytes: 200 });
    expect(cut.readings[0]?.hardware).toHaveLength(200 - '[   91.000300] Hardware name: '.length);
  });

  it('keeps two CPUs that print at once apart by their caller tags', () => {
    const other = OOPS.map((line) => line.replaceAll('frob_', 'quux_'));
    const mixed = OOPS.flatMap((line, i) => [
      line.replace('] ', '][ T1187] '),
      (other[i] ?? '').replace('] ', '][   C3] '),
    ]);
    const faults = readTranscript(bytesOf(mixed.join('\n'))).readings.map((r) => r.frames[0]?.function);
    expect(faults).toEqual(['frob_ioctl', 'quux_ioctl']);
  });

  it('tells an observer what each line was taken for', () => {
    const seen: Observation[] = [];
    readTranscript(bytesOf(OOPS.join('\n')), DEFAULT_READ_LIMITS, (o) => seen.push(o));
    expect(seen.map((o) => o.role)).toEqual([
      'header',
      'header',
      'task',
      'ip',
      'section',
      'frame',
      'frame',
      'frame',
      'section',
    ]);
  });

  it('knows the time where the capture says its zone', () => {
    const journal = OOPS.map((line) =>
      line.replace(/^\[.*?\] /, '2026-11-22T19:01:02.125+0100 node-7 kernel: '),
    ).join('\n');
    expect(readTranscript(bytesOf(journal)).readings[0]?.occurredAtMs).toBe(
      Date.UTC(2026, 10, 22, 18, 1, 2, 125),
    );
    const syslog = OOPS.map((line) => line.replace(/^\[.*?\] /, 'Nov 22 19:01:02 node-7 kernel: ')).join(
      '\n',
    );
    expect(readTranscript(bytesOf(syslog)).readings[0]?.occurredAtMs).toBeNull();
    const session =
      '        DATE: Sun Sep 20 23:58:01 UTC 2026\ncrash> bt\nPID: 1 TASK: ff CPU: 0 COMMAND: "x"\n #0 [ff] machine_kexec at ff\n #1 [fe] panic at ff\n';
    expect(readTranscript(bytesOf(session)).readings[0]?.occurredAtMs).toBe(Date.UTC(2026, 8, 20, 23, 58, 1));
  });

  it('a panic that follows belongs to its oops', () => {
    const text = [...OOPS, '[   91.002000] Kernel panic - not syncing: Fatal exception'].join('\n');
    expect(readTranscript(bytesOf(text)).readings).toMatchObject([
      { fatal: true, panicked: true, damage: null },
    ]);
    const alone = readTranscript(bytesOf('Kernel panic - not syncing: Fatal exception\n')).readings;
    expect(alone).toMatchObject([{ kind: 'panic-other', damage: 'aftermath-only' }]);
  });

  it('says what is damaged', () => {
    const damageOf = (lines: string[]) => readTranscript(bytesOf(lines.join('\n'))).readings[0]?.damage;
    expect(damageOf(OOPS.slice(0, 2))).toBe('truncated');
    expect(damageOf(OOPS.slice(0, 6))).toBe('trace-lost');
    expect(damageOf([...OOPS.slice(0, 1), ...OOPS])).toBe('other-report-between');
  });
});

describe('any bytes', () => {
  const words = [
    'BUG: ',
    'KASAN: ',
    'Call Trace:\n',
    'RIP: 0010:',
    'f+0x1/0x2',
    ' [mod]',
    '\n',
    '\r\n',
    '[   1.000000] ',
    '<4>',
    '[ T12] ',
    'Kernel panic - not syncing: ',
    '------------[ cut here ]------------\n',
    'PID: 1 TASK: ff CPU: 0 COMMAND: "x"\n',
    ' #0 [ff] machine_kexec at ff\n',
    '[exception RIP: f+1]\n',
    'crash> bt\n',
    '0xffffffff81000000 <f+1>:\n',
    '\u001b[31m',
    'Nov 22 19:01:02 h kernel: ',
    '4,1,2,-,caller=T1;',
    'INFO: task x:1 blocked for more than',
    '---[ end trace',
    ' at: f+0x1/0x2',
  ];

  it('never throws on random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4096 }), (bytes) => {
        const { readings } = readTranscript(bytes);
        return readings.every((r) => r.span.start <= r.span.end && r.span.end <= bytes.length);
      }),
      { numRuns: 300 },
    );
  });

  it('never throws on words of the kernel in any order, and says the same twice', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 12 })), { maxLength: 200 }),
        (parts) => {
          const bytes = bytesOf(parts.join(''));
          expect(readTranscript(bytes)).toEqual(readTranscript(bytes));
        },
      ),
      { numRuns: 400 },
    );
  });

  it('never throws on an oops with lines dropped, doubled, swapped and torn', () => {
    const lines = fc.array(fc.tuple(fc.nat(OOPS.length - 1), fc.nat(60)), { maxLength: 60 });
    fc.assert(
      fc.property(lines, (picks) => {
        const text = picks.map(([i, cut]) => (cut < 50 ? OOPS[i] : OOPS[i]?.slice(0, cut))).join('\n');
        readTranscript(bytesOf(text));
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    ['one endless line', 'x'.repeat(2_000_000)],
    ['blanks', ' '.repeat(2_000_000)],
    ['open brackets', '['.repeat(500_000)],
    ['bracket lines', '[ 1\n'.repeat(300_000)],
    ['nested prefixes', '<4>[    1.000000] '.repeat(60_000)],
    ['headers only', 'BUG: KASAN: use-after-free in f+0x1/0x2\n'.repeat(40_000)],
    ['panics only', 'Kernel panic - not syncing: x\n'.repeat(40_000)],
    ['frames only', `BUG: x\nCall Trace:\n${' f+0x1/0x2\n'.repeat(100_000)}`],
    [
      'backtraces only',
      `crash> bt\n${'PID: 1 TASK: ff CPU: 0 COMMAND: "x"\n #0 [ff] f at ff\n'.repeat(20_000)}`,
    ],
    ['excerpts only', `crash> bt\n${' #5 [ff] f at ff\n'.repeat(60_000)}`],
    ['netconsole keys', `4,1,2,-${',caller=T1'.repeat(380)}\n`.repeat(400)],
    ['lock order', `WARNING: ${'-safe -> '.repeat(400)}\n`.repeat(400)],
    ['stuck', `BUG: soft lockup - CPU#1 stuck for ${'['.repeat(3900)}\n`.repeat(400)],
    [
      'source paths',
      `crash> bt\nPID: 1 TASK: ff CPU: 0 COMMAND: "x"\n #0 [ff] f at ff\n${`   ${'/a'.repeat(1900)}\n`.repeat(400)}`,
    ],
    ['task line', `BUG: x\n${`CPU: 1 PID: 1 Comm: ${' '.repeat(3900)}\n`.repeat(400)}`],
    ['stack marks', `BUG: x\nCall Trace:\n${` ${'<a> '.repeat(950)}f+0x1/0x2\n`.repeat(400)}`],
    ['carriage returns', '\r'.repeat(1_000_000)],
  ])('takes time linear in the size: %s', (_name, text) => {
    const startedAt = performance.now();
    readTranscript(bytesOf(text));
    // Megabytes in far less than a second where each byte is looked at a bounded number of times.
    expect(performance.now() - startedAt).toBeLessThan(4000);
  });

  it('keeps to the cap where a backtrace of crash(8) joins the reports of the log', () => {
    const hung = (n: number) => `INFO: task t:${n} blocked for more than 122 seconds.\n`;
    const text = [1, 2, 3].map(hung).join('') + '#6 [0] exc_invalid_op \n#8 [0] f\ncrash> \n';
    const read = (maxReadings: number) =>
      readTranscript(Buffer.from(text), { ...DEFAULT_READ_LIMITS, maxReadings });
    expect(read(64).readings).toHaveLength(4);
    expect(read(3)).toMatchObject({ readings: { length: 3 }, omittedReadings: 1 });
  });
});
