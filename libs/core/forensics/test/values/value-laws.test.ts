import fc from 'fast-check';
import { readBytes, readValue, readWords, valueContext, type ValueContext } from '../../src';

const arches = [
  'x86_64',
  'i386',
  'arm64',
  'arm',
  'powerpc',
  's390x',
  'riscv',
  'mips',
  'loongarch',
  null,
] as const;
const roles = [
  'any',
  'address',
  'gfp',
  'freelist',
  'time',
  'uuid',
  'pci-config',
  'canary',
  'per-cpu-offset',
] as const;
const word = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
/** Also what no word of any machine is. */
const anything = fc.oneof(word, fc.bigInt({ min: -(1n << 70n), max: 1n << 70n }));

const context: fc.Arbitrary<ValueContext> = fc
  .record({
    arch: fc.constantFrom(...arches),
    pagingLevels: fc.constantFrom(4, 5, null),
    vaBits: fc.constantFrom(39, 42, 48, 52, 57, null),
    release: fc.constantFrom(null, { major: 4, minor: 18 }, { major: 6, minor: 12 }),
    littleEndian: fc.boolean(),
    kaslr: fc.constantFrom(true, false, null),
    known: fc.array(
      fc.record({
        start: anything,
        end: anything,
        area: fc.constant('stack' as const),
        name: fc.constant('a stack'),
      }),
      { maxLength: 3 },
    ),
    pointers: fc.array(anything, { maxLength: 4 }),
    crashedAtMs: fc.oneof(fc.constant(null), fc.double()),
    uptimeSeconds: fc.oneof(fc.constant(null), fc.double()),
    role: fc.constantFrom(...roles),
    freelist: fc.oneof(fc.constant(null), fc.record({ random: anything, pointerAddress: anything })),
  })
  .map(({ arch, ...facts }) => valueContext(arch, facts));

describe('readValue', () => {
  it('never throws, is sorted by evidence and says the same again', () => {
    fc.assert(
      fc.property(anything, context, (value, given) => {
        const readings = readValue(value, given);
        const weights = readings.map((one) => one.weightBits);
        expect(weights).toEqual([...weights].sort((a, b) => b - a));
        expect(weights.every((bits) => bits >= 0 && bits <= 110)).toBe(true);
        expect(readValue(value, given)).toEqual(readings);
      }),
      { numRuns: 5000 },
    );
  });

  it('reads a word the same in either byte order of memory when it is told of the order', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), (bytes) => {
        const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
        // s390x tells no user from kernel addresses, so that only the bytes count.
        const read = (littleEndian: boolean) =>
          readValue(view.getBigUint64(0, littleEndian), valueContext('s390x', { littleEndian }))
            .filter((one) => one.kind === 'ascii' || one.kind === 'utf-16' || one.kind === 'usb-descriptor')
            .map((one) => one.text);
        expect(read(true)).toEqual(read(false));
      }),
    );
  });
});

describe('readWords', () => {
  const words = fc.array(fc.record({ address: anything, value: fc.option(anything) }), { maxLength: 30 });
  const inRow = fc
    .tuple(word, fc.array(anything, { maxLength: 40 }))
    .map(([start, values]) => values.map((value, i) => ({ address: start + BigInt(8 * i), value })));

  it('never throws and stays inside of what it was given', () => {
    fc.assert(
      fc.property(fc.oneof(words, inRow), context, (given, facts) => {
        for (const { start, end } of readWords(given, facts)) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(given.length);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('looks at no more than 4,096 words', () => {
    const poison = { address: 0n, value: 0x6b6b_6b6b_6b6b_6b6bn };
    const given = Array.from({ length: 5000 }, (_, i) => ({ ...poison, address: BigInt(i) * 8n }));
    expect(readWords(given, valueContext('x86_64')).map(({ start, end }) => [start, end])).toEqual([
      [0, 4096],
    ]);
  });
});

describe('readBytes', () => {
  const context = valueContext('x86_64');

  it('never throws, and what it reads comes in order without overlap', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        let last = 0;
        for (const { start, end } of readBytes(bytes, context)) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(bytes.length);
          last = end;
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('looks at no more than 65,536 bytes, and finds a text at any alignment', () => {
    const text = new TextEncoder().encode('a message of the kernel');
    for (let offset = 0; offset < 9; offset++) {
      const bytes = new Uint8Array(64).fill(0xfe);
      bytes.set(text, offset);
      expect(readBytes(bytes, context).map((one) => [one.start, one.end])).toEqual([
        [offset, offset + text.length],
      ]);
    }
    const late = new Uint8Array(66_000).fill(0xfe);
    late.set(text, 65_536);
    expect(readBytes(late, context)).toEqual([]);
  });

  it('reads random bytes as nothing', () => {
    let state = 1;
    const bytes = Uint8Array.from({ length: 65_536 }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state >>> 24;
    });
    expect(readBytes(bytes, context)).toEqual([]);
  });
});
