import type { ValueReading } from './reading';
import { isTextByte, spell } from './text';
import { USB_CLASSES } from './tables/devices';
import { byteAt, hex } from './word';

/** A descriptor of which the given bytes show the begin. */
export interface UsbDescriptor {
  readonly lengthBytes: number;
  readonly reading: ValueReading;
}

const SPEC = 'USB 2.0 specification, chapter 9.6';
const HID_SPEC = 'USB HID 1.11, 6.2.1';

const VERSIONS: readonly number[] = [0x0100, 0x0110, 0x0200, 0x0201, 0x0210, 0x0250, 0x0300, 0x0310, 0x0320];
const PACKET_SIZES: readonly number[] = [8, 16, 32, 64, 128, 256, 512, 1024];
const le16 = (bytes: Uint8Array, at: number): number => byteAt(bytes, at) | (byteAt(bytes, at + 1) << 8);

function found(
  lengthBytes: number,
  text: string,
  weightBits: number,
  decoded?: string,
  source = SPEC,
): UsbDescriptor {
  return {
    lengthBytes,
    reading: {
      kind: 'usb-descriptor',
      text: `USB ${text}`,
      weightBits,
      confidence: weightBits >= 30 ? 'likely' : 'hint',
      details: { lengthBytes, source, ...(decoded === undefined ? {} : { decoded }) },
    },
  };
}

function readString(bytes: Uint8Array, at: number, end: number): UsbDescriptor | null {
  const length = byteAt(bytes, at);
  if (length < 4 || (length & 1) !== 0) return null;
  const last = Math.min(at + length, end);
  let text = at + 2;
  while (text + 1 < last && byteAt(bytes, text + 1) === 0 && isTextByte(byteAt(bytes, text))) text += 2;
  const characters = (text - at - 2) / 2;
  const complete = at + length <= end;
  if (characters < 2 || text + 1 < last || (characters < 3 && !complete)) return null;
  const decoded = spell(bytes, at + 2, text, 2);
  const more = complete ? '' : '…';
  return found(
    length,
    `string descriptor, ${length} bytes, "${decoded}${more}"`,
    8 + 1 + 9 * characters,
    decoded,
  );
}

function readDevice(bytes: Uint8Array, at: number): UsbDescriptor | null {
  const kind = USB_CLASSES.get(byteAt(bytes, at + 4));
  const packet = byteAt(bytes, at + 7);
  if (byteAt(bytes, at) !== 18 || kind === undefined || !VERSIONS.includes(le16(bytes, at + 2))) return null;
  if (packet !== 9 && (packet > 64 || !PACKET_SIZES.includes(packet))) return null;
  return found(
    18,
    `device descriptor, USB ${byteAt(bytes, at + 3)}.${byteAt(bytes, at + 2) >> 4}, ${kind}`,
    38,
  );
}

function readConfiguration(bytes: Uint8Array, at: number): UsbDescriptor | null {
  const total = le16(bytes, at + 2);
  const interfaces = byteAt(bytes, at + 4);
  const attributes = byteAt(bytes, at + 7);
  if (byteAt(bytes, at) !== 9 || total < 9 || total > 4096 || interfaces < 1 || interfaces > 32) return null;
  if ((attributes & 0x9f) !== 0x80 || byteAt(bytes, at + 5) > 8) return null;
  return found(
    9,
    `configuration descriptor, ${total} bytes in all, ${interfaces} interface${interfaces === 1 ? '' : 's'}`,
    31,
  );
}

function readInterface(bytes: Uint8Array, at: number): UsbDescriptor | null {
  const kind = USB_CLASSES.get(byteAt(bytes, at + 5));
  if (byteAt(bytes, at) !== 9 || kind === undefined || byteAt(bytes, at + 5) === 0) return null;
  if (byteAt(bytes, at + 2) >= 16 || byteAt(bytes, at + 3) >= 16 || byteAt(bytes, at + 4) > 16) return null;
  return found(9, `interface descriptor, number ${byteAt(bytes, at + 2)}, ${kind}`, 31);
}

const TRANSFERS = ['control', 'isochronous', 'bulk', 'interrupt'];

function readEndpoint(bytes: Uint8Array, at: number): UsbDescriptor | null {
  const address = byteAt(bytes, at + 2);
  const attributes = byteAt(bytes, at + 3);
  if (byteAt(bytes, at) !== 7 || (address & 0x70) !== 0 || (address & 0x0f) === 0) return null;
  if (attributes >= 0x40 || !PACKET_SIZES.includes(le16(bytes, at + 4))) return null;
  if (attributes > 3 && (attributes & 3) !== 1) return null;
  const way = (address & 0x80) === 0 ? 'out' : 'in';
  return found(7, `endpoint descriptor, ${hex(address)} ${way}, ${TRANSFERS[attributes & 3] ?? ''}`, 32);
}

function readHid(bytes: Uint8Array, at: number): UsbDescriptor | null {
  const version = le16(bytes, at + 2);
  if (byteAt(bytes, at) !== 9 || (version !== 0x0100 && version !== 0x0110 && version !== 0x0111))
    return null;
  if (byteAt(bytes, at + 4) > 35 || byteAt(bytes, at + 5) !== 1 || byteAt(bytes, at + 6) !== 0x22)
    return null;
  return found(9, 'HID descriptor', 48, undefined, HID_SPEC);
}

/** The descriptor that begins at `at`, of which eight bytes at least are before `end` (or all of it). */
export function readUsb(bytes: Uint8Array, at: number, end: number): UsbDescriptor | null {
  const length = byteAt(bytes, at);
  if (end - at < Math.min(length, 8)) return null;
  switch (byteAt(bytes, at + 1)) {
    case 1:
      return readDevice(bytes, at);
    case 2:
      return readConfiguration(bytes, at);
    case 3:
      return readString(bytes, at, end);
    case 4:
      return readInterface(bytes, at);
    case 5:
      return readEndpoint(bytes, at);
    case 0x21:
      return readHid(bytes, at);
    default:
      return null;
  }
}
