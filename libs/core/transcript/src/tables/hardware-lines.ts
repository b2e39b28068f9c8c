import type { HardwareRecord } from '../details/details';

/**
 * Lines that the hardware is the reason for. Groups: `cpu`, `bank`, `status` and `address` (hexadecimal), `page` and
 * `offset` (EDAC's way to say an address), `location`. `fatal` and `corrected`: what the line has to contain to be so;
 * `continues`: adds to the record of this source above it instead of beginning one.
 */
export interface HardwareRow {
  readonly match: RegExp;
  readonly source: HardwareRecord['source'];
  readonly fatal?: RegExp | true;
  readonly corrected?: RegExp | true;
  readonly continues?: true;
  readonly from: string;
}

const MCE = 'arch/x86/kernel/cpu/mce/core.c __print_mce';
const CPER = 'drivers/firmware/efi/cper.c';
const EDAC = 'drivers/edac/edac_mc.c edac_mc_handle_error';
const NMI = 'arch/x86/kernel/nmi.c';

/** One of these is in every line below; only lines that hold one are looked at. They hold a letter that is rare. */
export const HARDWARE_HINTS: readonly string[] = [
  'Error]',
  'Bank ',
  'MCE: ',
  'Uncorr',
  'Memory',
  'EDAC ',
  'Bus Er',
  'AER: ',
  'NMI: ',
  'NMI re',
  'SError',
  'EEH: ',
  'above threshold',
  'temperature reached',
  ' error, dev ',
  'failed command: ',
  'I/O er',
];

export const HARDWARE_LINES: readonly HardwareRow[] = [
  {
    match:
      /^(?:mce: )?(?:\[Hardware Error\]: )?CPU (?<cpu>\d+): Machine Check(?: Exception)?: +[0-9a-f]+ Bank (?<bank>\d+): (?<status>[0-9a-f]{1,16})/,
    source: 'mce',
    from: MCE,
  },
  {
    match:
      /^(?:mce: )?(?:\[Hardware Error\]: )?TSC [0-9a-f]+ (?:ADDR (?<address>[0-9a-f]{1,16})|MISC|PPIN|SYND|IPID|$)/,
    source: 'mce',
    continues: true,
    from: MCE,
  },
  {
    match:
      /^(?:mce: )?(?:\[Hardware Error\]: )?PROCESSOR \d+:[0-9a-f]+ TIME \d+ (?<location>SOCKET \d+ APIC [0-9a-f]+)/,
    source: 'mce',
    continues: true,
    from: MCE,
  },
  {
    match:
      /^(?:mce: )?\[Hardware Error\]: CPU:(?<cpu>\d+) \([0-9a-f:]{1,16}\) MC(?<bank>\d+)_STATUS\[[^\]]{0,80}\]: 0x(?<status>[0-9a-f]{1,16})/,
    source: 'mce',
    from: 'drivers/edac/mce_amd.c amd_decode_mce',
  },
  {
    match: /^(?:mce: )?\[Hardware Error\]: (?:MC\d+ )?Error Addr(?:ess)?: 0x(?<address>[0-9a-f]{1,16})/,
    source: 'mce',
    continues: true,
    from: 'drivers/edac/mce_amd.c amd_decode_mce',
  },
  {
    match: /^MCE: CPU(?<cpu>\d+): machine check \(/,
    source: 'mce',
    fatal: /\[Not recovered\]/,
    from: 'arch/powerpc/kernel/mce.c machine_check_print_event_info',
  },
  {
    match: /^(?:mce: )?(?:Uncorrected hardware memory error|Memory failure: 0x[0-9a-f]+: )/,
    source: 'mce',
    from: 'arch/x86/kernel/cpu/mce/core.c kill_me_maybe; mm/memory-failure.c',
  },
  {
    match:
      /^EDAC (?:\w+ )?(?:MC\d+|\w+): \d+ (?:CE|UE) .{0,200}? ?on (?<location>.{1,200}?) \(.{0,120}?page:0x(?<page>[0-9a-f]+) offset:0x(?<offset>[0-9a-f]+)/,
    source: 'edac',
    corrected: /: \d+ CE /,
    from: EDAC,
  },
  {
    match:
      /^EDAC MC\d+: (?:CE|UE) page 0x(?<page>[0-9a-f]+), offset 0x(?<offset>[0-9a-f]+), .{0,120}label "(?<location>[^"]{0,120})"/,
    source: 'edac',
    corrected: /: CE page/,
    from: 'drivers/edac/edac_mc.c edac_mc_handle_ce, edac_mc_handle_ue (to 3.4)',
  },
  {
    match:
      /^(?<location>[\w.-]{1,32} [0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.\d): (?:AER: )?PCIe Bus Error: severity=/,
    source: 'aer',
    fatal: /severity=Uncorrect(?:ed|able) \(Fatal\)/,
    corrected: /severity=Corrected/,
    from: 'drivers/pci/pcie/aer.c aer_print_error',
  },
  {
    match:
      /^[\w.-]{1,32} [0-9a-f:.]{12}: AER: (?:Multiple )?(?:Corrected|Uncorrect\w+ \([\w-]+\)) error (?:message )?received: (?:from )?(?:id=)?(?<location>[0-9a-f:.]{4,12})/,
    source: 'aer',
    fatal: /\(Fatal\)/,
    corrected: /Corrected error/,
    from: 'drivers/pci/pcie/aer.c aer_print_port_info',
  },
  {
    match: /^\{\d+\}\[Hardware Error\]: (?:Hardware error from APEI|APEI generic hardware error)/,
    source: 'apei',
    from: 'drivers/acpi/apei/ghes.c __ghes_print_estatus',
  },
  {
    match: /^\{\d+\}\[Hardware Error\]: event severity: /,
    source: 'apei',
    continues: true,
    fatal: /severity: fatal/,
    corrected: /severity: corrected/,
    from: `${CPER} cper_estatus_print`,
  },
  {
    match: /^\{\d+\}\[Hardware Error\]: +physical_address: 0x(?<address>[0-9a-f]{1,16})/,
    source: 'apei',
    continues: true,
    from: `${CPER} cper_print_mem`,
  },
  {
    match:
      /^\{\d+\}\[Hardware Error\]: +(?:DIMM location: (?<location>not present|.{1,120}?)\s*$|(?<at>node: ?\d.{0,120}))/,
    source: 'apei',
    continues: true,
    from: `${CPER} cper_print_mem, cper_mem_err_location`,
  },
  {
    match: /^\{\d+\}\[Hardware Error\]: +device_id: (?<location>[0-9a-f:.]{7,12})/,
    source: 'apei',
    continues: true,
    from: `${CPER} cper_print_pcie`,
  },
  {
    match:
      /^NMI: (?:PCI system error \(SERR\)|IOCK error \(debug interrupt\?\)|Memory parity error|memory parity error)[^\n]{0,20} for reason [0-9a-f]{2} on CPU (?<cpu>\d+)/,
    source: 'nmi',
    from: `${NMI} pci_serr_error, io_check_error, mem_parity_error`,
  },
  {
    match: /^NMI: IOCK error|^NMI: PCI system error/,
    source: 'nmi',
    from: 'arch/x86/kernel/traps.c (to 2.6.38)',
  },
  {
    match: /^Uhhuh\. NMI received(?: for unknown reason [0-9a-f]{2} on CPU (?<cpu>\d+))?/,
    source: 'nmi',
    from: `${NMI} unknown_nmi_error`,
  },
  {
    match: /^SError Interrupt on CPU(?<cpu>\d+), code 0x(?<status>[0-9a-f]{8,16})/,
    source: 'serror',
    fatal: true,
    from: 'arch/arm64/kernel/traps.c arm64_serror_panic',
  },
  {
    match:
      /^(?:mce: )?CPU(?<cpu>\d+): (?:Core|Package|Temperature)(?: temperature)? above threshold|^CPU\d+: Temperature above threshold/,
    source: 'thermal',
    corrected: true,
    from: 'drivers/thermal/intel/therm_throt.c therm_throt_process',
  },
  {
    match: /^thermal (?<location>\S{1,40}): .{1,40}: critical temperature reached/,
    source: 'thermal',
    fatal: true,
    from: 'drivers/thermal/thermal_core.c handle_critical_trips',
  },
  {
    match: /^EEH: (?:Frozen (?<location>P[HE]B?#\S{1,40})|.{1,40}has failed|Unable to recover)/,
    source: 'pci',
    fatal: /Unable to recover|has failed/,
    from: 'arch/powerpc/kernel/eeh.c eeh_dev_check_failure, eeh_driver.c',
  },
  {
    match: /^(?<location>ata\d+(?:\.\d+)?): failed command: /,
    source: 'disk',
    from: 'drivers/ata/libata-eh.c ata_eh_link_report',
  },
  {
    match:
      /^(?:blk_update_request: |end_request: |print_req_error: )?(?:critical (?:medium|target|space allocation) error|(?:recoverable transport )?I\/O error), dev (?<location>[\w/.-]{1,32}), sector /,
    source: 'disk',
    from: 'block/blk-mq.c blk_print_req_error; block/blk-core.c blk_update_request (to 5.15)',
  },
  {
    match: /^Buffer I\/O error on (?:dev|device) (?<location>[\w/.-]{1,32}), /,
    source: 'disk',
    from: 'fs/buffer.c buffer_io_error',
  },
];
