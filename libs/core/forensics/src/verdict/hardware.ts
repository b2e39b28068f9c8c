import { isBusNmi } from '../hardware/hardware-signs';
import { paragraph, placeOf } from './say';
import { told, type VerdictRule } from './rule';
import type { Scene } from './scene';

/** What the records say of the place: bank, address, DIMM or device. */
function describeRecords({ crash }: Scene): string | null {
  const records = crash.details.hardwareRecords.filter(({ fatal, corrected }) => fatal || !corrected);
  const parts = records.slice(0, 3).map((record) => {
    const details = [
      record.bank === null ? null : `bank ${record.bank}`,
      record.status === null ? null : `status 0x${record.status.toString(16)}`,
      record.address === null ? null : `address 0x${record.address.toString(16)}`,
      record.location,
      record.cpu === null ? null : `CPU ${record.cpu}`,
    ].filter((part) => part !== null);
    return `${record.source}${details.length === 0 ? '' : `: ${details.join(', ')}`}`;
  });
  return parts.length === 0 ? null : `Recorded: ${parts.join('; ')}.`;
}

const REPORTED = told([
  {
    slug: 'bus-error',
    kind: /^hardware-error$/,
    headline:
      /bus error|external abort|Unhandled fault|SError|EEH: |NMI: |IOCK|SERR|An NMI occurred|Timeout: Not all CPUs/i,
    class: 'hardware-error',
    confidence: 'likely',
    says: 'The machine reports that an access was not answered or went wrong: a device or bus that failed, or a register touched while its device is off or not there.',
    from: 'arch/arm64/kernel/traps.c do_serror; arch/x86/kernel/nmi.c; arch/powerpc/kernel/eeh.c',
  },
  {
    slug: 'machine-check',
    kind: /^hardware-error$/,
    headline: /[Mm]achine [Cc]heck|Hardware Error|hardware error|mce: |MCE/,
    class: 'hardware-error',
    confidence: 'certain',
    says: 'The processor or the firmware reports an error of the hardware that cannot be corrected. The function that ran then is not to blame.',
    victim: true,
    from: 'arch/x86/kernel/cpu/mce/core.c mce_panic; drivers/acpi/apei/ghes.c __ghes_panic',
  },
  {
    slug: 'hardware-report',
    kind: /^hardware-error$/,
    class: 'hardware-error',
    confidence: 'likely',
    says: 'The report is one of a hardware error.',
    victim: true,
    from: 'arch/x86/kernel/cpu/mce/core.c',
  },
  {
    slug: 'unknown-nmi',
    kind: /^irq$/,
    headline: /NMI/,
    class: 'hardware-error',
    confidence: 'hint',
    says: 'A non-maskable interrupt came that nothing claims: a failing device or memory, a watchdog of the board, or somebody who pressed the NMI button.',
    from: 'arch/x86/kernel/nmi.c unknown_nmi_error',
  },
  {
    slug: 'nmi',
    kind: /^irq$/,
    exception: /^nmi$/,
    class: 'hardware-error',
    confidence: 'hint',
    says: 'A non-maskable interrupt ended the run: a failing device or memory, a watchdog of the board, or somebody who pressed the NMI button.',
    from: 'arch/x86/kernel/nmi.c unknown_nmi_error',
  },
  {
    slug: 'nobody-cared',
    kind: /^irq$/,
    headline: /nobody cared/,
    class: 'hardware-error',
    confidence: 'hint',
    says: 'An interrupt line is raised that no driver answers for: a device left in a bad state, a driver that does not know its device’s interrupt, or a fault of the board.',
    from: 'kernel/irq/spurious.c __report_bad_irq',
  },
]);

const reported: readonly VerdictRule[] = REPORTED.map(({ slug, judge }) => ({
  slug,
  judge: (scene) => {
    const opinion = judge(scene);
    return opinion === null ? null : { ...opinion, text: paragraph(opinion.text, describeRecords(scene)) };
  },
}));

/** Records after which the kernel cannot go on; links are reset and fans spin up, and most machines live. */
const ENDS = /^(?:mce|apei|serror)$/;

/** A panic that follows from fatal records, whatever it says itself. */
const recorded: VerdictRule = {
  slug: 'fatal-record',
  judge: (scene) => {
    const { reading, details } = scene.crash;
    if (!/^(?:panic-other|unknown)$/.test(reading.kind)) return null;
    if (!details.hardwareRecords.some(({ fatal, source }) => fatal && ENDS.test(source))) return null;
    const text = paragraph(
      `${placeOf(scene)} the kernel stopped after a fatal record of the hardware.`,
      describeRecords(scene),
    );
    return { class: 'hardware-error', confidence: 'likely', text, victim: true };
  },
};

/** The board's reason stands in a line of its own above the panic. */
const nmiReason: VerdictRule = {
  slug: 'nmi-reason',
  judge: (scene) => {
    const { reading, details } = scene.crash;
    const isNmi = reading.kind === 'irq' && /NMI/.test(scene.headline);
    if (!isNmi || !details.hardwareRecords.some(isBusNmi)) return null;
    const text = paragraph(
      `${placeOf(scene)} the kernel stopped after a non-maskable interrupt by which the board reports an error of a bus or of memory.`,
      describeRecords(scene),
    );
    return { class: 'hardware-error', confidence: 'likely', text, victim: true };
  },
};

export const HARDWARE: readonly VerdictRule[] = [nmiReason, ...reported, recorded];
