import { readKernelAddress, readKnownRange } from './area';
import { readBitFlip, readExactFlip, readShifted, readTruncated } from './broken-pointer';
import { readFloating } from './floating';
import { readFreelist } from './freelist';
import { readGfp } from './gfp';
import { readCanary } from './identity';
import { readKasanShadow } from './kasan';
import { layoutOf, sideOf, type Layout } from './layout';
import { readMac, readNetwork } from './network';
import { readConstant, readError, readPerCpuOffset, readSmall } from './numbers';
import { readPci } from './pci';
import { readPoison, readPoisonPart } from './poison';
import type { ValueContext, ValueReading } from './reading';
import { readAscii, readUtf16 } from './text';
import { readJiffies, readSinceBoot, readTimestamp } from './time';
import { readUsb } from './usb';
import { hex, toWord, type Word } from './word';

/** Several look at each register of a crash; more values than it has are not remembered. */
const MAX_REMEMBERED = 256;

/** User addresses below this are numbers first: programs are not loaded there. */
const USER_FROM_LO = 0x1_0000;

/** Whether the text says enough for "no address" to be more than a guess. */
function knowsBits({ arch, pagingLevels, vaBits }: ValueContext, wide: boolean): boolean {
  if (arch === 'x86_64') return pagingLevels !== null || !wide;
  return (arch === 'arm64' || arch === 'riscv') && vaBits !== null;
}

function readNonCanonical(word: Word, layout: Layout): ValueReading {
  const { arch, pagingLevels } = layout.context;
  const wide = arch === 'x86_64' && pagingLevels !== 5 && (word.hi < 0x0100_0000 || word.hi >= 0xff00_0000);
  const tagged = arch === 'arm64' ? readTaggedAddress(word, layout) : null;
  if (tagged !== null) return tagged;
  return {
    kind: 'non-canonical',
    text: wide ? 'not canonical but with five-level paging' : 'not canonical: no address of this machine',
    weightBits: 0,
    confidence: knowsBits(layout.context, wide) ? 'certain' : 'hint',
    details: {},
  };
}

/** arm64 keeps a tag in the top byte of addresses (KASAN_SW_TAGS, MTE); the kernel's own are f0 and up. */
function readTaggedAddress(word: Word, layout: Layout): ValueReading | null {
  const tag = word.hi >>> 24;
  const hi = (word.hi | 0xff00_0000) >>> 0;
  if (tag < 0xf0 || hi < layout.kernelStartHi) return null;
  const target = word.value | (0xffn << 56n);
  const untagged = toWord(target, layout.context);
  const area = untagged === null ? null : readKernelAddress(untagged, layout);
  if (area === null) return null;
  const text = `${area.text}, if the kernel tags addresses (tag ${hex(tag)})`;
  return { ...area, text, weightBits: 12, confidence: 'hint', details: { ...area.details, target } };
}

function readUserAddress(word: Word): ValueReading {
  return {
    kind: 'user-address',
    text: word.hi === 0 ? 'number below 4 GiB, or an address of user space' : 'address of user space',
    weightBits: word.hi === 0 ? 4 : 17,
    confidence: word.hi >= 0x5500 ? 'likely' : 'hint',
    details: { area: 'user' },
  };
}

/** What bytes that are no kernel address may be. */
function readData(word: Word, layout: Layout, user: boolean): ValueReading[] {
  const readings: ValueReading[] = [];
  const add = (reading: ValueReading | null | undefined) => {
    if (reading !== null && reading !== undefined) readings.push(reading);
  };
  if (word.bytes.length === 8) {
    add(readUsb(word.bytes, 0, 8)?.reading);
    add(readUtf16(word));
    if (!user) add(readNetwork(word));
    add(readMac(word, user));
    add(readPci(word, layout));
    if (!user) add(readFloating(word));
    add(readSinceBoot(word, layout));
  } else {
    add(readPci(word, layout));
  }
  add(readAscii(word, layout));
  add(readTimestamp(word, layout));
  add(readJiffies(word, layout));
  return readings;
}

/** Broken addresses: asked of what is none, or too narrow to be one. */
function readBroken(word: Word, layout: Layout): ValueReading[] {
  if (layout.context.widthBits !== 64) return [];
  const broken =
    word.hi === 0
      ? [readTruncated(word, layout)]
      : [readKasanShadow(word, layout), readBitFlip(word, layout)];
  const found = broken.filter((one) => one !== null);
  if (found.length > 0 || word.hi === 0) return found;
  const shifted = readShifted(word, layout);
  return shifted === null ? [] : [shifted];
}

function readTold(word: Word, layout: Layout): ValueReading[] {
  if (layout.context.role === 'any' || layout.context.role === 'address') return [];
  const told = [
    readGfp(word, layout.context),
    readPerCpuOffset(word, layout),
    readCanary(word, layout),
    readFreelist(word, layout),
  ];
  return told.filter((one) => one !== null);
}

const KERNEL_HALF: ValueReading = {
  kind: 'kernel-address',
  text: 'on the kernel’s side, in no area that is documented',
  weightBits: 1,
  confidence: 'hint',
  details: { area: 'unused-hole' },
};

/** `null`: it is no address after all. */
function readKernelSide(word: Word, layout: Layout): ValueReading[] | null {
  const error = readError(word, layout);
  if (error !== null) return [error];
  const poison = readPoison(word, layout);
  const readings = [poison, readKnownRange(word, layout), readKernelAddress(word, layout)].filter(
    (one) => one !== null,
  );
  // An address in a hole is broken: nothing is ever mapped there.
  if (readings.at(-1)?.details.area?.endsWith('hole') === true && readings.length === 1) {
    const flip = readExactFlip(word, layout);
    return flip === null ? readings : [flip, ...readings];
  }
  if (readings.length > 0) return readings;
  // Half of all words and more are on the kernel's side where addresses are not extended by their sign.
  return layout.kernelStartHi < 0xf000_0000 ? null : [KERNEL_HALF];
}

function readNarrowAddress(word: Word): ValueReading {
  // CONFIG_VMSPLIT_3G, the default of i386 and arm.
  if (word.lo < 0xc000_0000) return readUserAddress(word);
  const text = 'kernel address, with the usual split at 3 GiB';
  return { kind: 'kernel-address', text, weightBits: 2, confidence: 'hint', details: { area: 'dynamic' } };
}

function readOtherSide(word: Word, layout: Layout, side: 'user' | 'neither'): ValueReading[] {
  const small = readSmall(word, layout);
  if (small !== null) return [small];
  const negative = word.hi === 0 ? readError(word, layout) : null;
  if (negative !== null) return [negative];
  const poison = readPoison(word, layout);
  const part = poison === null ? readPoisonPart(word) : null;
  const spelt = part !== null && (word.hi === 0 || part.weightBits > 40) ? part : poison;
  const known = layout.known.length === 0 ? null : readKnownRange(word, layout);
  // What spells a poison out spells nothing else, and a range that the text names is taken at its word.
  const decided = spelt ?? known;
  const readings = decided === null ? readData(word, layout, side === 'user') : [decided];
  if (part !== null && part !== decided) readings.push(part);
  if (decided === null) readings.push(...readBroken(word, layout));
  if (layout.context.widthBits === 32) readings.push(readNarrowAddress(word));
  else if (side === 'user' && (word.hi !== 0 || word.lo >= USER_FROM_LO))
    readings.push(readUserAddress(word));
  else if (side === 'neither' && layout.userEndHi !== 0) readings.push(readNonCanonical(word, layout));
  return readings;
}

/**
 * What a value may be, best first; empty where nothing is known. A value in an area where kernel addresses are is not
 * read as data: text and packets that look like addresses are rarer than addresses that look like text.
 * @param value A word of the machine; of one that is wider or negative nothing is said.
 */
export function readValue(value: bigint, context: ValueContext): readonly ValueReading[] {
  const layout = layoutOf(context);
  const known = layout.read.get(value);
  if (known !== undefined) return known;
  const readings = readWord(value, layout);
  if (layout.read.size < MAX_REMEMBERED) layout.read.set(value, readings);
  return readings;
}

function readWord(value: bigint, layout: Layout): readonly ValueReading[] {
  const word = toWord(value, layout.context);
  if (word === null) return [];
  const constant = readConstant(word, layout);
  if (constant !== null) return [constant];
  const told = readTold(word, layout);
  const side = sideOf(word, layout);
  const readings =
    (side === 'kernel' ? readKernelSide(word, layout) : null) ??
    readOtherSide(word, layout, side === 'user' ? 'user' : 'neither');
  if (told.length + readings.length < 2) return told.length > 0 ? told : readings;
  return [...told, ...readings].sort((a, b) => b.weightBits - a.weightBits);
}
