import { describeEras, detailsOf, type Era } from './era';

const X86_TASK = 'CPU: 2 PID: 1187 Comm: fetcher Not tainted 6.1.0-39-amd64 #1';
const X86_DUMP = [
  'RSP: 0018:ffffb3d2c0a17d48 EFLAGS: 00010246',
  'RAX: 0000000000000001 RBX: ffff9f4c42a81000 RCX: 0000000000000003',
  'RDX: 0000000000000004 RSI: 0000000000000005 RDI: 0000000000000006',
  'RBP: 0000000000000007 R08: 0000000000000008 R09: 0000000000000009',
  'R10: 000000000000000a R11: 000000000000000b R12: 000000000000000c',
  'R13: 000000000000000d R14: 000000000000000e R15: 000000000000000f',
  'FS:  00007f1c2a1b2740(0000) GS:ffff9f4d3bd00000(0000) knlGS:0000000000000000',
  'CS:  0010 DS: 0000 ES: 002b CR0: 0000000080050033',
  'CR2: 0000000000000018 CR3: 0000000104a3c000 CR4: 0000000000750ee0',
  'DR0: 0000000000000001 DR1: 0000000000000002 DR2: 0000000000000003',
  'DR3: 0000000000000004 DR6: 00000000fffe0ff0 DR7: 0000000000000400',
  'PKRU: 55555554',
];
const X86_VALUES = {
  cs: '10',
  ss: '18',
  rsp: 'ffffb3d2c0a17d48',
  rflags: '10246',
  rax: '1',
  rbx: 'ffff9f4c42a81000',
  rdi: '6',
  rbp: '7',
  r8: '8',
  r15: 'f',
  fs_base: '7f1c2a1b2740',
  fs: '0',
  gs_base: 'ffff9f4d3bd00000',
  knl_gs_base: '0',
  es: '2b',
  cr2: '18',
  cr4: '750ee0',
  dr6: 'fffe0ff0',
  pkru: '55555554',
};
const X86_USER = [
  'RIP: 0033:0x7f1c2a0b1c5b',
  'Code: 00 48 89 44 24 18 0f 05 <89> c2 3d 00',
  'RSP: 002b:00007ffc8a36f360 EFLAGS: 00000246 ORIG_RAX: 0000000000000010',
  'RAX: ffffffffffffffda RBX: 0000000000000003 RCX: 00007f1c2a0b1c5b',
];
const X86_USER_VALUES = { rip: '7f1c2a0b1c5b', cs: '33', ss: '2b', orig_rax: '10', rax: 'ffffffffffffffda' };

const ERAS: readonly Era[] = [
  {
    name: 'x86-64, 5.1 on',
    arch: 'x86_64',
    lines: [
      'BUG: kernel NULL pointer dereference, address: 0000000000000018',
      '#PF: supervisor write access in kernel mode',
      '#PF: error_code(0x0002) - not-present page',
      'PGD 9415067 P4D 9415067 PUD 9417067 PMD 0',
      'Oops: 0002 [#1] PREEMPT SMP NOPTI',
      X86_TASK,
      'RIP: 0010:frob_commit+0x2f/0x90 [frobnic]',
      'Code: 48 89 fb e8 <48> 8b 03 5b c3',
      ...X86_DUMP,
      'Call Trace:',
      ' <TASK>',
      ' frob_ioctl+0x1a4/0x5c0 [frobnic]',
      ...X86_USER,
      ' </TASK>',
      'CR2: 0000000000000018',
      '---[ end trace 0000000000000000 ]---',
      'RIP: 0010:first_oops+0x2f/0x90',
      'RAX: 0000000000000099 RBX: 0000000000000099 RCX: 0000000000000099',
    ],
    fault: X86_VALUES,
    user: X86_USER_VALUES,
    code: [4, [0x48, 0x8b, 0x03]],
    address: ['18', 'headline', true],
    trap: ['2', 'error-code', 'write supervisor not-present'],
  },
  {
    name: 'x86-64, 4.10 to 4.17: the code stands behind the user registers',
    arch: 'x86_64',
    lines: [
      'BUG: unable to handle kernel paging request at ffffc90000417000',
      'IP: frob_commit+0x2f/0x90 [frobnic]',
      'Oops: 0011 [#1] SMP PTI',
      X86_TASK,
      'RIP: 0010:0xffffc90000417000',
      ...X86_DUMP,
      'Call Trace:',
      ' frob_ioctl+0x1a4/0x5c0 [frobnic]',
      'RIP: 0033:0x7f1c2a0b1c5b',
      ...X86_USER.slice(2),
      'Code: 48 89 fb e8 <48> 8b 03 5b c3',
      'RIP: frob_commit+0x2f/0x90 [frobnic] RSP: ffffb3d2c0a17d48',
      'CR2: ffffc90000417000',
    ],
    fault: { ...X86_VALUES, rip: 'ffffc90000417000' },
    user: X86_USER_VALUES,
    code: [4, [0x48, 0x8b, 0x03]],
    address: ['ffffc90000417000', 'headline', true],
    trap: ['11', 'error-code', 'fetch supervisor protection'],
  },
  {
    name: 'x86-64, 2.6.32: addresses in brackets, a stale CR2',
    arch: 'x86_64',
    lines: [
      'general protection fault: 0000 [#1] SMP',
      'CPU 2',
      'Pid: 1187, comm: fetcher Not tainted 2.6.32-754.el6.x86_64 #1',
      'RIP: 0010:[<ffffffffa0a1b2cc>]  [<ffffffffa0a1b2cc>] frob_commit+0x2c/0x90 [frobnic]',
      'RSP: 0018:ffff880104a3cd48  EFLAGS: 00010246',
      'RAX: 6b6b6b6b6b6b6b6b RBX: ffff880104a1b040 RCX: 0000000000000000',
      'CS:  0010 DS: 0000 ES: 0000 CR0: 0000000080050033',
      'CR2: 00007f1c2a0b1000 CR3: 0000000104a3c000 CR4: 00000000000406e0',
      'Call Trace:',
      ' [<ffffffffa0a1b3a4>] frob_ioctl+0x1a4/0x5c0 [frobnic]',
      'Code: 48 89 fb e8 <48> 8b 03 5b c3 ',
      'RIP  [<ffffffffa0a1b2cc>] frob_commit+0x2c/0x90 [frobnic]',
      ' RSP <ffff880104a3cd48>',
    ],
    fault: { rip: 'ffffffffa0a1b2cc', cs: '10', rax: '6b6b6b6b6b6b6b6b', cr2: '7f1c2a0b1000' },
    code: [4, [0x48, 0x8b, 0x03]],
    address: ['7f1c2a0b1000', 'cr2', false],
    trap: ['0', 'error-code', ''],
  },
  {
    name: 'x86-64, a non-canonical address that the kernel decoded',
    arch: 'x86_64',
    lines: [
      'general protection fault, probably for non-canonical address 0xdead000000000108: 0000 [#1] PREEMPT SMP NOPTI',
      X86_TASK,
      'RIP: 0010:frob_commit+0x2f/0x90 [frobnic]',
      'Code: Unable to access opcode bytes at 0xffffffffc05e83e8.',
      ...X86_DUMP,
      'Call Trace:',
      ' <IRQ>',
      ' frob_timer+0x1a4/0x5c0 [frobnic]',
      ' </IRQ>',
      ' <TASK>',
      'RIP: 0010:native_safe_halt+0xb/0x10',
      'Code: 48 89 fb e8 <c3> 8b 03 5b c3',
      'RSP: 0018:ffffffff8f403e98 EFLAGS: 00000246',
      'RAX: 000000000001ad40 RBX: 0000000000000000 RCX: 0000000000000001',
      ' default_idle_call+0x38/0xf0',
      ' </TASK>',
    ],
    fault: X86_VALUES,
    interrupted: { rsp: 'ffffffff8f403e98', rax: '1ad40' },
    address: ['dead000000000108', 'headline', true],
    trap: ['0', 'error-code', ''],
  },
  {
    name: 'i386, 4.14 on',
    arch: 'i386',
    lines: [
      'BUG: kernel NULL pointer dereference, address: 00000018',
      '#PF: supervisor read access in kernel mode',
      '#PF: error_code(0x0000) - not-present page',
      '*pde = 00000000 ',
      'Oops: 0000 [#1] PREEMPT SMP',
      'CPU: 2 PID: 1187 Comm: fetcher Not tainted 6.1.0-39-686-pae #1',
      'EIP: frob_commit+0x2c/0x90 [frobnic]',
      'Code: 55 89 e5 <8b> 00 5b',
      'EAX: 00000018 EBX: f4a1b040 ECX: 00000000 EDX: 00007601',
      'ESI: 00000000 EDI: 00000000 EBP: f4a1bd40 ESP: f4a1bd38',
      'DS: 007b ES: 007b FS: 00d8 GS: 0000 SS: 0068 EFLAGS: 00010246',
      'CR0: 80050033 CR2: 00000018 CR3: 04a3c000 CR4: 000006f0',
      'Call Trace:',
      ' frob_ioctl+0x1a4/0x5c0 [frobnic]',
      'EIP: 0xb7f0a549',
      'Code: 03 74 c0 01 10 05 03 74 b8 01 <5d> 5a',
      'EAX: ffffffda EBX: 00000003 ECX: 00007601 EDX: 00000000',
      'CR2: 0000000000000018',
    ],
    fault: { eax: '18', esp: 'f4a1bd38', ds: '7b', ss: '68', eflags: '10246', cr2: '18' },
    user: { eip: 'b7f0a549', eax: 'ffffffda' },
    code: [3, [0x8b, 0x00, 0x5b]],
    address: ['18', 'headline', true],
    trap: ['0', 'error-code', 'read supervisor not-present'],
  },
];

describeEras(ERAS);

describe('page tables and ranges', () => {
  const levels = (lines: readonly string[]) =>
    detailsOf(lines).pageTable.map(({ level, value }) => `${level} ${value.toString(16)}`);

  it('are read in each wording', () => {
    expect(levels(ERAS[0]?.lines ?? [])).toEqual(['pgd 9415067', 'p4d 9415067', 'pud 9417067', 'pmd 0']);
    expect(levels(ERAS.find(({ name }) => name.startsWith('i386'))?.lines ?? [])).toEqual(['pde 0']);
  });

  it('KASAN says which access its shadow stood for', () => {
    const details = detailsOf([
      'general protection fault, probably for non-canonical address 0xdffffc0000000003: 0000 [#1] PREEMPT SMP KASAN',
      'KASAN: null-ptr-deref in range [0x0000000000000018-0x000000000000001f]',
      X86_TASK,
      'RIP: 0010:frob_commit+0x2f/0x90 [frobnic]',
      'Call Trace:',
      ' frob_ioctl+0x1a4/0x5c0 [frobnic]',
    ]);
    expect(details.accessRange?.value).toEqual({ low: 0x18n, high: 0x1fn });
  });

  it('what only may be the address is not trusted', () => {
    const details = detailsOf([
      'general protection fault, maybe for address 0xffff888012345678: 0000 [#1] PREEMPT SMP',
      X86_TASK,
      'RIP: 0010:frob_commit+0x2f/0x90 [frobnic]',
    ]);
    expect(details.faultAddress).toMatchObject({ value: 0xffff888012345678n, trusted: false });
  });
});
