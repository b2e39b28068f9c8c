import { BOOT, OOPS, stamped } from './reports';

/** Reports with the lines that no case has: one line at least for each row of the tables of details. */

const HARDWARE = [
  'mce: [Hardware Error]: CPU 3: Machine Check Exception: 5 Bank 4: be00000000800400',
  'mce: [Hardware Error]: TSC 1a2b3c ADDR 7f1c2a000 MISC 86 ',
  'mce: [Hardware Error]: PROCESSOR 0:306f2 TIME 1790205585 SOCKET 1 APIC 10 microcode 49',
  '[Hardware Error]: CPU:2 (17:31:0) MC22_STATUS[Over|CE|MiscV|-|-|-|CECC|-|-|-]: 0x9c2040000000011b',
  '[Hardware Error]: Error Addr: 0x0000000123456780',
  'MCE: CPU3: machine check (Severe)  UE Load/Store DAR: c000000012345678 [Not recovered]',
  'Memory failure: 0x12345: recovery action for dirty LRU page: Recovered',
  'EDAC MC0: 1 CE memory read error on CPU_SrcID#0_Ha#0_Chan#1_DIMM#0 (channel:1 slot:0 page:0x12345 offset:0x680 grain:32 syndrome:0x0)',
  'EDAC MC0: CE page 0x12345, offset 0x680, grain 8, syndrome 0x4a, row 0, channel 1, label "DIMM_B1": frob_edac',
  'pcieport 0000:00:1c.0: PCIe Bus Error: severity=Corrected, type=Physical Layer, (Receiver ID)',
  'pcieport 0000:00:1c.0: AER: Multiple Corrected error received: 0000:01:00.0',
  '{1}[Hardware Error]: Hardware error from APEI Generic Hardware Error Source: 1',
  '{1}[Hardware Error]: event severity: corrected',
  '{1}[Hardware Error]:   physical_address: 0x0000000123456780',
  '{1}[Hardware Error]:   node: 0 card: 0 module: 1 ',
  '{2}[Hardware Error]: Hardware error from APEI Generic Hardware Error Source: 2',
  '{2}[Hardware Error]:   device_id: 0000:01:00.0',
  'NMI: IOCK error (debug interrupt?)',
  'CPU3: Core temperature above threshold, cpu clock throttled (total events = 1)',
  'thermal thermal_zone0: acpitz: critical temperature reached, shutting down',
  'ata1.00: failed command: READ FPDMA QUEUED',
  'blk_update_request: I/O error, dev sda, sector 1234 op 0x0:(READ) flags 0x80700 phys_seg 1',
  'Buffer I/O error on dev sda1, logical block 12, async page read',
];

const ROLES = [
  'Task dump for CPU 1:',
  'task:spinner         state:R  running task     stack:0     pid:77    ppid:1      flags:0x00004008',
  'Call Trace:',
  ' frob_spin+0x2f/0x90',
  'Task dump for CPU 3:',
  'Call Trace:',
  ' frob_other+0x2f/0x90',
  'rcu: Stack dump where RCU GP kthread last ran:',
  'Call Trace:',
  ' frob_gp+0x2f/0x90',
  'Showing backtraces of running workers in stalled CPU-bound worker pools:',
  'Call Trace:',
  ' frob_work+0x2f/0x90',
];

const MARKS = [
  ...OOPS.slice(0, 7),
  ' <SOFTIRQ>',
  ' frob_softirq+0x2f/0x90',
  ' <EOI>',
  ' frob_task+0x2f/0x90',
];

const KMSAN = [
  'BUG: KMSAN: uninit-value in frob_commit+0x2f/0x90 [frobnic]',
  ' frob_commit+0x2f/0x90 [frobnic]',
  '',
  'Local variable frob created at:',
  ' frob_open+0x2f/0x90 [frobnic]',
  '',
  'Bytes 4-7 of 32 are uninitialized',
  'Memory access of size 32 starts at ffff888012345600',
];

const kasan = (...lines: readonly string[]) =>
  stamped([
    'BUG: KASAN: use-after-free in frob_commit+0x2f/0x90 [frobnic] at addr ffff888012345610',
    ...lines,
    'Call Trace:',
    ' frob_commit+0x2f/0x90 [frobnic]',
    'Object at ffff888012345600, in cache kmalloc-64 size: 64',
  ]);
const kfence = (what: string, ...lines: readonly string[]) =>
  stamped([
    `BUG: KFENCE: ${what} in frob_commit+0x2f/0x90 [frobnic]`,
    '',
    ...lines,
    ' frob_commit+0x2f/0x90',
  ]);
const slub = [
  '=============================================================================',
  'BUG kmalloc-64 (Tainted: G    B             ): Object already free',
  '-----------------------------------------------------------------------------',
  'Bytes b4 ffff8880123455f0: 00 00 00 00 00 00 00 00 5a 5a 5a 5a 5a 5a 5a 5a  ........ZZZZZZZZ',
  'Object   ffff888012345600: 38 03 56 00 69 00 72 00 74 00 75 00 61 00 6c 00  8.V.i.r.t.u.a.l.',
  'Call Trace:',
  ' free_debug_processing+0x2f/0x90',
];

const I386_DEBUG = [
  'BUG: kernel NULL pointer dereference, address: 00000018',
  'Oops: 0000 [#1] PREEMPT SMP',
  'CPU: 2 PID: 1187 Comm: fetcher Not tainted 6.1.0-39-686-pae #1',
  'EIP: frob_commit+0x2c/0x90 [frobnic]',
  'EAX: 00000018 EBX: f4a1b040 ECX: 00000000 EDX: 00007601',
  'DR0: 00000001 DR1: 00000002 DR2: 00000003 DR3: 00000004',
  'DR6: fffe0ff0 DR7: 00000400',
];
const V7M = [
  'Unable to handle kernel NULL pointer dereference at virtual address 00000018',
  'Internal error: Oops: 5 [#1] ARM',
  'CPU: 0 PID: 7 Comm: sh Not tainted 6.1.0-39-armmp #1',
  'PC is at frob_commit+0x2c/0x90',
  'pc : [<2101b2cc>]    lr : [<2101b3a4>]    ',
  'sp : 2101bd40  ip : 00000000  fp : 2101bd54',
  'xPSR: 61000000',
  'Call trace: ',
  ' frob_commit from frob_ioctl+0x1a4/0x5c0',
];
const MIPS_TWICE = [
  'CPU 2 Unable to handle kernel paging request at virtual address 00000018, epc == c0a1b2cc, ra == c0a1b3a4',
  'Oops[#1]:',
  'CPU: 2 PID: 1187 Comm: fetcher Not tainted 6.1.0-39-4kc-malta #1',
  '$ 0   : 00000000 00000001 00000018 00007601',
  'epc   : c0a1b2cc frob_commit+0x2c/0x90 [frobnic]',
  'Call Trace:',
  '[<c0a1b2cc>] frob_commit+0x2c/0x90 [frobnic]',
  '$ 0   : 00000000 00000002 00000019 00007602',
  '$ 4   : 00000004 00000005 00000006 00000007',
  'Status: 1100ff13\tUSER EXL IE ',
  '---[ end trace 0000000000000000 ]---',
];

const ID = '0123456789abcdef0123456789abcdef';
const boot = (...lines: readonly string[]) => stamped([BOOT[0] ?? '', ...lines], 0) + stamped(OOPS);

/** An access that no handler took, on arm and older arm64. */
const unhandled = (status: string, task: string) =>
  stamped([
    `Unhandled fault: frob error (0x${status}) at 0x00000018`,
    'Internal error: : 1 [#1] SMP ARM',
    task,
    'PC is at frob_commit+0x2c/0x90',
    'Call trace: ',
    '[<c0a1b2cc>] frob_commit+0x2c/0x90',
  ]);

export const WORDINGS: readonly string[] = [
  unhandled('801', 'CPU: 0 PID: 7 Comm: sh Not tainted 6.1.0-39-armmp #1'),
  unhandled('96000021', 'CPU: 0 PID: 7 Comm: sh Not tainted 4.4.0-21-arm64 #1'),
  stamped(HARDWARE, 90) + stamped(OOPS),
  stamped(['rcu: INFO: rcu_preempt self-detected stall on CPU', ...OOPS.slice(2), ...ROLES]),
  stamped(MARKS),
  stamped(KMSAN),
  kasan('Read of size 4 by task fetcher/1187'),
  ...['8 bytes inside of', '4 bytes to the right of', '4 bytes to the left of'].map((where) =>
    kasan(`The buggy address is located ${where}`, ' 64-byte region [ffff888012345600, ffff888012345640)'),
  ),
  stamped([
    'BUG: KASAN: double-free in frob_free+0x2f/0x90 [frobnic]',
    'Free of addr ffff888012345610 by task fetcher/1187',
    'Call Trace:',
    ' frob_free+0x2f/0x90 [frobnic]',
  ]),
  kfence('out-of-bounds read', 'Out-of-bounds read at 0x00000000ffff8c3f (1B left of kfence-#72):'),
  kfence('invalid free', 'Invalid free of 0x00000000ffff8c3f (in kfence-#72):'),
  kfence('memory corruption', 'Corrupted memory at 0x00000000ffff8c3f [ ! ! . . ] (in kfence-#72):'),
  stamped(slub),
  stamped(I386_DEBUG),
  stamped(V7M),
  stamped(MIPS_TWICE),
  boot('Command line: ro quiet'),
  boot('Hypervisor detected: KVM'),
  boot('Booting paravirtualized kernel on Xen'),
  boot('audit: type=2000 audit(1790205580.123:1): state=initialized audit_enabled=0 res=1'),
  `-- Boot ${ID} --\n${boot()}`,
  `_BOOT_ID=${ID}\n${boot()}`,
];
