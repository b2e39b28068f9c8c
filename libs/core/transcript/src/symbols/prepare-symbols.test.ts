import { DEFAULT_READ_LIMITS, readTranscript } from '../read-transcript';
import type { Reading } from '../reading';
import { prepareSymbols, type PreparedSymbols } from './prepare-symbols';
import { parseSymbolMap, type SymbolMap } from './symbol-map';

function mapOf(...lines: readonly string[]): SymbolMap {
  const result = parseSymbolMap(lines.join('\n'));
  if (result.map === null) throw new Error(result.detail);
  return result.map;
}

const X86 = mapOf(
  'ffffffff81000000 T _text',
  'ffffffff81001000 t frob_commit',
  'ffffffff81001100 t frob_ioctl',
  'ffffffff81001200 t vfs_ioctl',
  'ffffffff81001300 t entry_SYSCALL_64_after_hwframe',
  'ffffffff81001400 T _etext',
);

interface Read {
  readonly prepared: PreparedSymbols;
  readonly first: Reading;
}

function read(map: SymbolMap, text: string): Read {
  const bytes = Buffer.from(text, 'latin1');
  const prepared = prepareSymbols(bytes, map);
  const { readings } = readTranscript(bytes, DEFAULT_READ_LIMITS, null, prepared.nameAddresses);
  const first = readings[0];
  if (first === undefined) throw new Error('no crash read');
  return { prepared, first };
}

const names = (reading: Reading) => reading.frames.map((frame) => `${frame.function}+${frame.offset}`);
const fault = (reading: Reading) =>
  reading.fault === null ? null : `${reading.fault.function}+${reading.fault.offset}`;

const OOPS = 'BUG: kernel NULL pointer dereference, address: 0000000000000018\nOops: 0000 [#1] SMP\n';
/** As a kernel without CONFIG_KALLSYMS prints it. */
const trace = (slide: bigint, ...extra: readonly string[]) =>
  [
    `${OOPS}CPU: 0 PID: 7 Comm: x Not tainted 6.1.0 #1`,
    `RIP: 0010:0x${(0xffffffff81001010n + slide).toString(16)}`,
    'Call Trace:',
    ' <TASK>',
    ` 0x${(0xffffffff81001120n + slide).toString(16)}`,
    ` ? 0x${(0xffffffff81001230n + slide).toString(16)}`,
    ` 0x${(0xffffffff81001340n + slide).toString(16)}`,
    ' </TASK>',
    '---[ end trace 0000000000000000 ]---',
    ...extra,
    '',
  ].join('\n');
const NAMED = ['frob_ioctl+32', 'vfs_ioctl+48', 'entry_SYSCALL_64_after_hwframe+64'];

describe('how far the kernel was moved', () => {
  it('is what the kernel itself says when it panics', () => {
    const stated =
      'Kernel Offset: 0x1d000000 from 0xffffffff81000000 (relocation range: 0xffffffff80000000-0xffffffffbfffffff)';
    const { prepared, first } = read(X86, trace(0x1d000000n, stated));
    expect(prepared.boots).toMatchObject([{ state: 'solved', slide: 0x1d000000n, bareAddresses: 4 }]);
    expect(fault(first)).toBe('frob_commit+16');
    expect(names(first)).toEqual(NAMED);
    expect(first.frames.map((frame) => frame.reliable)).toEqual([true, false, true]);
  });

  it('is the distance of a kallsyms of another boot, also a negative one', () => {
    const live = mapOf(
      'ffffffff9e000000 T _text',
      'ffffffff9e001000 t frob_commit',
      'ffffffff9e001100 t frob_ioctl',
      'ffffffff9e001200 t vfs_ioctl',
      'ffffffff9e001300 t entry_SYSCALL_64_after_hwframe',
      'ffffffff9e001400 T _etext',
    );
    const stated =
      'Kernel Offset: 0x2000000 from 0xffffffff81000000 (relocation range: 0xffffffff80000000-0xff)';
    expect(read(live, trace(0x2000000n, stated)).prepared.boots[0]?.slide).toBe(-0x1b000000n);
    // It was not moved; the map does not say by how much its own kernel was.
    expect(read(live, trace(0n, 'Kernel Offset: disabled')).prepared.boots[0]?.state).toBe('unsolved');
  });

  it('is nothing where nothing tells and all addresses fit, down to where stacks begin', () => {
    const { prepared, first } = read(X86, trace(0n));
    expect(prepared.boots).toMatchObject([{ state: 'assumed', slide: 0n }]);
    expect(names(first)).toEqual(NAMED);
  });

  it('is not guessed: an address outside of code, or no beginning of a stack, leave the text as it is', () => {
    for (const text of [
      trace(0x400000n),
      trace(0n, 'Call Trace:', ' 0xffffffff81009999'),
      trace(0n).replace(' 0xffffffff81001340\n', ''),
      trace(0x100n),
    ]) {
      const { prepared, first } = read(X86, text);
      expect(prepared.boots[0]).toMatchObject({ state: 'unsolved', slide: null });
      expect(first.frames).toEqual([]);
      expect(first.fault).toBeNull();
    }
  });

  it('is solved for each boot of a text', () => {
    const boot = 'Linux version 6.1.0 (builder@host)\n';
    const anchored = (slide: bigint) =>
      `${boot}${trace(slide, `[<${(0xffffffff81001210n + slide).toString(16)}>] vfs_ioctl+0x10/0x100`)}`;
    const bytes = Buffer.from(anchored(0x200000n) + anchored(0x3000000n));
    const prepared = prepareSymbols(bytes, X86);
    expect(prepared.boots.map((one) => one.slide)).toEqual([0x200000n, 0x3000000n]);
    const { readings } = readTranscript(bytes, DEFAULT_READ_LIMITS, null, prepared.nameAddresses);
    expect(readings.map(names)).toEqual([NAMED, NAMED]);
  });

  it.each([
    [
      'another distance between two functions',
      ' [<ffffffff81401210>] vfs_ioctl+0x10/0x100\n [<ffffffff81401130>] frob_ioctl+0x20/0x100',
    ],
    ['no possible distance', ' [<ffffffff81401218>] vfs_ioctl+0x10/0x100'],
    ['another size', ' [<ffffffff81401210>] vfs_ioctl+0x10/0x110'],
    [
      'functions the map has not',
      ' [<ffffffff81401210>] vfs_ioctl+0x10/0x100\n [<ffffffff81409210>] f+0x10/0x100\n [<ffffffff81409310>] g+0x10/0x100',
    ],
    [
      'what the kernel says',
      ' [<ffffffff81401210>] vfs_ioctl+0x10/0x100\nKernel Offset: 0x600000 from 0xffffffff81000000',
    ],
  ])('contradicted by %s the map is refused and names nothing', (_what, lines) => {
    const { prepared, first } = read(X86, trace(0x400000n, lines));
    expect(prepared.boots[0]).toMatchObject({ state: 'mismatch', slide: null });
    expect(prepared.boots[0]?.disagreements.length).toBeGreaterThan(0);
    expect(first.fault).toBeNull();
  });

  it('takes no hash for an address, and a function that only shares its name with another does not count', () => {
    const twice = mapOf(
      'ffffffff81000000 T _text',
      'ffffffff81001000 t init',
      'ffffffff81001100 t frob_ioctl',
      'ffffffff81001200 t init',
      'ffffffff81001300 t entry_SYSCALL_64_after_hwframe',
      'ffffffff81001400 T _etext',
    );
    const lines = [
      ' #0: 00000000a1b2c3d4 (&lock){+.+.}, at: [<00000000deadbeef>] frob_ioctl+0x10/0x100',
      ' [<00000000deadbeef>] frob_ioctl+0x10/0x100',
      ' [<ffffffff81401210>] init+0x10/0x100',
      ' [<ffffffff81401110>] frob_ioctl+0x10/0x100',
    ];
    expect(read(twice, trace(0x400000n, ...lines)).prepared.boots[0]).toMatchObject({
      state: 'solved',
      slide: 0x400000n,
      anchors: 2,
    });
  });

  it('does not ask for a map where every address has its name', () => {
    const text = `${OOPS}RIP: 0010:f+0x1/0x2\nCall Trace:\n g+0x1/0x2\n`;
    expect(read(X86, text).prepared.boots[0]?.state).toBe('not-needed');
  });
});

describe('wordings of other eras and architectures', () => {
  const anchor = ' [<ffffffff81001210>] vfs_ioctl+0x10/0x100';

  it.each([
    'RIP: 0010:[<ffffffff81001010>]  [<ffffffff81001010>] 0xffffffff81001010',
    'RIP: 0010:[<ffffffff81001010>]  [<ffffffff81001010>]',
    'RIP: 0010:[<ffffffff81001010>]',
    'IP: [<ffffffff81001010>] 0xffffffff81001010',
    'EIP is at 0xffffffff81001010',
    'PC is at 0xffffffff81001010',
    'pc : 0xffffffff81001010',
    'pc : [<ffffffff81001010>] lr : [<ffffffff81001130>] pstate: 60000145',
    'NIP [ffffffff81001010] 0xffffffff81001010',
    'epc : 0xffffffff81001010',
    'Krnl PSW : 0704c00180000000 ffffffff81001010 (0xffffffff81001010)',
  ])('%s', (line) => {
    const { first } = read(X86, `${OOPS}${line}\nCall Trace:\n${anchor}\n`);
    expect(fault(first)).toBe('frob_commit+16');
  });

  it.each([
    ' [<ffffffff81001120>] 0xffffffff81001120',
    ' [<ffffffff81001120>]',
    ' 0xffffffff81001120',
    '[c0000000fa1b7c60] [ffffffff81001120] 0xffffffff81001120',
    ' [<ffffffff81001120>] (0xffffffff81001120)',
  ])('%s', (line) => {
    const { first } = read(X86, `${OOPS}Call Trace:\n${anchor}\n${line}\n`);
    expect(names(first)).toEqual(['vfs_ioctl+16', 'frob_ioctl+32']);
  });

  it('a call that is the last instruction belongs to the function that made it', () => {
    const { first } = read(X86, `${OOPS}Call Trace:\n${anchor}\n 0xffffffff81001200\n`);
    expect(names(first)).toEqual(['vfs_ioctl+16', 'frob_ioctl+256']);
  });

  const ARM = mapOf(
    'c0008000 T _text',
    'c0101000 t unwind_backtrace',
    'c0102000 t show_stack',
    'c0103000 t ret_fast_syscall',
    'c0104000 T _etext',
  );
  it.each([
    'Function entered at [<c0101000>] from [<c0102010>]\nFunction entered at [<c0102000>] from [<c0103020>]',
    '[<c0101000>] (0xc0101000) from [<c0102010>] (0xc0102010)\n[<c0102000>] (0xc0102000) from [<c0103020>] (0xc0103020)',
    ' 0xc0101000 from 0xc0102010\n 0xc0102000 from 0xc0103020',
  ])('arm: %s', (lines) => {
    const { first } = read(
      ARM,
      `Unable to handle kernel NULL pointer dereference at virtual address 00000018\nInternal error: Oops: 17 [#1] ARM\nPC is at 0xc0101010\n${lines}\n`,
    );
    expect(first.frames.map((frame) => frame.function)).toEqual([
      'unwind_backtrace',
      'show_stack',
      'ret_fast_syscall',
    ]);
    expect(fault(first)).toBe('unwind_backtrace+16');
  });
});

describe('crash(8)', () => {
  const MOD =
    '     MODULE       NAME                  BASE          SIZE  OBJECT FILE\nffffffffc0303040  nvcache         ffffffffc0301000   20480  (not loaded)  [CONFIG_KALLSYMS]\n';
  const BT = (frame: string) =>
    [
      'crash> mod',
      `${MOD}crash> bt`,
      'PID: 145      TASK: ffff8c493fc8a100  CPU: 0    COMMAND: "x"',
      ' #0 [ffffd16b00447a80] machine_kexec at ffffffff81001010',
      ' #1 [ffffd16b00447ba0] oops_end at ffffffff81001110',
      ' #2 [ffffd16b00447c60] asm_exc_general_protection at ffffffff81001210',
      '    [exception RIP: unknown or invalid address]',
      '    RIP: ffffffffc0302234  RSP: ffffd16b00447d18  RFLAGS: 00000282',
      frame,
      ' #4 [ffffd16b00447f50] entry_SYSCALL_64_after_hwframe at ffffffff81001310',
      '',
    ].join('\n');

  it.each([
    ' #3 [ffffd16b00447d18] (unknown) at ffffffffc0302300 [nvcache]',
    ' #3 [ffffd16b00447d18] (null) at ffffffffc0302300',
    ' #3 [ffffd16b00447d18] _MODULE_TEXT_START_nvcache+4864 at ffffffffc0302300 [nvcache]',
  ])('names a module without symbols by itself, from the list of modules: %s', (frame) => {
    const [first] = readTranscript(Buffer.from(BT(frame))).readings;
    expect(first?.fault).toMatchObject({ function: '_MODULE_START_nvcache', offset: 0x1234 });
    expect(first?.frames[3]).toMatchObject({
      function: '_MODULE_START_nvcache',
      offset: 0x1300,
      module: 'nvcache',
    });
  });

  it('without the list the pseudo-symbol tells at least the module', () => {
    const text = BT(
      ' #3 [ffffd16b00447d18] _MODULE_TEXT_START_nvcache at ffffffffc0302300 [nvcache]',
    ).replace(MOD, '');
    expect(readTranscript(Buffer.from(text)).readings[0]?.frames[3]?.function).toBe('_MODULE_START_nvcache');
  });
});

describe('modules', () => {
  const KALLSYMS = mapOf(
    'ffffffff81000000 T _text',
    'ffffffff81001300 t entry_SYSCALL_64_after_hwframe',
    'ffffffff81001400 T _etext',
    'ffffffffc0301000 t nvc_get\t[nvcache]',
    'ffffffffc0301100 t nvc_put\t[nvcache]',
    'ffffffffc0301200 t nvc_end\t[nvcache]',
  );

  it('of a kallsyms are placed by what the text has of them, wherever the kernel is', () => {
    const { first } = read(
      KALLSYMS,
      `${OOPS}Call Trace:\n [<ffffffffc0505110>] nvc_put+0x10/0x100 [nvcache]\n 0xffffffffc0505020\n`,
    );
    expect(first.frames[1]).toMatchObject({ function: 'nvc_get', offset: 0x20, module: 'nvcache' });
  });

  it('that nothing places keep their addresses', () => {
    const { first } = read(KALLSYMS, `${OOPS}Call Trace:\n f+0x1/0x2\n 0xffffffffc0301020\n`);
    expect(first.frames).toHaveLength(1);
  });

  it('listed as /proc/modules does are named with their offset', () => {
    const { first } = read(
      X86,
      `nvcache 20480 1 loop, Live 0xffffffffc0301000 (OE)\n${OOPS}RIP: 0010:0xffffffffc0302234\nCall Trace:\n f+0x1/0x2\n`,
    );
    expect(first.fault).toMatchObject({
      function: '_MODULE_START_nvcache',
      offset: 0x1234,
      module: 'nvcache',
    });
  });
});

it('spans point into the original bytes', () => {
  const text = trace(0n);
  const { first } = read(X86, text);
  expect(first.frames.map(({ span }) => text.slice(span.start, span.end).trim())).toEqual([
    '0xffffffff81001120',
    '? 0xffffffff81001230',
    '0xffffffff81001340',
  ]);
});
