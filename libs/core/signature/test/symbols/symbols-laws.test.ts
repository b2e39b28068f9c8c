import {
  parseSymbolMap,
  prepareSymbols,
  readTranscript,
  DEFAULT_READ_LIMITS,
} from '@oopstream/core-transcript';
import type { BootSymbols, SymbolMap } from '@oopstream/core-transcript';
import { explain } from '../../src/index';
import { hash, loadCases, type Signed } from '../case-library';
import { sampleOf } from '../fuzz/fuzz';
import { createRandom } from '../fuzz/random';
import { stripConsole, stripSession } from './stripped-text';

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const TWO_MIB = 0x20_0000n;

function mapOf(text: string): SymbolMap {
  const result = parseSymbolMap(text);
  if (result.map === null) throw new Error(result.detail);
  return result.map;
}

function identity(signed: readonly Signed[]): unknown[] {
  return signed.map(({ reading, explanation: { signature } }) => ({
    kind: reading.kind,
    damage: reading.damage,
    title: signature.title,
    group: signature.groupKey,
    exact: signature.exactKey,
    loose: signature.looseKey,
    names: reading.frames.map((frame) => frame.function),
  }));
}

function read(text: string, map: SymbolMap | null): { identity: unknown[]; boots: readonly BootSymbols[] } {
  const bytes = Buffer.from(text, 'latin1');
  const prepared = map === null ? null : prepareSymbols(bytes, map);
  const { readings } = readTranscript(bytes, DEFAULT_READ_LIMITS, null, prepared?.nameAddresses ?? null);
  return {
    identity: identity(readings.map((reading) => ({ reading, explanation: explain(reading, hash) }))),
    boots: prepared?.boots ?? [],
  };
}

const cases = loadCases().map((one) => ({ id: one.id, text: latin1(one.bytes) }));
const sessions = cases.filter(({ text }) => text.includes('COMMAND: "'));
const consoles = cases.filter(({ text }) => !text.includes('COMMAND: "') && !text.includes('crash> '));

describe('names taken out of a text come back with a symbol map', () => {
  it('console logs: any slide, any anchors, the same keys', () => {
    let taken = 0;
    consoles.forEach(({ id, text }, n) => {
      const random = createRandom(n);
      const slide = BigInt(random.below(500)) * TWO_MIB;
      const stripped = stripConsole(text, random, { slide, anchorOnceIn: 2 + random.below(20) });
      taken += stripped.taken;
      if (stripped.taken === 0) return;
      const named = read(stripped.text, mapOf(stripped.map));
      expect({
        id,
        states: named.boots.filter(({ state }) => state !== 'solved' && state !== 'not-needed'),
      }).toEqual({ id, states: [] });
      expect({ id, readings: named.identity }).toEqual({ id, readings: read(text, null).identity });
    });
    expect(taken).toBeGreaterThan(5000);
  });

  it('crash(8) sessions: the same keys', () => {
    let taken = 0;
    sessions.forEach(({ id, text }, n) => {
      const random = createRandom(n);
      const slide = BigInt(random.below(500)) * TWO_MIB;
      const stripped = stripSession(text, random, { slide, anchorOnceIn: 2 + random.below(20) });
      taken += stripped.taken;
      if (stripped.taken === 0) return;
      const named = read(stripped.text, mapOf(stripped.map));
      expect({ id, readings: named.identity }).toEqual({ id, readings: read(text, null).identity });
    });
    expect(taken).toBeGreaterThan(500);
  });

  it('the map of another build is refused: nothing gets a wrong name', () => {
    const texts = [
      ...consoles.map((one) => ({ ...one, strip: stripConsole })),
      ...sessions.map((one) => ({ ...one, strip: stripSession })),
    ];
    texts.forEach(({ id, text, strip }, n) => {
      const random = createRandom(n);
      const stripped = strip(text, random, { slide: BigInt(random.below(500)) * TWO_MIB, anchorOnceIn: 3 });
      if (stripped.taken === 0) return;
      const named = read(stripped.text, mapOf(stripped.otherBuild));
      const states = named.boots.map((boot) => boot.state);
      expect({
        id,
        states: states.filter((state) => state !== 'mismatch' && state !== 'not-needed'),
      }).toEqual({
        id,
        states: [],
      });
      expect({ id, readings: named.identity }).toEqual({ id, readings: read(stripped.text, null).identity });
    });
  });

  it('never throws, whatever the text', () => {
    const library = cases.map(({ text }) => text);
    const stripped = consoles.map(({ text }, n) =>
      stripConsole(text, createRandom(n), { slide: 0n, anchorOnceIn: 4 }),
    );
    const map = mapOf(stripped[0]?.map ?? '');
    for (let round = 0; round < 400; round++) {
      const { text } = sampleOf([...library, ...stripped.map((one) => one.text)], 5, round);
      read(text, map);
    }
  });
});

describe('a module without symbols', () => {
  const session = (base: string, address: string, entry: string) =>
    [
      'crash> mod',
      '     MODULE       NAME                  BASE          SIZE  OBJECT FILE',
      `ffffffffc0303040  nvcache         ${base}   20480  (not loaded)  [CONFIG_KALLSYMS]`,
      'crash> bt',
      'PID: 145      TASK: ffff8c493fc8a100  CPU: 0    COMMAND: "x"',
      ' #0 [ffffd16b00447a80] machine_kexec at ffffffff8b67754f',
      ' #1 [ffffd16b00447ba0] oops_end at ffffffff8b636321',
      ' #2 [ffffd16b00447c60] asm_exc_general_protection at ffffffff8c200b42',
      '    [exception RIP: unknown or invalid address]',
      `    RIP: ${address}  RSP: ffffd16b00447d18  RFLAGS: 00000282`,
      ` #3 [ffffd16b00447d18] (unknown) at ${address} [nvcache]`,
      ` #4 [ffffd16b00447ee8] ${entry} at ffffffff8b981db0`,
      ' #5 [ffffd16b00447f18] do_syscall_64 at ffffffff8c043e1d',
      '',
    ].join('\n');
  const signed = (text: string) => {
    const [reading] = readTranscript(Buffer.from(text)).readings;
    if (reading === undefined) throw new Error('no crash read');
    return explain(reading, hash).signature;
  };
  const one = signed(session('ffffffffc0301000', 'ffffffffc0302234', 'vfs_read'));

  it('gives the same keys wherever it was loaded', () => {
    expect(signed(session('ffffffffc0701000', 'ffffffffc0702234', 'vfs_read'))).toEqual(one);
    expect(one.title).toContain('_MODULE_START_nvcache+4660 [nvcache] general_protection');
  });

  it('another place in it is another exact key of the same group', () => {
    const other = signed(session('ffffffffc0301000', 'ffffffffc0302300', 'vfs_write'));
    expect(other.groupKey).toBe(one.groupKey);
    expect(other.exactKey).not.toBe(one.exactKey);
    expect(one.groupText).toBe('bad-access\n_MODULE_START_nvcache');
  });
});
