import type { CrashDetails } from '../../src/index';
import { detailsOf, detailsOfText, OOPS, stamped } from './reports';

describe('modules', () => {
  const flags = (details: CrashDetails) =>
    details.modules.map(({ name, flags: f }) => `${name}${f && `(${f})`}`).join(' ');
  const many = Array.from({ length: 12 }, (_, i) => `module_number_${i}`);

  it('with taint, loading and unloading, and who was unloaded', () => {
    const details = detailsOf([
      ...OOPS,
      'Modules linked in: frobnic(POE+) loop kpatch_1(OEK) old(-) [last unloaded: ghost(OE)]',
      'Unloaded tainted modules: intel_cstate():1 nvidia(PO):2',
    ]);
    expect(flags(details)).toBe('frobnic(POE+) loop kpatch_1(OEK) old(-)');
    expect(details.lastUnloaded).toBe('ghost');
    expect(details.unloadedTainted.map((one) => [one.name, one.flags])).toEqual([
      ['intel_cstate', ''],
      ['nvidia', 'PO'],
    ]);
    expect(details.livepatches).toEqual(['kpatch_1']);
  });

  it('over several records, and where a console broke a name', () => {
    const wrapped = [
      `Modules linked in: ${many.slice(0, 6).join(' ')}`,
      ` ${many.slice(6).join(' ')} last(OE)`,
    ];
    expect(flags(detailsOf([...OOPS, ...wrapped]))).toBe([...many, 'last(OE)'].join(' '));
    const broken = `${stamped([...OOPS, `Modules linked in: ${many.join(' ')} virtio_r`])}ing loop\nCR2: 0000000000000018\n`;
    expect(flags(detailsOfText(broken))).toBe([...many, 'virtio_ring', 'loop'].join(' '));
  });

  it('end where the list ends', () => {
    const details = detailsOf([
      ...OOPS,
      'Modules linked in: frobnic',
      ' virtio loop',
      'CR2: 0000000000000018',
    ]);
    expect(flags(details)).toBe('frobnic');
  });
});

describe('taint, machine and livepatches', () => {
  it('keeps letters that it does not know', () => {
    const { taint } = detailsOf(OOPS);
    expect(taint.map(({ letter, meaning }) => [letter, meaning])).toEqual([
      ['G', 'only-gpl-modules'],
      ['W', 'warned-before'],
      ['O', 'out-of-tree-module'],
      ['E', 'unsigned-module'],
      ['Y', null],
    ]);
  });

  it('splits machine and firmware', () => {
    expect(detailsOf(OOPS).hardware).toEqual({
      name: 'Acme Corp. RackUnit 9/BoardX',
      bios: '2.17 03/11/2024',
    });
    const old = [
      'general protection fault: 0000 [#1] SMP',
      'Pid: 1187, comm: fetcher Not tainted 2.6.32-754.el6.x86_64 #1 Acme Corp. RackUnit 9/BoardX',
      ...OOPS.slice(4),
    ];
    expect(detailsOf(old).hardware).toEqual({ name: 'Acme Corp. RackUnit 9/BoardX', bios: null });
    const board = OOPS.map((line) => (line.startsWith('Hardware') ? 'Hardware name: Acme Board (DT)' : line));
    expect(detailsOf(board).hardware).toEqual({ name: 'Acme Board (DT)', bios: null });
  });

  it('knows which livepatches were enabled and not reverted', () => {
    const patched = OOPS.map((line) => line.replace('G        W  OE Y', 'G           OE K'));
    const text =
      stamped(
        [
          "livepatch: enabling patch 'kpatch_a'",
          "livepatch: enabling patch 'kpatch_b'",
          "livepatch: 'kpatch_a': unpatching complete",
        ],
        50,
      ) + stamped(patched);
    expect(detailsOfText(text).livepatches).toEqual(['kpatch_b']);
  });
});
