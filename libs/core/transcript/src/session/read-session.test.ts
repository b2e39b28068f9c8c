import { DEFAULT_SESSION_LIMITS, readSession, type Session, type SessionLimits } from '../index';
import { bytesOf, FRAME, hex, lines, session, TASK } from '../../test/session-text';

describe('tables', () => {
  it('kmem -s: the cache with the complaint about it', () => {
    const text = lines(
      'crash> kmem -s kmalloc-512',
      'CACHE             OBJSIZE  ALLOCATED     TOTAL  SLABS  SSIZE  NAME',
      'kmem: kmalloc-512: slab: fffff98740ff0500 invalid freepointer: 8865e857f05594fe',
      'ffff8c4901042a00      512        331       352     22     8k  kmalloc-512',
    );
    expect(
      session(text).caches.map((c) => [
        c.name,
        hex(c.address),
        c.objectSize,
        c.complaints.map((x) => x.value),
      ]),
    ).toEqual([
      [
        'kmalloc-512',
        'ffff8c4901042a00',
        512,
        ['slab: fffff98740ff0500 invalid freepointer: 8865e857f05594fe'],
      ],
    ]);
  });

  it('kmem -S: objects, allocated ones in brackets', () => {
    const text = lines(
      'crash> kmem -S kmalloc-64',
      'CACHE            NAME                 OBJSIZE  ALLOCATED     TOTAL  SLABS  SSIZE',
      'ffff888004841a00 kmalloc-64                64        332       352     22     4k',
      '  SLAB              MEMORY            NODE  TOTAL  ALLOCATED  FREE',
      '  ffffea0000123480  ffff8880048d2000     0     64         60     4',
      '  FREE / [ALLOCATED]',
      '  [ffff8880048d2000]',
      '   ffff8880048d2040  (cpu 0 cache)',
    );
    expect(
      session(text).caches.map((c) => [c.name, c.objects.map((o) => [hex(o.address), o.allocated])]),
    ).toEqual([
      [
        'kmalloc-64',
        [
          ['ffff8880048d2000', true],
          ['ffff8880048d2040', false],
        ],
      ],
    ]);
  });

  it('mod: with and without the base', () => {
    const text = lines(
      'crash> mod',
      '     MODULE       NAME                  BASE          SIZE  OBJECT FILE',
      'ffffffffc0606080  nvcache         ffffffffc0604000   16384  /lib/modules/extra/nvcache.ko ',
      'ffffffffc060b2c0  virtio          ffffffffc0609000   20480  (not loaded)  [CONFIG_KALLSYMS]',
      'ffffffffa0123080  ext4                      983040  (not loaded)  [CONFIG_KALLSYMS]',
    );
    expect(session(text).modules.map((m) => [m.name, hex(m.base), m.sizeBytes])).toEqual([
      ['nvcache', 'ffffffffc0604000', 16384],
      ['virtio', 'ffffffffc0609000', 20480],
      ['ext4', null, 983040],
    ]);
  });

  it('ps: who runs, who waits', () => {
    const text = lines(
      'crash> ps',
      '      PID    PPID  CPU       TASK        ST  %MEM      VSZ      RSS  COMM',
      '>       0       0   1  ffff8ed2012620c0  RU   0.0        0        0  [swapper/1]',
      '      134       1   0  ffff8d317ece2100  UN   0.1     2260       60  rsync -a',
      'crash> ps -m | grep UN',
      '[0 00:00:08.164] [UN]  PID: 135      TASK: ffff8f1f3f2e0000  CPU: 1    COMMAND: "postgres"',
    );
    expect(session(text).tasks.map((t) => [t.pid, t.cpu, t.state, t.comm, t.active])).toEqual([
      [0, 1, 'RU', 'swapper/1', true],
      [134, 0, 'UN', 'rsync -a', false],
      [135, 1, 'UN', 'postgres', false],
    ]);
  });

  it('sym, with offset, module, source', () => {
    const text = lines(
      'crash> sym ffffffff84287f8b',
      'ffffffff84287f8b (t) __kmalloc+171 /usr/src/mm/slub.c: 283',
      'ffffffffc0604000 (T) nvc_lookup [nvcache]',
    );
    expect(session(text).symbols.map((s) => [hex(s.address), s.name, s.offset, s.module, s.source])).toEqual([
      ['ffffffff84287f8b', '__kmalloc', 171, null, '/usr/src/mm/slub.c:283'],
      ['ffffffffc0604000', 'nvc_lookup', 0, 'nvcache', null],
    ]);
  });

  it('the banner, and what crash(8) complains of', () => {
    const text = lines(
      'crash 8.0.2',
      '    DUMPFILE: dump.202611182136  [PARTIAL DUMP]',
      'LOAD AVERAGE: 0.08, 0.02, 0.01',
      'crash> rd ffffffffffffffda 8',
      'rd: seek error: kernel virtual address: ffffffffffffffda  type: "64-bit KVADDR"',
    );
    const { banner, errors } = session(text);
    expect(Object.fromEntries([...banner].map(([name, { value }]) => [name, value]))).toEqual({
      CRASH: '8.0.2',
      DUMPFILE: 'dump.202611182136  [PARTIAL DUMP]',
      'LOAD AVERAGE': '0.08, 0.02, 0.01',
    });
    expect(errors.map((e) => e.value)).toEqual([
      'rd: seek error: kernel virtual address: ffffffffffffffda  type: "64-bit KVADDR"',
    ]);
  });
});

describe('commands', () => {
  it.each([
    ['crash> bt -f', 'bt -f'],
    ['crash64> bt -f', 'bt -f'],
    ['crash-8.0.2> bt -f', 'bt -f'],
    ['# bt -f', 'bt -f'],
    ['## `bt -f`', 'bt -f'],
    ['**bt -f**', 'bt -f'],
    ['- `bt -f`:', 'bt -f'],
    ['### crash> bt -f', 'bt -f'],
  ])('%s', (opening, text) => {
    const { commands } = session(lines(opening, '```', TASK, FRAME, '```'));
    expect(commands.map((c) => [c.text, c.verb])).toEqual([[text, 'bt']]);
  });

  it('are none in prose; the log that `log` printed is nobody else’s output', () => {
    const text = lines(
      '# What happened',
      TASK,
      FRAME,
      'crash> log',
      'struct a {',
      '  x = 1',
      '}',
      TASK,
      FRAME,
    );
    const { commands, structs, backtraces } = session(text);
    expect([commands.map((c) => c.text), structs.length, backtraces.length]).toEqual([['log'], 0, 2]);
  });

  it('a text without any is no session', () => {
    expect(readSession(bytesOf('[    1.000000] BUG: unable to handle page fault\n'))).toBeNull();
    expect(readSession(new Uint8Array())).toBeNull();
  });
});

describe('limits', () => {
  const small = (limits: Partial<SessionLimits>): SessionLimits => ({ ...DEFAULT_SESSION_LIMITS, ...limits });

  it.each<[keyof SessionLimits, string, (s: Session) => number]>([
    ['maxBacktraces', lines(TASK, FRAME, TASK, FRAME, TASK, FRAME), (s) => s.backtraces.length],
    [
      'maxFrames',
      lines(TASK, FRAME, FRAME.replace('0', '1'), FRAME.replace('0', '2')),
      (s) => s.backtraces[0]?.frames.length ?? 0,
    ],
    [
      'maxWords',
      lines(
        TASK,
        FRAME,
        '    ffffd06940093b10: 0000000000000001 0000000000000002',
        '    ffffd06940093b20: 0000000000000003',
      ),
      (s) => s.backtraces[0]?.frames[0]?.words.length ?? 0,
    ],
    [
      'maxMembers',
      lines('struct a {', '  x = 1,', '  y = 2,', '  z = 3', '}'),
      (s) => s.structs[0]?.members.length ?? 0,
    ],
    [
      'maxRows',
      lines(
        '0xffffffff84287f80 <f+1>:\tnop',
        '0xffffffff84287f81 <f+2>:\tnop',
        '0xffffffff84287f82 <f+3>:\tnop',
      ),
      (s) => s.instructions.length,
    ],
  ])('%s: what is beyond is counted', (name, text, count) => {
    expect([count(session(text)), session(text).omitted]).toEqual([3, 0]);
    const limited = session(text, small({ [name]: 1 }));
    expect([count(limited), limited.omitted]).toEqual([1, 2]);
  });

  it('maxLineBytes: the rest of the line is not looked at', () => {
    const text = lines(TASK, FRAME);
    const module = (limits: SessionLimits) => session(text, limits).backtraces[0]?.frames[0]?.module;
    expect([module(small({})), module(small({ maxLineBytes: FRAME.length - 5 }))]).toEqual(['frobnic', null]);
  });
});
