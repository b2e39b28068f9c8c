/**
 * Messages of a boot that say what the machine is. `literal` is searched for first; groups `value` and `epoch` (seconds
 * since 1970). Of several rows for one fact the first that is found wins.
 */
export interface BootRow {
  readonly fact: 'version' | 'commandLine' | 'hypervisor' | 'dmi' | 'bootId' | 'clock';
  readonly literal: string;
  readonly match: RegExp;
  /** Where it stands: in the boot's first kilobytes, anywhere among its messages, or around them (the journal's own lines). */
  readonly within: 'begin' | 'boot' | 'named';
  readonly from: string;
}

export const BOOT_LINES: readonly BootRow[] = [
  {
    fact: 'version',
    within: 'begin',
    literal: 'Linux version ',
    match: /^(?<value>Linux version \d.*)/,
    from: 'init/version.c linux_banner',
  },
  {
    fact: 'commandLine',
    within: 'begin',
    literal: 'Kernel command line: ',
    match: /^Kernel command line: (?<value>.*)/,
    from: 'init/main.c print_kernel_cmdline',
  },
  {
    fact: 'commandLine',
    within: 'begin',
    literal: 'Command line: ',
    match: /^Command line: (?<value>.*)/,
    from: 'arch/x86/kernel/setup.c setup_arch',
  },
  {
    fact: 'hypervisor',
    within: 'begin',
    literal: 'Hypervisor detected: ',
    match: /^Hypervisor detected: (?<value>.*)/,
    from: 'arch/x86/kernel/cpu/hypervisor.c init_hypervisor_platform',
  },
  {
    fact: 'hypervisor',
    within: 'begin',
    literal: 'Booting paravirtualized kernel on ',
    match: /^Booting paravirtualized kernel on (?!bare hardware)(?<value>.*)/,
    from: 'arch/x86/kernel/paravirt.c default_banner',
  },
  {
    fact: 'dmi',
    within: 'begin',
    literal: 'DMI: ',
    match: /^DMI: (?<value>.*)/,
    from: 'drivers/firmware/dmi_scan.c dmi_present',
  },
  {
    fact: 'bootId',
    within: 'named',
    literal: '-- Boot ',
    match: /^-- Boot (?<value>[0-9a-f]{32}) --/,
    from: 'systemd, src/journal/journalctl-show.c show_journal',
  },
  {
    fact: 'bootId',
    within: 'named',
    literal: '_BOOT_ID=',
    match: /^_BOOT_ID=(?<value>[0-9a-f]{32})\b/,
    from: 'systemd, src/shared/logs-show.c output_export, output_verbose',
  },
  {
    fact: 'clock',
    within: 'boot',
    literal: ' setting system clock to ',
    match: /: setting system clock to (?<value>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d UTC \((?<epoch>\d{1,12})\))/,
    from: 'drivers/rtc/class.c rtc_hctosys',
  },
  {
    fact: 'clock',
    within: 'boot',
    literal: ' audit(',
    match: /^audit: type=\d+ audit\((?<value>(?<epoch>\d{1,12}\.\d{3}):\d+)\): /,
    from: 'kernel/audit.c audit_log_start, kauditd_printk_skb',
  },
];
