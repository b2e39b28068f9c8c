import type { ValueReading } from './reading';
import { IP_PROTOCOLS, IP_SERVICES, OUI_NAMES } from './tables/devices';
import { byteAt, type Word } from './word';

const RFC_791 = 'RFC 791';
const RFC_826 = 'RFC 826';
const IEEE_802_3 = 'IEEE 802.3';

/** Something of a packet, half-open byte range of what was given. */
export interface PacketPart {
  readonly start: number;
  readonly end: number;
  readonly reading: ValueReading;
}

const be16 = (bytes: Uint8Array, at: number): number => (byteAt(bytes, at) << 8) | byteAt(bytes, at + 1);

function network(text: string, weightBits: number, source: string): ValueReading {
  return {
    kind: 'network',
    text,
    weightBits,
    confidence: weightBits >= 28 ? 'likely' : 'hint',
    details: { source },
  };
}

function isIpv4Begin(bytes: Uint8Array, at: number): boolean {
  const length = be16(bytes, at + 2);
  return (
    byteAt(bytes, at) === 0x45 && IP_SERVICES.has(byteAt(bytes, at + 1)) && length >= 20 && length <= 9216
  );
}

/** Headers that one word can show, at any distance from the word's begin. */
export function readNetwork(word: Word): ValueReading | null {
  const { bytes } = word;
  if (bytes.length < 8) return null;
  for (let at = 0; at + 4 <= 8; at++) {
    const type = be16(bytes, at);
    if (type === 0x0800 && byteAt(bytes, at + 2) === 0x45 && IP_SERVICES.has(byteAt(bytes, at + 3)))
      return network('Ethernet type IPv4 and the begin of an IPv4 header', 27, IEEE_802_3);
    if (type === 0x86dd && byteAt(bytes, at + 2) === 0x60 && byteAt(bytes, at + 3) < 0x10)
      return network('Ethernet type IPv6 and the begin of an IPv6 header', 27, IEEE_802_3);
    if (at <= 2 && type === 1 && be16(bytes, at + 2) === 0x0800 && be16(bytes, at + 4) === 0x0604)
      return network('ARP header: Ethernet, IPv4', 46, RFC_826);
  }
  // Alone, an IPv4 header is believed only with the flag that most have.
  if (isIpv4Begin(bytes, 0) && be16(bytes, 6) === 0x4000)
    return network(`IPv4 header, ${be16(bytes, 2)} bytes, don't fragment`, 30, RFC_791);
  return null;
}

/** Hardware addresses: broadcast, or of a maker that virtual machines have. */
export function readMac(word: Word, user: boolean): ValueReading | null {
  const { bytes } = word;
  if (bytes.length < 8 || user) return null;
  const oui = (byteAt(bytes, 0) << 16) | be16(bytes, 1);
  const rest = be16(bytes, 6);
  const broadcast = oui === 0xff_ffff && bytes[3] === 0xff && bytes[4] === 0xff && bytes[5] === 0xff;
  const name = broadcast ? 'broadcast' : OUI_NAMES.get(oui);
  if (name === undefined || (broadcast && (rest === 0 || (rest & 0x0100) !== 0 || (rest & 0xff) === 0xff)))
    return null;
  if (
    !broadcast &&
    (rest === 0 || (byteAt(bytes, 3) === 0 && byteAt(bytes, 4) === 0 && byteAt(bytes, 5) === 0))
  )
    return null;
  return {
    kind: 'mac-address',
    text: broadcast ? 'Ethernet broadcast address and what follows it' : `hardware address of ${name}`,
    weightBits: broadcast ? 46 : 21,
    confidence: 'hint',
    details: { name, source: IEEE_802_3 },
  };
}

const dotted = (bytes: Uint8Array, at: number): string =>
  `${byteAt(bytes, at)}.${byteAt(bytes, at + 1)}.${byteAt(bytes, at + 2)}.${byteAt(bytes, at + 3)}`;

/** RFC 1071, over the 20 bytes of a header without options. */
function isChecksumRight(bytes: Uint8Array, at: number): boolean {
  let sum = 0;
  for (let i = 0; i < 20; i += 2) sum += be16(bytes, at + i);
  sum = (sum & 0xffff) + (sum >>> 16);
  return (sum & 0xffff) + (sum >>> 16) === 0xffff;
}

/** Ethernet header that ends at `at`, if what is there has the look of one. */
function frameStart(bytes: Uint8Array, at: number, type: number): number {
  return at >= 14 && be16(bytes, at - 2) === type && (byteAt(bytes, at - 8) & 1) === 0 ? at - 14 : at;
}

function ports(bytes: Uint8Array, at: number, end: number, protocol: number): string {
  if ((protocol !== 6 && protocol !== 17) || at + 4 > end) return '';
  return `, ports ${be16(bytes, at)} to ${be16(bytes, at + 2)}`;
}

function readIpv4Packet(bytes: Uint8Array, at: number, end: number): PacketPart | null {
  const protocol = IP_PROTOCOLS.get(byteAt(bytes, at + 9));
  if (at + 20 > end || protocol === undefined || byteAt(bytes, at + 8) === 0 || !isIpv4Begin(bytes, at))
    return null;
  if (!isChecksumRight(bytes, at)) return null;
  const start = frameStart(bytes, at, 0x0800);
  const frame = start < at ? 'Ethernet frame, ' : '';
  const route = `${dotted(bytes, at + 12)} to ${dotted(bytes, at + 16)}`;
  const text = `${frame}IPv4 ${protocol}, ${be16(bytes, at + 2)} bytes, ${route}`;
  const reading = network(
    `${text}${ports(bytes, at + 20, end, byteAt(bytes, at + 9))}; its checksum is right`,
    38,
    RFC_791,
  );
  return { start, end: at + 20, reading: { ...reading, details: { ...reading.details, decoded: route } } };
}

function readArpPacket(bytes: Uint8Array, at: number, end: number): PacketPart | null {
  const operation = be16(bytes, at + 6);
  if (at + 28 > end || be16(bytes, at) !== 1 || be16(bytes, at + 2) !== 0x0800) return null;
  if (be16(bytes, at + 4) !== 0x0604 || operation < 1 || operation > 2) return null;
  const what = operation === 1 ? 'request' : 'reply';
  const route = `${dotted(bytes, at + 14)} to ${dotted(bytes, at + 24)}`;
  const reading = network(`ARP ${what}, ${route}`, 60, RFC_826);
  return { start: frameStart(bytes, at, 0x0806), end: at + 28, reading };
}

/** The packet whose IPv4 or ARP header begins at `at`; the Ethernet header before it belongs to it. */
export function readPacket(bytes: Uint8Array, at: number, end: number): PacketPart | null {
  const first = byteAt(bytes, at);
  if (first === 0x45) return readIpv4Packet(bytes, at, end);
  return first === 0 && byteAt(bytes, at + 1) === 1 ? readArpPacket(bytes, at, end) : null;
}
