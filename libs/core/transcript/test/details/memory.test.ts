import { detailsOf, OOPS, stacksOf } from './reports';

describe('memory in question', () => {
  const kasan = (lines: readonly string[]) =>
    detailsOf(['BUG: KASAN: slab-use-after-free in frob_commit+0x2f/0x90 [frobnic]', ...lines]);
  const KASAN = [
    'Read of size 8 at addr ffff888012345610 by task fetcher/1187',
    '',
    'CPU: 2 PID: 1187 Comm: fetcher Not tainted 6.6.0 #1',
    'Call Trace:',
    ' <TASK>',
    ' frob_commit+0x2f/0x90 [frobnic]',
    ' </TASK>',
    '',
    'Allocated by task 1180:',
    ' kasan_save_stack+0x1e/0x40',
    ' frob_alloc+0x2f/0x90 [frobnic]',
    '',
    'Freed by task 1181:',
    ' frob_free+0x2f/0x90 [frobnic]',
    '',
    'Last potentially related work creation:',
    ' queue_work_on+0x2f/0x90',
    '',
    'The buggy address belongs to the object at ffff888012345600',
    ' which belongs to the cache kmalloc-512 of size 512',
    'The buggy address is located 16 bytes inside of',
    ' freed 480-byte region [ffff888012345600, ffff8880123457e0)',
    '',
    'Memory state around the buggy address:',
    ' ffff888012345500: fc fc fc fc fc fc fc fc fc fc fc fc fc fc fc fc',
    '>ffff888012345600: fa fb fb fb fb fb fb fb fb fb fb fb fb fb fb fb',
    '                         ^',
  ];

  it('of KASAN, with who allocated and freed it', () => {
    const details = kasan(KASAN);
    expect(details.object).toMatchObject({
      cache: 'kmalloc-512',
      objectSize: 512,
      objectAddress: 0xffff888012345600n,
      accessOffset: 16,
      accessSize: 8,
      access: 'read',
      accessAddress: 0xffff888012345610n,
    });
    expect(stacksOf(details).map(([role, , pid, , names]) => [role, pid, names])).toEqual([
      ['task', 1187, 'frob_commit'],
      ['allocated-by', 1180, 'kasan_save_stack frob_alloc'],
      ['freed-by', 1181, 'frob_free'],
      ['related-work', null, 'queue_work_on'],
    ]);
    expect(details.dumps.map(({ what, address, bytes }) => [what, address, bytes[0]])).toEqual([
      ['shadow', 0xffff888012345500n, 0xfc],
      ['shadow', 0xffff888012345600n, 0xfa],
    ]);
  });

  it.each([
    ['The buggy address is located 4 bytes to the right of', 484],
    ['The buggy address is located 4 bytes to the left of', -4],
  ])('%s', (line, offset) => {
    const lines = KASAN.map((one) => (one.includes('bytes inside of') ? line : one));
    expect(kasan(lines).object?.accessOffset).toBe(offset);
  });

  it('of KFENCE', () => {
    const details = detailsOf([
      'BUG: KFENCE: out-of-bounds write in frob_commit+0x2f/0x90 [frobnic]',
      '',
      'Out-of-bounds write at 0x00000000ffff8c3f (1B right of kfence-#72):',
      ' frob_commit+0x2f/0x90 [frobnic]',
      '',
      'kfence-#72: 0x000000003f43b000-0x000000003f43b01f, size=32, cache=kmalloc-32',
      '',
      'allocated by task 484 on cpu 1 at 32.919330s:',
      ' frob_alloc+0x2f/0x90 [frobnic]',
    ]);
    expect(details.object).toMatchObject({
      cache: 'kmalloc-32',
      objectSize: 32,
      accessOffset: 33,
      access: 'write',
    });
    expect(stacksOf(details).map(([role, cpu, pid]) => [role, cpu, pid])).toContainEqual([
      'allocated-by',
      1,
      484,
    ]);
  });

  it('of SLUB, with the bytes', () => {
    const details = detailsOf([
      '=============================================================================',
      'BUG kmalloc-64 (Tainted: G    B             ): Right Redzone overwritten',
      '-----------------------------------------------------------------------------',
      '',
      '0xffff888012345640-0xffff888012345647 @offset=1600. First byte 0x0 instead of 0xcc',
      'Allocated in frob_alloc+0x2f/0x90 [frobnic] age=3 cpu=1 pid=1187',
      ' __kmalloc+0x2f/0x90',
      'Freed in frob_free+0x2f/0x90 [frobnic] age=9 cpu=0 pid=1188',
      ' kfree+0x2f/0x90',
      'Slab 0xffffea0000486d00 objects=21 used=21 fp=0x0000000000000000 flags=0x100000000000200',
      'Object 0xffff888012345600 @offset=1536 fp=0x0000000000000000',
      '',
      'Object   ffff888012345600: 38 03 56 00 69 00 72 00 74 00 75 00 61 00 6c 00  8.V.i.r.t.u.a.l.',
      'Redzone  ffff888012345640: 00 00 00 00 00 00 00 00                          ........',
      'Call Trace:',
      ' check_bytes_and_report+0x2f/0x90',
    ]);
    expect(details.object).toMatchObject({
      cache: 'kmalloc-64',
      objectAddress: 0xffff888012345600n,
      accessAddress: 0xffff888012345640n,
    });
    expect(details.dumps.map(({ what, bytes }) => [what, bytes.length, bytes[0]])).toEqual([
      ['object', 16, 0x38],
      ['redzone', 8, 0],
    ]);
    expect(
      stacksOf(details)
        .map(([role, cpu, pid]) => [role, cpu, pid])
        .slice(0, 2),
    ).toEqual([
      ['allocated-by', 1, 1187],
      ['freed-by', 0, 1188],
    ]);
  });

  it('of usercopy', () => {
    const details = detailsOf([
      "usercopy: Kernel memory exposure attempt detected from SLUB object 'kmalloc-64' (offset 8, size 128)!",
      '------------[ cut here ]------------',
      'kernel BUG at mm/usercopy.c:102!',
      ...OOPS.slice(1),
    ]);
    expect(details.object).toMatchObject({ cache: 'kmalloc-64', accessOffset: 8, accessSize: 128 });
  });

  it('of a page', () => {
    const { page } = detailsOf([
      'BUG: Bad page state in process fetcher  pfn:12345',
      'page:00000000a1b2c3d4 refcount:-1 mapcount:0 mapping:0000000000000000 index:0x0 pfn:0x12345',
      'flags: 0x17ffffc0000200(slab|node=0|zone=2|lastcpupid=0x1fffff)',
      'raw: 0017ffffc0000200 dead000000000100 dead000000000122 0000000000000000',
      'page dumped because: nonzero _refcount',
      ...OOPS.slice(2),
    ]);
    expect(page).toMatchObject({
      pfn: 0x12345n,
      refcount: -1,
      mapcount: 0,
      flags: 0x17ffffc0000200n,
      flagNames: ['slab'],
      reason: 'nonzero _refcount',
    });
    expect(detailsOf(OOPS).page).toBeNull();
  });

  it('words of the stack that older kernels dump', () => {
    const details = detailsOf([
      ...OOPS.slice(0, 6),
      'Stack:',
      ' ffff880104a3cd78 ffffffffa0a1b3a4 0000000000000000 0000000000000001',
      '<0> ffff880104a3cd80 6b6b6b6b6b6b6b6b',
      ...OOPS.slice(6),
    ]);
    expect(details.stackWords.map(({ value }) => value)).toEqual([
      0xffff880104a3cd78n,
      0xffffffffa0a1b3a4n,
      0n,
      1n,
      0xffff880104a3cd80n,
      0x6b6b6b6b6b6b6b6bn,
    ]);
  });
});

describe('locks', () => {
  it('held, wanted and ordered', () => {
    const { locks } = detailsOf([
      'WARNING: possible circular locking dependency detected',
      '6.1.0-39-amd64 #1 Not tainted',
      '------------------------------------------------------',
      'fetcher/1187 is trying to acquire lock:',
      'ffff888012345678 (&a->lock){+.+.}-{3:3}, at: frob_commit+0x2f/0x90 [frobnic]',
      '',
      'but task is already holding lock:',
      'ffffffffa0a1b2cc (frob_mutex){+.+.}-{3:3}, at: frob_ioctl+0x1a4/0x5c0 [frobnic]',
      '',
      'the existing dependency chain (in reverse order) is:',
      '',
      '-> #1 (frob_mutex){+.+.}-{3:3}:',
      '       lock_acquire+0x2f/0x90',
      '       frob_open+0x2f/0x90 [frobnic]',
      '',
      '2 locks held by fetcher/1187:',
      ' #0: ffffffffa0a1b2cc (frob_mutex){+.+.}-{3:3}, at: frob_ioctl+0x1a4/0x5c0 [frobnic]',
      ' #1:  (&mm->mmap_sem){++++++}, at: [<ffffffff81a1b2cc>] frob_old+0x2f/0x90',
      '',
      'stack backtrace:',
      'CPU: 2 PID: 1187 Comm: fetcher Not tainted 6.1.0-39-amd64 #1',
      'Call Trace:',
      ' frob_commit+0x2f/0x90 [frobnic]',
    ]);
    expect(
      locks.map(({ state, name, address, task, pid, at }) => [state, name, address, task, pid, at]),
    ).toEqual([
      ['wanted', '&a->lock', 0xffff888012345678n, 'fetcher', 1187, 'frob_commit'],
      ['held', 'frob_mutex', 0xffffffffa0a1b2ccn, 'fetcher', 1187, 'frob_ioctl'],
      ['ordered', 'frob_mutex', null, null, null, null],
      ['held', 'frob_mutex', 0xffffffffa0a1b2ccn, 'fetcher', 1187, 'frob_ioctl'],
      ['held', '&mm->mmap_sem', null, 'fetcher', 1187, 'frob_old'],
    ]);
  });

  it('of a hung task, with its likely owner', () => {
    const { locks } = detailsOf([
      'INFO: task fetcher:1187 blocked for more than 120 seconds.',
      '      Not tainted 6.16.0 #1',
      'task:fetcher         state:D stack:0     pid:1187  tgid:1187  ppid:1      flags:0x00004002',
      'Call Trace:',
      ' __schedule+0x2f/0x90',
      'INFO: task fetcher:1187 is blocked on a mutex likely owned by task flusher:99.',
    ]);
    expect(locks.map(({ state, name, task, pid }) => [state, name, task, pid])).toEqual([
      ['wanted', 'mutex', 'fetcher', 1187],
      ['held', 'mutex', 'flusher', 99],
    ]);
  });
});
