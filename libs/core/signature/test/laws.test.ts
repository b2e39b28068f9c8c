import { readTranscript } from '@oopstream/core-transcript';
import { sign } from '../src/index';
import { CAPTURES, recapture, STAMPED } from './captures';
import { hash, loadCases, signAll } from './case-library';

const cases = loadCases();
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const bytesOf = (text: string) => Buffer.from(text, 'latin1');

/** What must not move: kinds and keys, not the release or the time, which some framings hide. */
function identity(bytes: Uint8Array): unknown[] {
  return signAll(bytes).map(({ reading, explanation }) => ({
    kind: reading.kind,
    damage: reading.damage,
    title: explanation.signature.title,
    group: explanation.signature.groupKey,
    loose: explanation.signature.looseKey,
  }));
}

/** Another boot under KASLR: every kernel address moves by the same distance. */
function slide(text: string): string {
  return text.replace(/(?<![0-9a-f])ffffffff[89a-f][0-9a-f]{7}(?![0-9a-f])/g, (address) =>
    (BigInt(`0x${address}`) ^ 0x1400000n).toString(16),
  );
}

const CUTS = 24;

describe.each(cases.map((one) => [one.id, one] as const))('laws on %s', (id, one) => {
  const text = latin1(one.bytes);
  const plain = identity(one.bytes);
  const consoleOnly =
    !text.includes('crash> ') && !text.includes('COMMAND: ') && STAMPED.test(text.split('\n', 1)[0] ?? '');

  it('CRLF and addresses change no key', () => {
    expect(identity(bytesOf(text.replaceAll('\n', '\r\n')))).toEqual(plain);
    expect(identity(bytesOf(slide(text)))).toEqual(plain);
  });

  it('another capture of the log changes no key', () => {
    if (!consoleOnly) return;
    for (const [name, capture] of Object.entries(CAPTURES)) {
      expect({ id, name, readings: identity(bytesOf(recapture(text, capture))) }).toEqual({
        id,
        name,
        readings: plain,
      });
    }
  });

  it('cut after a line it never throws', () => {
    const ends: number[] = [];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) ends.push(at);
    const step = Math.max(1, Math.ceil(ends.length / CUTS));
    for (let i = 0; i < ends.length; i += step) {
      for (const reading of readTranscript(one.bytes.subarray(0, ends[i])).readings) sign(reading, hash);
    }
  });

  it('crashes stand in the order of the text', () => {
    const starts = readTranscript(one.bytes).readings.map((reading) => reading.span.start);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
  });

  it('every crash is found again from its own start, and explains its keys', () => {
    for (const { reading, explanation } of signAll(one.bytes)) {
      const again = readTranscript(one.bytes.subarray(reading.span.start)).readings[0];
      expect(again?.kind).toBe(reading.kind);
      const { signature, exactText, looseText } = explanation;
      expect(signature.groupKey).toBe(`v1:${hash(signature.groupText).slice(0, 32)}`);
      expect(signature.exactKey).toBe(`v1:${hash(exactText).slice(0, 32)}`);
      expect(signature.looseKey).toBe(`v1:${hash(looseText).slice(0, 32)}`);
    }
  });
});
