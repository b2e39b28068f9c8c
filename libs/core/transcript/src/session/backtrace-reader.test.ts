import { FRAME, hex, lines, session, TASK } from '../../test/session-text';

const stackWords = (text: string) =>
  session(text).backtraces.flatMap((bt) =>
    bt.frames.flatMap((frame) => frame.words.map((w) => [hex(w.address), hex(w.value), w.label])),
  );

describe('bt', () => {
  it('-f: words with what a person wrote behind them', () => {
    const text = lines(
      TASK,
      FRAME,
      '    ffffd06940093b10: ffff8ef487c0e9c0[kmem_cache] 00000000006080c0(flags)',
      '    ffffd06940093b20: 0072006900560338  // bp',
      '    ffffd06940093b28: 0000000000000001 0000000000000002 <-- here',
    );
    expect(stackWords(text)).toEqual([
      ['ffffd06940093b10', 'ffff8ef487c0e9c0', 'kmem_cache'],
      ['ffffd06940093b18', '6080c0', 'flags'],
      ['ffffd06940093b20', '72006900560338', 'bp'],
      ['ffffd06940093b28', '1', null],
      ['ffffd06940093b30', '2', 'here'],
    ]);
  });

  it('-F names a cache in place of the value, -FF beside it, symbols likewise', () => {
    const text = lines(
      TASK,
      FRAME,
      '    ffffd06940093b10: [ffff8a6481862000:filp] [kmalloc-1k]',
      '    ffffd06940093b20: init_task+2192   0000000000000000',
      '    ffffd06940093b30: .LC0+56          panic+317',
    );
    expect(stackWords(text)).toEqual([
      ['ffffd06940093b10', 'ffff8a6481862000', 'filp'],
      ['ffffd06940093b18', null, 'kmalloc-1k'],
      ['ffffd06940093b20', null, 'init_task+2192'],
      ['ffffd06940093b28', '0', null],
      ['ffffd06940093b30', null, '.LC0+56'],
      ['ffffd06940093b38', null, 'panic+317'],
    ]);
  });

  it('-f of a 32-bit kernel: words of four bytes', () => {
    const text = lines(
      TASK,
      ' #0 [c610de64] die at c01076ec',
      '    c610de68: 00000000 c024a4c0 c02f13c4 000026f6',
    );
    expect(stackWords(text).map(([address]) => address)).toEqual([
      'c610de68',
      'c610de6c',
      'c610de70',
      'c610de74',
    ]);
  });

  it.each([
    [' #0 [ffffd06940093b08] f+447 at ffffffff8a67754f', 447],
    [' #0 [ffffd06940093b08] f+0x1bf at ffffffff8a67754f', 447],
    [' #0 [ffffd06940093b08] f at ffffffff8a67754f', null],
  ])('-s, -x: %s', (frame, offset) => {
    expect(session(lines(TASK, frame)).backtraces[0]?.frames[0]?.offset).toBe(offset);
  });

  it('-l keeps the path as printed', () => {
    const text = lines(TASK, FRAME, '    /usr/src/debug/kernel-4.18.0/linux-4.18.0/mm/slub.c: 283');
    expect(session(text).backtraces[0]?.frames[0]?.source).toBe(
      '/usr/src/debug/kernel-4.18.0/linux-4.18.0/mm/slub.c:283',
    );
  });

  it('-t lists text symbols and no frames', () => {
    const text = lines(
      'crash> bt -t',
      TASK,
      '              START: machine_kexec at ffffffff810772ef',
      '  [ffffc900003fbb78] machine_kexec at ffffffff810772ef',
      '--- <IRQ stack> ---',
      '  [ffffc900003fbbd0] frob_tick at ffffffffc061a123 [frobnic]',
    );
    const [bt] = session(text).backtraces;
    expect(bt?.kind).toBe('text-symbols');
    expect(bt?.frames.map((f) => [f.number, f.function, f.module, f.leaves])).toEqual([
      [0, 'machine_kexec', null, 'IRQ stack'],
      [1, 'frob_tick', 'frobnic', null],
    ]);
  });

  it('-e lists exception frames and no others', () => {
    const text = lines(
      'crash> bt -e',
      TASK,
      '',
      '  KERNEL-MODE EXCEPTION FRAME AT: ffffd06940093c38',
      '    [exception RIP: frob_commit+92]',
      '    RIP: ffffffffa6e1e3d8  RSP: ffffd06940093e78  RFLAGS: 00000246',
      '    ORIG_RAX: ffffffffffffffff  CS: 0010  SS: 0018',
      '',
      '  USER-MODE EXCEPTION FRAME AT: ffffd06940093f58',
      '    RIP: 000000000043bd7b  RSP: 00007ffce71d88a0  RFLAGS: 00000246',
      '    ORIG_RAX: 0000000000000010  CS: 0033  SS: 002b',
    );
    const [bt] = session(text).backtraces;
    expect([bt?.kind, bt?.frames.length]).toEqual(['exception-frames', 0]);
    expect(
      bt?.exceptionFrames.map((f) => [f.mode, hex(f.address), f.exceptionIp?.value ?? null, f.registers?.of]),
    ).toEqual([
      ['kernel', 'ffffd06940093c38', 'frob_commit+92', 'fault'],
      ['user', 'ffffd06940093f58', null, 'user'],
    ]);
  });

  it('says which frame crash(8) itself does not trust', () => {
    const text = lines(
      TASK,
      ' #8 [ffffc9000042fb38] sysvec_apic_timer_interrupt at ffffffff81a3c979',
      '    [exception RIP: unknown or invalid address]',
      '    RIP: 0000000000000000  RSP: 0000000000000002  RFLAGS: 00000001',
      '    ORIG_RAX: 0000000000000000  CS: ffffffff84066ee0  SS: 0001',
      'WARNING: possibly bogus exception frame',
      ' #9 [ffffc9000042fbf8] native_queued_spin_lock_slowpath at ffffffff81a4f6a0',
    );
    expect(session(text).backtraces[0]?.frames.map((f) => [f.bogus, f.exceptionIp?.value])).toEqual([
      [true, 'unknown or invalid address'],
      [false, undefined],
    ]);
  });

  it('takes a lower number, or another task, for another backtrace', () => {
    const text = lines(TASK, FRAME, ' #1 [ffffd06940093b60] f at ffffffffa6774117', FRAME, TASK, FRAME);
    expect(session(text).backtraces.map((bt) => [bt.pid, bt.frames.length])).toEqual([
      [17, 2],
      [null, 1],
      [17, 1],
    ]);
  });
});

const REGISTERS: readonly (readonly [string, readonly string[], string, Readonly<Record<string, string>>])[] =
  [
    [
      'arm64',
      [
        '     PC: ffffb2a4f11de6fc  [frob_commit+28]',
        '     LR: ffffb2a4f11df258  [frob_ioctl+152]',
        '     SP: ffff80001c9fbd30  PSTATE: 60400009',
        '    X29: ffff80001c9fbd30  X28: ffff0000c8a3e400',
      ],
      'fault',
      { pc: 'ffffb2a4f11de6fc', lr: 'ffffb2a4f11df258', pstate: '60400009', x28: 'ffff0000c8a3e400' },
    ],
    [
      'arm64, user space',
      [
        '     PC: 0000ffff9c1e2c4c   LR: 0000aaaac1d0151c   SP: 0000ffffde0b3a10',
        '    ORIG_X0: 3  SYSCALLNO: 1d  PSTATE: 60001000',
      ],
      'user',
      { pc: 'ffff9c1e2c4c', lr: 'aaaac1d0151c', sp: 'ffffde0b3a10' },
    ],
    [
      'powerpc',
      [
        ' R0:  0000000000000001    R1:  c0000000f2e0b8d0    R2:  c000000000eb4a48   ',
        ' NIP: c0000000004a9c24    MSR: 8000000000009032    OR3: c000000000004f64',
        ' CTR: c0000000004a9c00    LR:  c0000000004aa1bc    XER: 0000000000000000',
        ' CCR: 0000000028242424    MQ:  0000000000000001    DAR: 0000000000000018',
        ' DSISR: 0000000042000000     Syscall Result: 0000000000000000',
        ' [NIP  : .frob_commit+36]',
        ' [LR   : .frob_ioctl+220]',
      ],
      'fault',
      { nip: 'c0000000004a9c24', link: 'c0000000004aa1bc', cr: '28242424', dar: '18', dsisr: '42000000' },
    ],
    [
      's390x',
      [
        ' PSW:  0705000180000000 000003ffeff3afea (user space)',
        ' GPRS: 0000000000000000 0000000000000001 0000000000000002 0000000000000003',
        '       0000000000000004 0000000000000005 0000000000000006 0000000000000007',
      ],
      'user',
      { psw_addr: '3ffeff3afea', r0: '0', r3: '3', r4: '4', r7: '7' },
    ],
    [
      'i386',
      [
        '    EAX: 0000001d  EBX: c024a4c0  ECX: c02f13c4  EDX: 000026f6  EBP: c610c000',
        '    DS:  0018      ESI: 401de2e0  ES:  0018      EDI: c610c000',
        '    CS:  0010      EIP: c011bbb4  ERR: ffffffff  EFLAGS: 00010296',
      ],
      'fault',
      { eax: '1d', eip: 'c011bbb4', orig_eax: 'ffffffff', eflags: '10296', es: '18' },
    ],
    [
      'arm',
      [
        '    pc : [<bf004014>]    lr : [<c0008778>]    psr: 60000013',
        '    sp : ed9cddf8  ip : 00000000  fp : ed9cde14',
      ],
      'fault',
      { pc: 'bf004014', lr: 'c0008778', cpsr: '60000013', fp: 'ed9cde14' },
    ],
  ];

describe('registers under a frame', () => {
  it.each(REGISTERS)('%s', (_arch, printed, of, values) => {
    const registers = session(lines(TASK, FRAME, ...printed)).backtraces[0]?.frames[0]?.registers;
    expect(registers?.of).toBe(of);
    const read = Object.fromEntries(
      [...(registers?.values ?? [])].map(([name, { value }]) => [name, hex(value)]),
    );
    expect(read).toMatchObject(values);
  });
});
