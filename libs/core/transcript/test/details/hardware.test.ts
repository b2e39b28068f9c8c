import type { CrashDetails, DetailLimits } from '../../src/index';
import { BOOT, detailsOfText, OOPS, stamped } from './reports';

describe('hardware', () => {
  const ABOVE = [
    'mce: [Hardware Error]: CPU 3: Machine Check Exception: 5 Bank 4: be00000000800400',
    'mce: [Hardware Error]: TSC 1a2b3c ADDR 7f1c2a000 MISC 86 ',
    'mce: [Hardware Error]: PROCESSOR 0:306f2 TIME 1790205585 SOCKET 1 APIC 10 microcode 49',
    'EDAC MC0: 1 CE memory read error on CPU_SrcID#0_Ha#0_Chan#1_DIMM#0 (channel:1 slot:0 page:0x12345 offset:0x680 grain:32 syndrome:0x0)',
    'pcieport 0000:00:1c.0: AER: PCIe Bus Error: severity=Uncorrected (Fatal), type=Transaction Layer, (Receiver ID)',
    '{1}[Hardware Error]: Hardware error from APEI Generic Hardware Error Source: 1',
    '{1}[Hardware Error]: event severity: fatal',
    '{1}[Hardware Error]:   physical_address: 0x0000000123456780',
    '{1}[Hardware Error]:   node: 0 card: 0 module: 1 ',
    'NMI: PCI system error (SERR) for reason b1 on CPU 0.',
    'ata1.00: failed command: READ FPDMA QUEUED',
    'I/O error, dev sda, sector 1234 op 0x0:(READ) flags 0x80700 phys_seg 1 prio class 2',
  ];
  const short = (details: CrashDetails) =>
    details.hardwareRecords.map(({ source, fatal, corrected, cpu, bank, address, location }) => [
      source,
      fatal ? 'fatal' : corrected ? 'corrected' : '-',
      cpu,
      bank,
      address?.toString(16) ?? null,
      location,
    ]);

  it('records above the crash, each with its parts', () => {
    expect(short(detailsOfText(stamped(ABOVE, 90) + stamped(OOPS)))).toEqual([
      ['mce', 'fatal', 3, 4, '7f1c2a000', 'SOCKET 1 APIC 10'],
      ['edac', 'corrected', null, null, '12345680', 'CPU_SrcID#0_Ha#0_Chan#1_DIMM#0'],
      ['aer', 'fatal', null, null, null, 'pcieport 0000:00:1c.0'],
      ['apei', 'fatal', null, null, '123456780', 'node: 0 card: 0 module: 1'],
      ['nmi', '-', 0, null, null, null],
      ['disk', '-', null, null, null, 'ata1.00'],
      ['disk', '-', null, null, null, 'sda'],
    ]);
  });

  it('of another boot, of long ago and of far above are none of it', () => {
    const count = (text: string, limits: Partial<DetailLimits> = {}) =>
      detailsOfText(text, limits).hardwareRecords.length;
    const text = stamped(ABOVE, 50) + stamped(OOPS);
    expect(count(text)).toBe(7);
    expect(count(stamped(ABOVE, 90) + stamped(BOOT, 0) + stamped(OOPS))).toBe(0);
    expect(count(text, { maxRecordSeconds: 10 })).toBe(0);
    expect(count(text, { maxRecordBytes: 200 })).toBe(2);
    expect(count(text, { maxHardwareRecords: 3 })).toBe(3);
  });
});
