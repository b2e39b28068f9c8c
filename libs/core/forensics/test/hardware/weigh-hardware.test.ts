import { analyseText, CRASHED_AT, NULL_HEAD, oopsText, type OopsParts } from '../oops-text';

const soon = CRASHED_AT - 2;
const weigh = (parts: Partial<OopsParts>) => analyseText(oopsText({ head: NULL_HEAD, ...parts })).hardware;
const after = (...lines: readonly string[]) => weigh({ above: lines.map((line) => [soon, line] as const) });

const EDAC = (type: 'CE' | 'UE') =>
  `EDAC MC0: 1 ${type} memory read error on CPU_SrcID#0_Ha#0_Chan#1_DIMM#0 (channel:1 slot:0 page:0x1f4a2c offset:0xc0 grain:32 syndrome:0x0 - area:DRAM)`;
const MCE = (status: string) => `mce: [Hardware Error]: CPU 3: Machine Check: 0 Bank 7: ${status}`;
const APEI = (severity: string) => [
  '{1}[Hardware Error]: Hardware error from APEI Generic Hardware Error Source: 0',
  `{1}[Hardware Error]: event severity: ${severity}`,
];
const AER = (severity: string) =>
  `nvme 0000:01:00.0: PCIe Bus Error: severity=${severity}, type=Transaction Layer, (Receiver ID)`;
const flipped = (rbx: string): Partial<OopsParts> => ({
  head: [
    'general protection fault, probably for non-canonical address 0xfffb888104a3c518: 0000 [#1] PREEMPT SMP',
  ],
  registers: { RBX: rbx },
});

describe('signs of failing hardware', () => {
  it.each([
    ['an uncorrected machine check', [MCE('be00000000800400')], 0.95, /uncorrected machine check/],
    ['a corrected one', [MCE('8c00004000010091')], 0.35, /corrected machine checks before/],
    ['an error that ECC could not correct', [EDAC('UE')], 0.95, /could not correct \(EDAC\)/],
    ['one that it could', [EDAC('CE')], 0.35, /corrected memory errors/],
    ['a fatal record of the firmware', APEI('fatal'), 0.95, /fatal hardware error reported by firmware/],
    ['a recoverable one', APEI('recoverable'), 0.5, /not said to be fatal or corrected/],
    ['a corrected one of the firmware', APEI('corrected'), 0.25, /corrected errors reported by firmware/],
    ['an uncorrected error of PCI Express', [AER('Uncorrected (Fatal)')], 0.6, /uncorrected PCI Express/],
    ['a corrected one of PCI Express', [AER('Corrected')], 0.1, /corrected PCI Express errors/],
    ['an NMI that says why', ['NMI: PCI system error (SERR) for reason a1 on CPU 0.'], 0.85, /SERR, IOCK/],
    ['an asynchronous abort', ['SError Interrupt on CPU2, code 0xbe000411 -- SError'], 0.8, /SError/],
    ['a hot processor', ['CPU3: Core temperature above threshold, cpu clock throttled'], 0.15, /overheated/],
  ] as const)('%s', (_name, lines, weight, reason) => {
    const { value, parts } = after(...lines);
    expect(parts.map((part) => part.weight)).toEqual([weight]);
    expect(parts[0]!.reason).toMatch(reason);
    expect(parts[0]!.evidence.length).toBeGreaterThan(0);
    expect(value).toBe(weight);
  });

  it('an NMI that says nothing weighs less', () => {
    const text = [
      '[  999.000000] Uhhuh. NMI received for unknown reason 3d on CPU 5.',
      '[  999.000001] Kernel panic - not syncing: NMI: Not continuing',
      '[  999.000002] CPU: 5 PID: 0 Comm: swapper/5 Not tainted 6.1.0 #1',
      '[  999.000003] Call Trace:',
      '[  999.000004]  <NMI>',
      '[  999.000005]  panic+0x101/0x2d7',
      '[  999.000006]  unknown_nmi_error+0x6a/0x90',
      '',
    ].join('\n');
    expect(analyseText(text).hardware).toMatchObject({ value: 0.3, parts: [{ weight: 0.3 }] });
  });

  it('taint M counts, other letters do not', () => {
    expect(weigh({ taint: 'Tainted: G   M              ' }).value).toBe(0.4);
    expect(weigh({ taint: 'Tainted: G        W  OE     ' })).toEqual({ value: 0, parts: [] });
  });

  it('one flipped bit counts, two do not', () => {
    const { value, parts } = weigh(flipped('fffb888104a3c500'));
    expect(value).toBe(0.35);
    expect(parts[0]!.evidence[0]!.note).toContain('RBX: 0xffff888104a3c500');
    expect(weigh(flipped('fff3888104a3c500'))).toEqual({ value: 0, parts: [] });
  });

  it('without a sign there is no likelihood', () => {
    expect(weigh({})).toEqual({ value: 0, parts: [] });
    expect(after('usb 1-1: new high-speed USB device number 2 using xhci_hcd')).toEqual({
      value: 0,
      parts: [],
    });
  });

  it('what was long before the crash does not count', () => {
    const old = CRASHED_AT - 900;
    expect(weigh({ above: [[old, EDAC('UE')]] })).toEqual({ value: 0, parts: [] });
  });
});

describe('signs together', () => {
  it('are taken as independent: 1 − ∏(1 − weight)', () => {
    const { value } = after(EDAC('CE'), AER('Corrected'));
    expect(value).toBeCloseTo(1 - 0.65 * 0.9, 3);
  });

  it('count once however often they were printed, and show some of the lines', () => {
    const { value, parts } = after(...Array.from({ length: 40 }, () => AER('Corrected')));
    expect(value).toBe(0.1);
    expect(parts[0]!.evidence).toHaveLength(5);
  });
});

describe('hardware in the verdict', () => {
  const verdict = (parts: Partial<OopsParts>) => analyseText(oopsText({ head: NULL_HEAD, ...parts })).verdict;

  it('a corrected error does not take the verdict from what is seen, nor stand in its text', () => {
    const { class: named, text } = verdict({ above: [[soon, EDAC('CE')]] });
    expect(named).toBe('null-pointer');
    expect(text).not.toMatch(/machine reported/);
  });

  it('an error that was not corrected is where to look first', () => {
    const { class: named, text } = verdict({ above: [[soon, EDAC('UE')]] });
    expect(named).toBe('null-pointer');
    expect(text).toMatch(/machine reported trouble \(memory error that ECC could not correct \(EDAC\)\)/);
  });

  const panicAfter = (line: string, message: string) =>
    analyseText(
      [
        line,
        `Kernel panic - not syncing: ${message}`,
        'CPU: 0 PID: 1 Comm: swapper/0 Not tainted 6.1.0 #1',
        'Call Trace:',
        ' panic+0x118/0x2ed',
        ' mount_block_root+0x1d3/0x1e6',
        ' kernel_init+0x16/0x120',
        '',
      ]
        .map((one, n) => (one === '' ? one : `[   20.00000${n}] ${one}`))
        .join('\n'),
    ).verdict;

  it.each([
    ['thermal thermal_zone0: acpitz: critical temperature reached, shutting down'],
    [AER('Uncorrected (Fatal)')],
    [EDAC('CE')],
  ])('a panic of its own after “%s” is no hardware error', (line) => {
    const { class: named } = panicAfter(line, 'VFS: Unable to mount root fs on unknown-block(0,0)');
    expect(named).toBe('assertion');
  });

  it('a panic after a fatal machine check is one, whatever it says', () => {
    expect(panicAfter(MCE('be00000000800400'), 'Attempted to kill init!').class).toBe('hardware-error');
  });

  it('a bus error that came by NMI is likely, one that nothing claims a hint', () => {
    const nmi = 'NMI: PCI system error (SERR) for reason a1 on CPU 0.';
    expect(panicAfter(nmi, 'NMI: Not continuing')).toMatchObject({
      class: 'hardware-error',
      confidence: 'likely',
    });
    expect(panicAfter('random: crng init done', 'NMI: Not continuing')).toMatchObject({ confidence: 'hint' });
  });
});
