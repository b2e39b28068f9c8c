import { readDetails, readSession, readTranscript } from '@oopstream/core-transcript';
import { analyse } from '../src';

function claims(
  text: string,
  kind: string,
): { readonly claim: string; readonly quoted: readonly string[] }[] {
  const bytes = Buffer.from(text);
  const [reading] = readTranscript(bytes).readings;
  const { findings } = analyse(
    { reading: reading!, details: readDetails(bytes, reading!), session: null },
    () => null,
  );
  return findings
    .filter((one) => one.kind === kind)
    .map(({ claim, evidence }) => ({
      claim,
      quoted: evidence.map(({ span }) => bytes.subarray(span.start, span.end).toString()),
    }));
}

const KASAN = (offset: string) => `BUG: KASAN: slab-use-after-free in ring_read+0x51/0x90 [ring]
Read of size 8 at addr ffff888106a5c810 by task reader/812

CPU: 1 PID: 812 Comm: reader Tainted: G           OE      6.6.30 #1
Call Trace:
 <TASK>
 dump_stack_lvl+0x47/0x60
 kasan_report+0xb8/0xf0
 ring_read+0x51/0x90 [ring]
 vfs_read+0xbc/0x2d0
 </TASK>

Allocated by task 810:
 kasan_save_stack+0x33/0x50
 __kmalloc+0x5a/0x140
 ring_open+0x22/0x60 [ring]
 chrdev_open+0xb4/0x200

Freed by task 811:
 kasan_save_stack+0x33/0x50
 kfree+0x78/0x120
 ring_release+0x1c/0x40 [ring]
 __fput+0xf3/0x2c0

The buggy address belongs to the object at ffff888106a5c800
 which belongs to the cache kmalloc-64 of size 64
The buggy address is located ${offset}
`;

describe('what a report states of itself', () => {
  it('tells where in which object the access was, and who handled it', () => {
    const text = KASAN('16 bytes inside of\n freed 64-byte region [ffff888106a5c800, ffff888106a5c840)');
    expect(claims(text, 'object').map(({ claim }) => claim)).toEqual([
      'The read of 8 bytes was 16 bytes inside an object of kmalloc-64 (64 bytes).',
    ]);
    const handled = claims(text, 'sanitizer');
    expect(handled.map(({ claim }) => claim)).toEqual([
      'The memory was allocated by ring_open [ring] in task pid 810.',
      'The memory was freed by ring_release [ring] in task pid 811.',
    ]);
    expect(handled[1]!.quoted[0]).toContain('ring_release');
  });

  it('tells of an access behind the end as such', () => {
    const text = KASAN(
      '4 bytes to the right of\n allocated 64-byte region [ffff888106a5c800, ffff888106a5c840)',
    );
    expect(claims(text, 'object')[0]!.claim).toContain('4 bytes behind the end of an object of kmalloc-64');
  });

  it('tells whom a hung task waits for, and takes that line for no report of its own', () => {
    const text = `INFO: task fetcher:1187 blocked for more than 122 seconds.
task:fetcher         state:D stack:0     pid:1187  tgid:1187  ppid:1      flags:0x00000002
Call Trace:
 <TASK>
 schedule+0x27/0xf0
 __mutex_lock.constprop.0+0x4d0/0x980
 fetch_ioctl+0x12/0x40 [fetch]
 do_syscall_64+0x82/0x170
 </TASK>
INFO: task fetcher:1187 is blocked on a mutex likely owned by task flusher:99.
`;
    expect(readTranscript(Buffer.from(text)).readings).toHaveLength(1);
    const locks = claims(text, 'lock').map(({ claim }) => claim);
    expect(locks).toContain('Task flusher (pid 99) holds mutex.');
    expect(locks.some((claim) => claim.startsWith('Task fetcher (pid 1187) waits for'))).toBe(true);
  });

  it('tells of no object, lock or record where none is printed', () => {
    const text = 'divide error: 0000 [#1] SMP\nRIP: 0010:f+0x1/0x2 [m]\nCall Trace:\n g+0x1/0x2\n';
    for (const kind of ['object', 'sanitizer', 'lock', 'hardware']) expect(claims(text, kind)).toEqual([]);
  });
});

describe('whose backtrace it is', () => {
  const WARNED = `[   10.000001] WARNING: CPU: 0 PID: 40 at drivers/a.c:7 a_check+0x11/0x20 [a]
[   10.000002] CPU: 0 PID: 40 Comm: kworker/0:1 Not tainted 6.1.0 #1
[   10.000003] Call Trace:
[   10.000004]  a_work+0x1/0x2 [a]
[   10.000005]  process_one_work+0x1/0x2
[   10.000006] ---[ end trace 0000000000000000 ]---
[   20.000001] BUG: kernel NULL pointer dereference, address: 0000000000000010
[   20.000002] Oops: 0000 [#1] SMP
[   20.000003] CPU: 1 PID: 50 Comm: cat Not tainted 6.1.0 #1
[   20.000004] RIP: 0010:b_read+0x26/0x40 [b]
[   20.000005] Call Trace:
[   20.000006]  vfs_read+0x1/0x2
[   20.000007] Kernel panic - not syncing: Fatal exception
crash> bt
PID: 50       TASK: ffff8987512e0000  CPU: 1    COMMAND: "cat"
 #0 [ffffca5700487600] machine_kexec at ffffffffaaa79c4f
 #1 [ffffca5700487700] asm_exc_page_fault at ffffffffab600c02
    [exception RIP: b_read+38]
    RIP: ffffffffc086b026  RSP: ffffca5700487760  RFLAGS: 00000282
    RAX: 00000000000001b0  RBX: ffffca57004877cc  RCX: 0000000000000019
    ORIG_RAX: ffffffffffffffff  CS: 0010  SS: 0018
 #2 [ffffca5700487770] vfs_read at ffffffffaad77bcd
`;

  it('gives the registers of the dumped task to its own report, and to no other', () => {
    const bytes = Buffer.from(WARNED);
    const session = readSession(bytes);
    const registers = readTranscript(bytes).readings.map((reading) => [
      reading.comm,
      analyse({ reading, details: readDetails(bytes, reading), session }, () => null).registers.length > 0,
    ]);
    expect(registers).toEqual([
      ['kworker/0:1', false],
      ['cat', true],
    ]);
  });
});
