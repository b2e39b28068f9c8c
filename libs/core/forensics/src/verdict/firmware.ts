import { told, trapped, type VerdictRule } from './rule';
import { hasFrame } from './scene';

/** Calls into firmware: arch/x86/platform/efi, drivers/firmware/efi/runtime-wrappers.c, BIOS and APM calls of i386. */
const CALLS =
  /^_*(?:efi_call(?:_rts|_virt\w*|_phys\w*)?|efi_rts_\w+|efi64_\w+|virt_efi_\w+|bios32_service|pci_bios_\w+|pnp_bios_\w+|call_pnp_bios|apm_bios_call\w*|arch_efi_call_virt\w*|efi_runtime_\w+)$/;

const SAID = told([
  {
    slug: 'firmware-bug',
    headline:
      /\[Firmware Bug\]|BIOS is broken|BIOS is buggy|firmware (?:bug|caused)|caused by firmware|Your BIOS/i,
    class: 'firmware',
    confidence: 'likely',
    says: 'The kernel found what the firmware supplied, or did, to be wrong: the machine’s BIOS or UEFI is where to look for an update.',
    from: 'FW_BUG; drivers/iommu/intel/dmar.c warn_invalid_dmar; arch/x86/platform/efi/quirks.c',
  },
]);

/** It trapped while the firmware ran on the kernel's behalf. */
const called: VerdictRule = {
  slug: 'firmware-call',
  judge: (scene) => {
    const { kind } = scene.crash.reading;
    if (
      !/^(?:paging-request|null-ptr-deref|general-protection|invalid-opcode|trap-other|double-fault)$/.test(
        kind,
      )
    )
      return null;
    // With a name at the instruction pointer it was the kernel's code that trapped.
    const isOutside = scene.fault === null || CALLS.test(scene.fault);
    if (!isOutside || !hasFrame(scene, CALLS)) return null;
    const text = trapped(
      scene,
      'The code that ran is none of the kernel’s: it had called the firmware (EFI runtime services or the BIOS), which most likely made the access; arguments that the kernel passed may have led there.',
    );
    return { class: 'firmware', confidence: 'likely', text };
  },
};

export const FIRMWARE: readonly VerdictRule[] = [...SAID, called];
