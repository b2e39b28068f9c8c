import type { Layout } from './layout';
import type { ValueReading } from './reading';
import { byteAt, type Word } from './word';

/**
 * Stack canary: random, its first byte in memory zero on 64-bit machines (CANARY_MASK in include/linux/stackprotector.h).
 * Told only of words that the text calls one: one random word in 256 has the same look.
 */
export function readCanary(word: Word, layout: Layout): ValueReading | null {
  if (layout.context.role !== 'canary' || layout.context.widthBits !== 64 || word.bytes[0] !== 0) return null;
  if (word.hi === 0 || word.lo === 0) return null;
  return {
    kind: 'stack-canary',
    text: 'has the form of a stack canary (random, its first byte zero)',
    weightBits: 8,
    confidence: 'hint',
    details: { source: 'include/linux/stackprotector.h' },
  };
}

const hexByte = (byte: number): string => byte.toString(16).padStart(2, '0');

/** Text form of 16 bytes. */
export function spellUuid(bytes: Uint8Array, at: number): string {
  let text = '';
  for (let i = 0; i < 16; i++) {
    text += hexByte(byteAt(bytes, at + i));
    if (i === 3 || i === 5 || i === 7 || i === 9) text += '-';
  }
  return text;
}

/** 2015-01-01 and 2035-01-01 UTC: version 7 identifiers are of these years. */
const FROM_MS = 1_420_070_400_000;
const TO_MS = 2_051_222_400_000;

/** A UUID in 16 bytes: of any version where the text says it is one, else only one that carries a plausible time. */
export function readUuid(bytes: Uint8Array, at: number, told: boolean): ValueReading | null {
  const version = byteAt(bytes, at + 6) >>> 4;
  if (byteAt(bytes, at + 8) >>> 6 !== 2 || version < 1 || version > 8) return null;
  let ms = 0;
  for (let i = 0; i < 6; i++) ms = ms * 256 + byteAt(bytes, at + i);
  const timed = version === 7 && ms >= FROM_MS && ms <= TO_MS;
  if (!told && !timed) return null;
  return {
    kind: 'uuid',
    text: `UUID ${spellUuid(bytes, at)}, version ${version}`,
    weightBits: timed ? 15 : 6,
    confidence: told ? 'likely' : 'hint',
    details: { decoded: spellUuid(bytes, at), source: 'RFC 9562' },
  };
}
