import { analyseText, NULL_HEAD, oopsText } from '../oops-text';

interface Call {
  readonly number: string;
  readonly request?: string;
  readonly frames?: readonly string[];
}

/** What is said of the system call with which user space entered the kernel. */
const calls = ({ number, request = '0000000000000000', frames }: Call) => {
  const text = oopsText({ head: NULL_HEAD, ...(frames === undefined ? {} : { frames }) });
  const user = [
    ' RIP: 0033:0x7f0e33cdb2f7',
    ' Code: 73 01 c3 <48> 3d',
    ' RSP: 002b:00007ffc0db68cc8 EFLAGS: 00000246 ORIG_RAX: ' + number,
    ' RAX: ffffffffffffffda RBX: 00000000010e1720 RCX: 00007f0e33cdb2f7',
    ` RDX: 00000000010e1720 RSI: ${request} RDI: 000000000000000c`,
    ' RBP: 0000000000a56c20 R08: 0000000000000002 R09: 0000000000000038',
    ' R10: 0000000000000004 R11: 0000000000000246 R12: 0000000000a56cd0',
    ' R13: 0000000001142920 R14: 0000000001ecab40 R15: 0000000000000000',
    ' </TASK>',
  ];
  const [above, below] = text.split(/^\[.*<\/TASK>\n/m);
  const { findings } = analyseText(
    `${above ?? ''}${user.map((line) => `[ 1000.000030] ${line}\n`).join('')}${below ?? ''}`,
  );
  return findings
    .filter(({ kind }) => kind === 'system-call')
    .map(({ claim, confidence }) => `${confidence}: ${claim}`);
};

const IOCTL = '0000000000000010';

describe('the system call under way', () => {
  it('is told with the request of ioctl', () => {
    expect(calls({ number: IOCTL, request: '000000008038550a' })).toEqual([
      'certain: User space was in the system call ioctl (16).',
      expect.stringMatching(
        /^likely: The request 0x8038550a is USBDEVFS_SUBMITURB \(linux\/usbdevice_fs\.h\)/,
      ),
    ]);
  });

  it('a request that two headers share is named by both, as a hint', () => {
    expect(calls({ number: IOCTL, request: '0000000000004101' })[1]).toMatch(
      /^hint: .*AGPIOC_ACQUIRE \(linux\/agpgart\.h\) or APM_IOC_STANDBY \(linux\/apm_bios\.h\)/,
    );
  });

  it('a request of nobody is taken apart and not named', () => {
    expect(calls({ number: IOCTL, request: '000000004004fe7e' })[1]).toMatch(
      /^hint: .* is in no user header of the kernel: type 0xfe, number 126, writes 4 bytes/,
    );
  });

  it('is not told where the stack names another one', () => {
    expect(
      calls({
        number: IOCTL,
        frames: ['vfs_read+0x1/0x2', '__x64_sys_read+0x1/0x2', 'do_syscall_64+0x5b/0xc0'],
      }),
    ).toEqual([]);
  });

  it('an interrupted program was in none', () => {
    expect(calls({ number: 'ffffffffffffffff', frames: ['irq_exit_rcu+0x1/0x2'] })).toEqual([]);
  });

  it('a number that no call has is none', () => {
    expect(calls({ number: '0000000000000fff', frames: ['foo+0x1/0x2'] })).toEqual([]);
  });
});
