import { describeEras, detailsOf, type Era } from './era';

const ERAS: readonly Era[] = [
  {
    name: 'arm64',
    arch: 'arm64',
    lines: [
      'Unable to handle kernel NULL pointer dereference at virtual address 0000000000000018',
      'Mem abort info:',
      '  ESR = 0x0000000096000045',
      '  EC = 0x25: DABT (current EL), IL = 32 bits',
      '  SET = 0, FnV = 0',
      '  FSC = 0x05: level 1 translation fault',
      'Data abort info:',
      '  ISV = 0, ISS = 0x00000045',
      '  CM = 0, WnR = 1',
      'user pgtable: 4k pages, 48-bit VAs, pgdp=0000000042efd000',
      '[0000000000000018] pgd=0800000042efd003, p4d=0800000042efd003, pud=0000000000000000',
      'Internal error: Oops: 0000000096000045 [#1] PREEMPT SMP',
      'CPU: 0 PID: 163 Comm: sh Not tainted 6.1.0-50-arm64 #1',
      'pstate: 60400005 (nZCv daif +PAN -UAO -TCO -DIT -SSBS BTYPE=--)',
      'pc : frob_commit+0x2c/0x90 [frobnic]',
      'lr : frob_ioctl+0x1a4/0x5c0 [frobnic]',
      'sp : ffff8000105e3cf0',
      'pmr_save: 000000e0',
      'x29: ffff8000105e3cf0 x28: ffff4ed2c2e7adc0 x27: 0000000000000000',
      'x2 : 0000000000000002 x1 : ffff4ed2c2e7adc0 x0 : 000000000000002e',
      'Call trace:',
      ' frob_commit+0x2c/0x90 [frobnic]',
      ' el0_svc+0x2c/0x90',
      'Code: d5184101 f9000bf3 aa0003f3 b4000040 (f9400293) ',
    ],
    fault: { pstate: '60400005', sp: 'ffff8000105e3cf0', pmr_save: 'e0', x29: 'ffff8000105e3cf0', x0: '2e' },
    code: [16, [0x93, 0x02, 0x40, 0xf9]],
    address: ['18', 'headline', true],
    trap: ['96000045', 'esr', 'write not-present level-1'],
  },
  {
    name: 'arm64, 4.4: pointers in brackets in one line',
    arch: 'arm64',
    lines: [
      'Unable to handle kernel paging request at virtual address dead000000000108',
      'Internal error: Oops: 96000004 [#1] PREEMPT SMP',
      'CPU: 0 PID: 163 Comm: sh Not tainted 4.4.0-21-generic #1',
      'PC is at frob_commit+0x2c/0x90 [frobnic]',
      'LR is at frob_ioctl+0x1a4/0x5c0 [frobnic]',
      'pc : [<ffffffc0004a1b2c>] lr : [<ffffffc0004a1ba4>] pstate: 60000145',
      'sp : ffffffc0be8d3cf0',
      'x29: ffffffc0be8d3cf0 x28: ffffffc0be8d0000 ',
      'Call trace:',
      '[<ffffffc0004a1b2c>] frob_commit+0x2c/0x90 [frobnic]',
    ],
    fault: { pc: 'ffffffc0004a1b2c', lr: 'ffffffc0004a1ba4', pstate: '60000145', x28: 'ffffffc0be8d0000' },
    address: ['dead000000000108', 'headline', true],
    trap: ['96000004', 'esr', 'read not-present level-0'],
  },
  {
    name: 'arm',
    arch: 'arm',
    lines: [
      'Unable to handle kernel NULL pointer dereference at virtual address 00000018',
      'pgd = 5b0c1f1d',
      '[00000018] *pgd=00000000',
      'Internal error: Oops: 805 [#1] SMP ARM',
      'CPU: 2 PID: 1187 Comm: fetcher Not tainted 6.1.0-39-armmp #1',
      'PC is at frob_commit+0x2c/0x90 [frobnic]',
      'LR is at frob_ioctl+0x1a4/0x5c0 [frobnic]',
      'pc : [<bf01b2cc>]    lr : [<bf01b3a4>]    psr: 60000013',
      'sp : f0a1bd40  ip : 00000000  fp : f0a1bd54',
      'r10: 0000000a  r9 : c4a1a000  r8 : 00000000',
      'r3 : 00000003  r2 : 00000000  r1 : c4a1b040  r0 : 00000018',
      'Flags: nZCv  IRQs on  FIQs on  Mode SVC_32  ISA ARM  Segment none',
      'Control: 10c5387d  Table: 44a1406a  DAC: 00000051',
      'Call trace: ',
      ' frob_commit [frobnic] from frob_ioctl+0x1a4/0x5c0 [frobnic]',
      'Code: e1a00003 eb0000a1 e89da8f0 e7f001f2 (e5834000) ',
    ],
    fault: {
      pc: 'bf01b2cc',
      lr: 'bf01b3a4',
      cpsr: '60000013',
      fp: 'f0a1bd54',
      r10: 'a',
      r0: '18',
      dac: '51',
    },
    code: [16, [0x00, 0x40, 0x83, 0xe5]],
    address: ['18', 'headline', true],
    trap: ['805', 'fsr', 'write not-present'],
  },
];

describeEras(ERAS);

it('page tables are read in each wording', () => {
  const levels = (wanted: string) =>
    detailsOf(ERAS.find(({ name }) => name === wanted)?.lines ?? []).pageTable.map(
      ({ level, value }) => `${level} ${value.toString(16)}`,
    );
  expect(levels('arm64')).toEqual(['pgd 800000042efd003', 'p4d 800000042efd003', 'pud 0']);
  expect(levels('arm')).toEqual(['pgd 0']);
});
