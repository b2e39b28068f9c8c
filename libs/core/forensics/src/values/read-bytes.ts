import { readUuid } from './identity';
import { readPacket } from './network';
import type { BytesReading, ValueContext, ValueReading } from './reading';
import { isTextByte, spell, textBits } from './text';
import { readUsb } from './usb';
import { byteAt } from './word';

/** Bytes that are looked at; what a text dumps of one object is far less. */
export const BYTES_LIMIT = 65_536;

/** Every offset is a try, so a run must say more than a single word. */
const NEED_ASCII_BITS = 26;
const NEED_UTF16_BITS = 48;
const NEED_USB_BITS = 30;
const UTF16_ZERO_BITS = 8;
const SPELL_LIMIT = 120;

function text(kind: 'ascii' | 'utf-16', decoded: string, weightBits: number): ValueReading {
  const shown = decoded.length > SPELL_LIMIT ? `${decoded.slice(0, SPELL_LIMIT)}…` : decoded;
  return {
    kind,
    text: `${kind === 'ascii' ? 'ASCII' : 'UTF-16LE'} "${shown}"`,
    weightBits,
    confidence: 'likely',
    details: { decoded },
  };
}

/** First byte in a range that is walled off; `end` where none is. */
function wallIn(walls: Uint8Array | null, start: number, end: number): number {
  if (walls === null) return end;
  for (let i = start; i < end; i++) if (walls[i] === 1) return i;
  return end;
}

function readAsciiRun(bytes: Uint8Array, at: number, end: number): BytesReading | number {
  let bits = 0;
  let stop = at;
  while (stop < end && isTextByte(byteAt(bytes, stop))) {
    bits += textBits(byteAt(bytes, stop), stop === at ? 0 : byteAt(bytes, stop - 1));
    stop++;
  }
  if (stop - at < 6 || bits < NEED_ASCII_BITS) return stop;
  return { start: at, end: stop, reading: text('ascii', spell(bytes, at, stop, 1), bits) };
}

function readUtf16Run(bytes: Uint8Array, at: number, end: number): BytesReading | null {
  let bits = 0;
  let stop = at;
  while (stop + 1 < end && bytes[stop + 1] === 0 && isTextByte(byteAt(bytes, stop))) {
    bits += textBits(byteAt(bytes, stop), stop === at ? 0 : byteAt(bytes, stop - 2)) + UTF16_ZERO_BITS;
    stop += 2;
  }
  if (stop - at < 8 || bits < NEED_UTF16_BITS) return null;
  return { start: at, end: stop, reading: text('utf-16', spell(bytes, at, stop, 2), bits) };
}

function readStructured(bytes: Uint8Array, at: number, wall: number, told: boolean): BytesReading | null {
  const usb = readUsb(bytes, at, wall);
  if (usb !== null && usb.reading.weightBits >= NEED_USB_BITS)
    return { start: at, end: Math.min(at + usb.lengthBytes, wall), reading: usb.reading };
  const packet = readPacket(bytes, at, wall);
  if (packet !== null) return packet;
  if ((at & 7) !== 0 || at + 16 > wall) return null;
  const uuid = readUuid(bytes, at, told);
  return uuid === null ? null : { start: at, end: at + 16, reading: uuid };
}

/** What stands in bytes, none of which overlap; `walls` marks bytes that are known to be something else. */
export function scanBytes(
  bytes: Uint8Array,
  walls: Uint8Array | null,
  context: ValueContext,
): BytesReading[] {
  const readings: BytesReading[] = [];
  const limit = Math.min(bytes.length, BYTES_LIMIT);
  const told = context.role === 'uuid';
  let wall = wallIn(walls, 0, limit);
  let plainUntil = 0;
  for (let at = 0; at < limit;) {
    if (at >= wall) {
      if (walls?.[at] === 1) {
        at++;
        continue;
      }
      wall = wallIn(walls, at, limit);
    }
    const found = readStructured(bytes, at, wall, told) ?? readUtf16Run(bytes, at, wall);
    const run = found ?? (at >= plainUntil ? readAsciiRun(bytes, at, wall) : plainUntil);
    if (typeof run === 'number') {
      // A run that is too short stays so from every later byte of it; other things may begin there.
      plainUntil = run;
      at++;
      continue;
    }
    const last = readings[readings.length - 1];
    // The Ethernet header before a packet may have been taken for something else.
    if (last !== undefined && last.end > run.start) readings.pop();
    readings.push(run);
    at = run.end;
  }
  return readings;
}

/**
 * What a run of bytes in memory order holds: text, USB descriptors, packets, UUIDs, at any alignment. Readings do not
 * overlap and come in order. Bytes behind the first 65,536 are not looked at.
 */
export function readBytes(bytes: Uint8Array, context: ValueContext): BytesReading[] {
  return scanBytes(bytes, null, context);
}
