import { ModuleMap } from './crash8-modules';
import type { Line } from './framing';

const row = (message: string): Line => ({
  number: 0,
  start: 0,
  end: message.length,
  message,
  uptime: null,
  wallTime: null,
  caller: null,
  framed: false,
  foreign: false,
});

function mapOf(...rows: readonly string[]): ModuleMap {
  const map = new ModuleMap();
  for (const message of rows) map.addLine(row(message));
  return map;
}

describe('module of an address', () => {
  it('is that of another place in the same page, which no two modules share', () => {
    const map = new ModuleMap();
    map.addPlace('ffffffffc0604785', 'frobnic');
    expect(
      ['ffffffffc0604001', 'ffffffffc0605001', 'ffffffff81000785'].map((at) => map.moduleAt(at)),
    ).toEqual(['frobnic', null, null]);
  });

  it('is the one whose range holds it', () => {
    const map = mapOf(
      'ffffffffc0606080  frobnic         ffffffffc0604000   16384  (not loaded)  [CONFIG_KALLSYMS]',
      'ffffffffc060b2c0  virtio          ffffffffc0609000   20480  (not loaded)  [CONFIG_KALLSYMS]',
    );
    const at = [
      'ffffffffc0603fff',
      'ffffffffc0604000',
      'ffffffffc0607fff',
      'ffffffffc0608000',
      'ffffffffc0609001',
    ];
    expect(at.map((address) => map.moduleAt(address))).toEqual([null, 'frobnic', 'frobnic', null, 'virtio']);
  });

  it('is the nearest base where sizes count what lies elsewhere', () => {
    const map = mapOf(
      'ffffffffc0606080  frobnic         ffffffffc0604000  983040  (not loaded)  [CONFIG_KALLSYMS]',
      'ffffffffc060b2c0  virtio          ffffffffc0609000   20480  (not loaded)  [CONFIG_KALLSYMS]',
    );
    expect(map.moduleAt('ffffffffc0609100')).toBe('virtio');
    expect(map.moduleAt('ffffffffc0608100')).toBe('frobnic');
  });

  it('is unknown where `mod` printed no base, and for no address', () => {
    const map = mapOf('ffffffffa0123080  ext4                      983040  (not loaded)  [CONFIG_KALLSYMS]');
    expect([map.moduleAt('ffffffffa0123100'), map.moduleAt(null)]).toEqual([null, null]);
  });
});
