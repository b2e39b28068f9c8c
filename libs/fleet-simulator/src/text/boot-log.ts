import type { Scene, TextLine } from '../scene';

/** What a host's kernel says while it boots, its real-time clock among it. @param bootedAtMs by the host's own clock */
export function bootLog(scene: Scene, bootedAtMs: number): TextLine[] {
  const { release, branch, model } = scene;
  const set = new Date(bootedAtMs).toISOString().slice(0, 19);
  const iso = branch.version < 500 ? set.replace('T', ' ') : set;
  const rows: readonly (readonly [number, string])[] = [
    [
      0,
      `Linux version ${release} (build@builder) (gcc (GCC) 12.2.0, GNU ld 2.40) ${branch.build(release)} SMP`,
    ],
    [0, `Command line: BOOT_IMAGE=/boot/vmlinuz-${release} root=/dev/mapper/vg-root ro crashkernel=512M`],
    [0.000012, `DMI: ${model.hardware}`],
    [0.318, 'smpboot: Allowing 64 CPUs, 0 hotplug CPUs'],
    [1.62, 'PCI: Using configuration type 1 for base access'],
    [2.07, `rtc_cmos 00:04: setting system clock to ${iso} UTC (${Math.floor(bootedAtMs / 1000)})`],
    [3.4, 'SCSI subsystem initialized'],
    [4.1, 'nvme nvme0: 64/0/0 default/read/poll queues'],
    [6.9, 'EXT4-fs (dm-0): mounted filesystem with ordered data mode. Quota mode: none.'],
    [9.2, 'IPv6: ADDRCONF(NETDEV_CHANGE): eth0: link becomes ready'],
  ];
  return rows.map(([seconds, text]) => ({ seconds, text, level: 6 }));
}
