import fc from 'fast-check';
import { DEFAULT_SYMBOL_MAP_LIMITS, parseSymbolMap, type SymbolMap } from './symbol-map';

const SYSTEM_MAP = `0000000000000000 A __per_cpu_start
ffffffff81000000 T _text
ffffffff81000000 T _stext
ffffffff81000040 T first
ffffffff81000100 W weak_name
ffffffff81000100 t __strong
ffffffff81000100 t strong
ffffffff81000100 t also_strong
ffffffff81000180 t last
ffffffff81000200 T _etext
ffffffff81000300 R rodata
ffffffff82000000 T _sinittext
ffffffff82000000 t setup
ffffffff82000080 T _einittext
ffffffff82000100 D data
`;

function mapOf(text: string): SymbolMap {
  const result = parseSymbolMap(text);
  if (result.map === null) throw new Error(result.detail);
  return result.map;
}

const at = (map: SymbolMap, address: bigint) => {
  const place = map.core.lookup(address);
  return place === null ? null : `${place.function}+${place.offset}/${place.size}`;
};

describe('parseSymbolMap', () => {
  it('reads System.map: functions by address, the kernel its own choice among names of one address', () => {
    const map = mapOf(SYSTEM_MAP);
    expect(at(map, 0xffffffff81000041n)).toBe('first+1/192');
    expect(at(map, 0xffffffff81000100n)).toBe('strong+0/128');
    expect(map.core.rangesOf('weak_name')).toEqual(map.core.rangesOf('strong'));
    expect(map.base).toBe(0xffffffff81000000n);
  });

  it('knows nothing outside of code: below, behind _etext, between sections, in data', () => {
    const map = mapOf(SYSTEM_MAP);
    expect(at(map, 0xffffffff810001ffn)).toBe('last+127/128');
    expect(at(map, 0xffffffff8200007fn)).toBe('setup+127/128');
    for (const outside of [
      0n,
      0xffffffff80ffffffn,
      0xffffffff81000200n,
      0xffffffff81000301n,
      0xffffffff82000080n,
    ])
      expect(at(map, outside)).toBeNull();
  });

  it('without the linker’s marks a function ends at the next symbol and the last one is not named', () => {
    const map = mapOf('c0008000 T start\nc0008100 T next\nc0008200 D data\nc0009000 T alone\n');
    expect(at(map, 0xc00081ffn)).toBe('next+255/256');
    expect(at(map, 0xc0008200n)).toBeNull();
    expect(at(map, 0xc0009000n)).toBeNull();
  });

  it('reads /proc/kallsyms with its modules, and nm with sizes, undefined symbols and CRLF', () => {
    const kallsyms = mapOf(
      'ffffffff81000000 T _text\nffffffff81000010 T f\nffffffff81000020 T _etext\n' +
        'ffffffffc0301000 t nvc_get\t[nvcache]\nffffffffc0301100 t nvc_put\t[nvcache]\nffffffffc0302000 d nvc_ops\t[nvcache]\n',
    );
    expect(kallsyms.modules.get('nvcache')?.lookup(0xffffffffc0301180n)).toEqual({
      function: 'nvc_put',
      offset: 0x80,
      size: 0xf00,
    });
    expect(at(kallsyms, 0xffffffffc0301180n)).toBeNull();
    const nm = mapOf(
      '                 U printk\r\nffffffff81000010 0000000000000010 T f\r\nffffffff81000020 0000000000000004 t $x\r\nffffffff81000030 T g\r\n',
    );
    expect(at(nm, 0xffffffff81000014n)).toBe('f+4/32');
  });

  it.each([
    ['addresses-hidden', '0000000000000000 T _text\n0000000000000000 t f\n'],
    ['no-text-symbols', ''],
    ['no-text-symbols', 'ffffffff81000000 D data\n'],
    ['no-text-symbols', '[    1.0] BUG: not a map\n'],
  ])('says why it is no map: %s', (reason, text) => {
    expect(parseSymbolMap(text)).toMatchObject({ map: null, reason });
  });

  it('says where Debian has the real one', () => {
    const text = 'ffffffffffffffff B The real System.map is in the linux-image-6.1.0-47-amd64-dbg package\n';
    expect(parseSymbolMap(text)).toMatchObject({
      reason: 'no-text-symbols',
      detail: 'a placeholder: the real one is in the package linux-image-6.1.0-47-amd64-dbg',
    });
  });

  it('keeps to its limits', () => {
    const tight = { ...DEFAULT_SYMBOL_MAP_LIMITS, maxSymbols: 3 };
    expect(parseSymbolMap(SYSTEM_MAP, tight)).toMatchObject({ reason: 'too-many-symbols' });
    expect(parseSymbolMap(SYSTEM_MAP, { ...tight, maxSymbols: 14 })).toMatchObject({
      map: { symbolCount: 14 },
    });
    expect(parseSymbolMap(SYSTEM_MAP, { ...DEFAULT_SYMBOL_MAP_LIMITS, maxBytes: 10 })).toMatchObject({
      reason: 'too-large',
    });
  });

  it('finds every byte of every function, in whatever order the lines stand', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 40 }),
        fc.infiniteStream(fc.nat()),
        (sizes, order) => {
          let address = 0xffffffff81000000n;
          const functions = sizes.map((size, i) => {
            const start = address;
            address += BigInt(size);
            return { name: `f${i}`, start, size, rank: order.next().value };
          });
          const lines = functions
            .toSorted((a, b) => a.rank - b.rank)
            .map(({ name, start }) => `${start.toString(16)} t ${name}`);
          const map = mapOf([...lines, `${address.toString(16)} T _etext`].join('\n'));
          for (const { name, start, size } of functions) {
            expect(map.core.lookup(start)).toEqual({ function: name, offset: 0, size });
            expect(map.core.lookup(start + BigInt(size - 1))).toEqual({
              function: name,
              offset: size - 1,
              size,
            });
          }
          expect(map.core.lookup(address)).toBeNull();
        },
      ),
    );
  });

  it('never throws, whatever the bytes', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'ffffffff81000000',
        '0000000000000000',
        'c0008000',
        ' T ',
        ' t ',
        ' ',
        '\n',
        '\t[',
        ']',
        '_text',
        '_etext',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const { map } = parseSymbolMap(pieces.join(''));
        map?.core.lookup(0xffffffff81000001n);
        map?.core.rangesOf('_text');
      }),
    );
  });
});
