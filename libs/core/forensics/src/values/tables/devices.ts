/** Numbers that standards bodies gave out. What a table lacks is not recognised; none is meant to be complete. */

/** First bytes of cards that virtual machines have: makers that people know by their numbers. IEEE OUI registry. */
export const OUI_NAMES: ReadonlyMap<number, string> = new Map([
  [0x525400, 'QEMU/KVM'],
  [0x005056, 'VMware'],
  [0x000c29, 'VMware'],
  [0x080027, 'VirtualBox'],
  [0x00163e, 'Xen'],
  [0x00155d, 'Hyper-V'],
  [0x0242ac, 'Docker'],
]);

/** IPv4 protocol numbers; IANA, Assigned Internet Protocol Numbers. */
export const IP_PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [1, 'ICMP'],
  [2, 'IGMP'],
  [6, 'TCP'],
  [17, 'UDP'],
  [47, 'GRE'],
  [50, 'ESP'],
  [58, 'ICMPv6'],
  [89, 'OSPF'],
  [132, 'SCTP'],
]);

/** Type of service bytes that are met: best effort, the four of RFC 1349, ECN, the common code points. */
export const IP_SERVICES: ReadonlySet<number> = new Set([
  0x00, 0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x28, 0x48, 0x68, 0x88, 0xb8, 0xc0, 0xe0,
]);

/** Makers of what sits in servers and virtual machines; include/linux/pci_ids.h. */
export const PCI_VENDORS: ReadonlyMap<number, string> = new Map([
  [0x1002, 'AMD/ATI'],
  [0x1022, 'AMD'],
  [0x1000, 'LSI'],
  [0x10de, 'NVIDIA'],
  [0x10ec, 'Realtek'],
  [0x1137, 'Cisco'],
  [0x1234, 'QEMU VGA'],
  [0x1425, 'Chelsio'],
  [0x144d, 'Samsung'],
  [0x14e4, 'Broadcom'],
  [0x15ad, 'VMware'],
  [0x15b3, 'Mellanox'],
  [0x1af4, 'virtio'],
  [0x1b36, 'Red Hat'],
  [0x1c5c, 'SK hynix'],
  [0x1d0f, 'Amazon'],
  [0x1077, 'QLogic'],
  [0x1414, 'Microsoft'],
  [0x8086, 'Intel'],
  [0x9005, 'Adaptec'],
]);

/** bDeviceClass and bInterfaceClass values in use; usb.org, defined class codes. */
export const USB_CLASSES: ReadonlyMap<number, string> = new Map([
  [0x00, 'class per interface'],
  [0x01, 'audio'],
  [0x02, 'communications'],
  [0x03, 'HID'],
  [0x05, 'physical'],
  [0x06, 'image'],
  [0x07, 'printer'],
  [0x08, 'mass storage'],
  [0x09, 'hub'],
  [0x0a, 'CDC data'],
  [0x0b, 'smart card'],
  [0x0d, 'content security'],
  [0x0e, 'video'],
  [0x0f, 'health'],
  [0xdc, 'diagnostic'],
  [0xe0, 'wireless controller'],
  [0xef, 'miscellaneous'],
  [0xfe, 'application specific'],
  [0xff, 'vendor specific'],
]);
