import { readValue } from './read-value';
import { valueContext } from './context';
import { AREA_ROWS } from './tables/areas';
import { IP_PROTOCOLS, IP_SERVICES, OUI_NAMES, PCI_VENDORS, USB_CLASSES } from './tables/devices';
import { ERRNO_NAMES } from './tables/errno';
import { GFP_ERAS, GFP_NAMES } from './tables/gfp';
import { POISON_DELTAS, POISON_ROWS } from './tables/poison';
import { readBytes } from './read-bytes';
import type { ValueContext } from './reading';

const x86 = valueContext('x86_64', { pagingLevels: 4, release: { major: 6, minor: 1 } });
const little = (bytes: readonly number[]) =>
  bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
const first = (value: bigint, context: ValueContext = x86) => readValue(value, context)[0];

describe('poison', () => {
  const X86_DELTA = 0xdead_0000_0000_0000n;
  const valueOf = (row: (typeof POISON_ROWS)[number]) => {
    if (row.match === 'byte') return row.value * 0x0101_0101_0101_0101n;
    return row.match === 'delta' ? X86_DELTA + row.value : row.value;
  };

  /** Magics are 32 bits, bytes repeated may be a program's own: only pointers and whole words leave no doubt. */
  const confidenceOf = (row: (typeof POISON_ROWS)[number]) => {
    if (!row.telling) return 'hint';
    return row.match === 'delta' || row.match === 'word' ? 'certain' : 'likely';
  };

  it.each(POISON_ROWS.map((row) => [`${row.match} ${row.name} ${row.value.toString(16)}`, row] as const))(
    '%s is read by its name, with where it comes from',
    (_name, row) => {
      // KASAN's shadow bytes have their upper bits set: such a word is on the kernel's side, as the shadow itself is.
      const readings = readValue(valueOf(row), x86);
      const named = readings.find((one) => one.details.name === row.name);
      expect(named?.details.source).toBe(row.source);
      expect(['poison', 'magic']).toContain(named?.kind);
      expect(named?.text).toContain(row.meaning);
      expect(named?.confidence).toBe(confidenceOf(row));
    },
  );

  it.each(POISON_DELTAS.map((row) => [row.arch, row] as const))(
    '%s hides list poison behind its delta',
    (arch, row) => {
      expect(first(row.delta + 0x100n, valueContext(arch))?.details.name).toBe('LIST_POISON1');
    },
  );

  it('has no row twice', () => {
    expect(new Set(POISON_ROWS.map((row) => `${row.match} ${row.value}`)).size).toBe(POISON_ROWS.length);
  });
});

describe('areas', () => {
  it.each(
    AREA_ROWS.map(
      (row, i) => [`${i} ${row.arch} ${row.bits} ${row.start.toString(16)} ${row.area}`, row] as const,
    ),
  )('%s is read at its begin, middle and end', (_name, row) => {
    const [major, minor] = row.since ?? (row.until === null ? [6, 1] : [row.until[0] - 1, 19]);
    const context = valueContext(row.arch, {
      pagingLevels: row.bits === 57 ? 5 : 4,
      vaBits: row.bits,
      kaslr: false,
      release: { major, minor },
    });
    // The last page of the address space belongs to error pointers.
    const last = row.end === 1n << 64n ? row.end - 0x2000n : row.end - 1n;
    for (const address of [row.start, row.start + (row.end - row.start) / 2n, last]) {
      const reading = readValue(address, context).find((one) => one.kind === 'kernel-address');
      expect({ address, area: reading?.details.area, source: reading?.details.source }).toEqual({
        address,
        area: row.area,
        source: row.source,
      });
    }
  });

  it('gives no address two areas', () => {
    for (const one of AREA_ROWS)
      for (const other of AREA_ROWS) {
        const same = one.arch === other.arch && one.bits === other.bits && one !== other;
        const apart = one.until !== null || other.until !== null;
        if (same && !apart) expect(one.start < other.end && other.start < one.end).toBe(false);
      }
  });
});

it.each([...ERRNO_NAMES])('error %d is %s', (errno, name) => {
  const reading = first((1n << 64n) - BigInt(errno));
  // −1 is all bits set before it is an error.
  if (errno === 1) expect(first(0xffff_ffffn)?.details.name).toBe(name);
  else expect(reading?.details.name).toBe(name);
});

describe('devices', () => {
  it.each([...PCI_VENDORS])('PCI maker %d is %s', (vendor, name) => {
    const header = (0x0010_0406n << 32n) | (0x10fbn << 16n) | BigInt(vendor);
    expect(first(header)?.text).toContain(name);
  });

  it.each([...OUI_NAMES])('hardware address of %d is of %s', (oui, name) => {
    const value = little([oui >>> 16, (oui >>> 8) & 0xff, oui & 0xff, 0x9a, 0xb1, 0xf4, 0x81, 0x93]);
    expect(readValue(value, x86).find((one) => one.kind === 'mac-address')?.details.name).toBe(name);
  });

  it.each([...USB_CLASSES])('USB class %d is %s', (code, name) => {
    expect(first(little([18, 1, 0, 2, code, 0, 0, 64]))?.text).toContain(name);
  });

  it.each([...IP_SERVICES])('type of service %d is believed', (service) => {
    expect(first(little([0x45, service, 0, 0x54, 0x12, 0x34, 0x40, 0]))?.kind).toBe('network');
  });

  it.each([...IP_PROTOCOLS])('IP protocol %d is %s', (protocol, name) => {
    const header = [0x45, 0, 0, 84, 0, 1, 0x40, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
    let sum = 0;
    for (let i = 0; i < 20; i += 2) sum += ((header[i] ?? 0) << 8) | (header[i + 1] ?? 0);
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
    header[10] = (~sum >>> 8) & 0xff;
    header[11] = ~sum & 0xff;
    expect(readBytes(Uint8Array.from(header), x86)[0]?.reading.text).toContain(`IPv4 ${name}`);
  });
});

describe('allocation flags', () => {
  it.each(
    GFP_ERAS.flatMap((era) => era.bits.map(([bit, name]) => [era.since.join('.'), name, bit, era] as const)),
  )('since %s, %s', (_since, name, bit, era) => {
    const context = { ...x86, release: { major: era.since[0], minor: era.since[1] }, role: 'gfp' as const };
    const reading = readValue(BigInt(bit), context).find((one) => one.kind === 'gfp-flags');
    expect(reading?.details.name).toBe(name === '__GFP_KSWAPD_RECLAIM' ? 'GFP_NOWAIT' : name);
  });

  it.each(GFP_NAMES)('%s is its parts', (name, parts) => {
    for (const era of GFP_ERAS) {
      const bits = new Map(era.bits.map(([bit, part]) => [part, bit]));
      const flags = parts.reduce((sum, part) => sum | (bits.get(part) ?? 0), 0);
      const context = { ...x86, release: { major: era.since[0], minor: era.since[1] }, role: 'gfp' as const };
      const reading = readValue(BigInt(flags), context).find((one) => one.kind === 'gfp-flags');
      expect(reading?.details.name).toBe(name);
    }
  });
});
