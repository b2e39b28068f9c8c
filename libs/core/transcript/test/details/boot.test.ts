import { BOOT, detailsOfText, OOPS, stamped } from './reports';

describe('the boot above the crash', () => {
  const ID = '0123456789abcdef0123456789abcdef';

  it('tells kernel, command line, machine, hypervisor and clock', () => {
    const { boot } = detailsOfText(stamped(BOOT, 0) + stamped(OOPS));
    expect(boot.version?.value).toBe(BOOT[0]);
    expect(boot.commandLine?.value).toBe('BOOT_IMAGE=/vmlinuz ro quiet crashkernel=512M');
    expect(boot.dmi?.value).toBe('Acme Corp. RackUnit 9/BoardX, BIOS 2.17 03/11/2024');
    expect(boot.hypervisor?.value).toBe('KVM');
    expect(boot.clock?.value).toEqual({ atMs: 1790205585000, uptimeSeconds: 0.007 });
    expect(boot.bootId).toBeNull();
  });

  it('reads the clock of older kernels, else that of the audit, and none of a machine that forgot it', () => {
    const clock = (line: string) =>
      detailsOfText(stamped([BOOT[0] ?? '', line], 0) + stamped(OOPS)).boot.clock?.value.atMs;
    expect(clock('rtc_cmos 00:03: setting system clock to 2019-10-01 10:11:12 UTC (1569924672)')).toBe(
      1569924672000,
    );
    expect(clock(BOOT[6] ?? '')).toBe(1790205580123);
    expect(clock('rtc-frob: setting system clock to 1970-01-01T00:00:09 UTC (9)')).toBeUndefined();
  });

  it('is the last one above it', () => {
    const other = [
      BOOT[0]?.replace('6.1.0-39', '6.1.0-38') ?? '',
      'Kernel command line: other',
      'Hypervisor detected: Xen PV',
    ];
    const { boot } = detailsOfText(
      stamped(other, 0) + stamped(OOPS) + stamped([BOOT[0] ?? '', BOOT[5] ?? ''], 0) + stamped(OOPS),
    );
    expect(boot.version?.value).toBe(BOOT[0]);
    expect(boot.commandLine?.value).toContain('crashkernel');
    expect(boot.hypervisor).toBeNull();
  });

  it('has an id where the journal says it', () => {
    expect(detailsOfText(`-- Boot ${ID} --\n${stamped(BOOT, 0)}${stamped(OOPS)}`).boot.bootId?.value).toBe(
      ID,
    );
    expect(detailsOfText(`${stamped(BOOT, 0)}_BOOT_ID=${ID}\n${stamped(OOPS)}`).boot.bootId?.value).toBe(ID);
    expect(
      detailsOfText(
        `-- Boot ${ID} --\n${stamped(OOPS)}${stamped(BOOT, 0)}${stamped(OOPS)}${stamped(BOOT, 0)}${'x\n'.repeat(4096)}${stamped(OOPS)}`,
      ).boot.bootId,
    ).toBeNull();
  });

  it('words in other places are none of it', () => {
    const quoted = ['frob: wants Linux version 6.1 or later', 'frob: Kernel command line: none'];
    const { boot } = detailsOfText(stamped(quoted, 1) + stamped(OOPS));
    expect(boot).toEqual({
      version: null,
      commandLine: null,
      hypervisor: null,
      dmi: null,
      bootId: null,
      clock: null,
    });
  });

  it('is looked for within its limits', () => {
    const text = stamped(BOOT, 0) + stamped(OOPS);
    expect(detailsOfText(text, { maxLookBackBytes: 300 }).boot.version).toBeNull();
    const { boot } = detailsOfText(text, { maxBootBytes: 300 });
    expect([boot.version === null, boot.commandLine?.value, boot.clock]).toEqual([
      false,
      'BOOT_IMAGE=/vmlinuz ro quiet',
      null,
    ]);
  });
});
