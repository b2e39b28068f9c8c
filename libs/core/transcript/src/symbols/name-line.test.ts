import { ADDRESS_ROWS, type AddressUse } from './address-rows';
import { nameLine } from './name-line';

const nameOf = (address: bigint, use: AddressUse) =>
  address !== 0xffffffff81001010n
    ? null
    : use === 'function'
      ? 'f'
      : `f+0x10/0x100${use === 'return' ? ' [m]' : ''}`;

/** As printed without the name, and with it. */
const SAMPLES: readonly (readonly [string, string])[] = [
  [' 0xffffffff81001010', ' f+0x10/0x100 [m]'],
  [' <IRQ> ? 0xffffffff81001010', ' <IRQ> ? f+0x10/0x100 [m]'],
  [
    '[c0000000fa1b7c60] [ffffffff81001010] 0xffffffff81001010 (unreliable)',
    '[c0000000fa1b7c60] [ffffffff81001010] f+0x10/0x100 [m] (unreliable)',
  ],
  [' [<ffffffff81001010>]', ' [<ffffffff81001010>] f+0x10/0x100 [m]'],
  [' [<ffffffff81001010>] ? ', ' [<ffffffff81001010>] ? f+0x10/0x100 [m]'],
  ['RIP: 0010:0xffffffff81001010', 'RIP: 0010:f+0x10/0x100'],
  ['IP: 0xffffffff81001010', 'IP: f+0x10/0x100'],
  [
    'EIP: 0060:[<ffffffff81001010>] EFLAGS: 00010282 CPU: 0',
    'EIP: 0060:[<ffffffff81001010>] f+0x10/0x100 EFLAGS: 00010282 CPU: 0',
  ],
  ['EIP is at 0xffffffff81001010', 'EIP is at f+0x10/0x100'],
  ['pc : 0xffffffff81001010', 'pc : f+0x10/0x100'],
  [
    'pc : [<ffffffff81001010>]    lr : [<c0105678>]    psr: 60000013',
    'pc : [<ffffffff81001010>] f+0x10/0x100 lr : [<c0105678>]    psr: 60000013',
  ],
  ['NIP [c000000000123456] 0xffffffff81001010', 'NIP [c000000000123456] f+0x10/0x100'],
  ['epc   : ffffffff81001010 0xffffffff81001010', 'epc   : ffffffff81001010 f+0x10/0x100'],
  ['ERA: ffffffff81001010 0xffffffff81001010', 'ERA: ffffffff81001010 f+0x10/0x100'],
  [
    'Krnl PSW : 0704c00180000000 0000000000123456 (0xffffffff81001010)',
    'Krnl PSW : 0704c00180000000 0000000000123456 (f+0x10/0x100)',
  ],
  [
    'WARNING: CPU: 1 PID: 7 at fs/frob.c:12 0xffffffff81001010',
    'WARNING: CPU: 1 PID: 7 at fs/frob.c:12 f+0x10/0x100',
  ],
  [
    'BUG: KASAN: slab-use-after-free in 0xffffffff81001010',
    'BUG: KASAN: slab-use-after-free in f+0x10/0x100',
  ],
  ['caller is 0xffffffff81001010', 'caller is f+0x10/0x100'],
  [
    '#0: 00000000a1b2c3d4 (&lock){+.+.}-{3:3}, at: 0xffffffff81001010',
    '#0: 00000000a1b2c3d4 (&lock){+.+.}-{3:3}, at: f+0x10/0x100',
  ],
  ['Workqueue: events 0xffffffff81001010', 'Workqueue: events f'],
  ['last function: 0xffffffff81001010', 'last function: f'],
];

/** Lines that show an address where no name would stand. */
const OTHERS = [
  'BUG: unable to handle page fault for address: ffffffff81001010',
  'BUG: KASAN: null-ptr-deref in range [0xffffffff81001010-0xffffffff81001017]',
  'Read of size 8 at addr ffffffff81001010 by task x/7',
  'RAX: ffffffff81001010 RBX: ffffffff81001010 RCX: ffffffff81001010',
  'RIP: 0010:g+0x1/0x2',
  ' [<ffffffff81001010>] g+0x1/0x2',
  ' [<ffffffff81001010>] [<ffffffff81001010>]',
  'Code: ffffffff81001010',
  'Linux version 6.1.0',
];

describe('nameLine', () => {
  it.each(SAMPLES)('%j', (bare, named) => {
    expect(nameLine(bare, nameOf)).toBe(named);
    expect(nameLine(`    ${bare}`, nameOf)).toBe(`    ${named}`);
    expect(nameLine(bare, () => null)).toBe(bare);
  });

  it.each(OTHERS)('leaves %j', (line) => {
    expect(nameLine(line, nameOf)).toBe(line);
  });

  it('needs every row', () => {
    const used = SAMPLES.map(([bare]) =>
      ADDRESS_ROWS.find(
        ({ first, match }) => first.includes(bare.trim()[0] ?? '') && match.test(bare.trimStart()),
      ),
    );
    expect(ADDRESS_ROWS.filter((row) => !used.includes(row)).map(({ from }) => from)).toEqual([]);
  });
});
