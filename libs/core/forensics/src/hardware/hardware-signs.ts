import type { HardwareRecord } from '@oopstream/core-transcript';
import type { CrashCase } from '../crash-case';
import type { Evidence } from '../analysis';

/** One sign of failing hardware. */
export interface HardwareSign {
  readonly reason: string;
  /** Likelihood that hardware is to blame where this sign stands alone, 0 to 1. */
  readonly weight: number;
  readonly find: (crash: CrashCase) => readonly Evidence[];
}

const records =
  (is: (record: HardwareRecord) => boolean) =>
  ({ details }: CrashCase): readonly Evidence[] =>
    details.hardwareRecords.filter(is).map(({ span, text }) => ({ span, note: text.slice(0, 120) }));

const from =
  (source: HardwareRecord['source'], corrected: boolean) =>
  (record: HardwareRecord): boolean =>
    record.source === source && record.corrected === corrected;

/** An NMI of which the board's status port says why (arch/x86/kernel/nmi.c default_do_nmi). */
export const isBusNmi = ({ source, text }: HardwareRecord): boolean =>
  source === 'nmi' && /SERR|IOCK|IOCHK|parity|PCI system error/i.test(text);

/**
 * What speaks for hardware, each row by itself. Weights are judgements: uncorrected errors are proof of themselves,
 * corrected ones and flipped bits only make it likelier.
 */
export const HARDWARE_SIGNS: readonly HardwareSign[] = [
  { reason: 'uncorrected machine check', weight: 0.95, find: records(from('mce', false)) },
  {
    reason: 'memory error that ECC could not correct (EDAC)',
    weight: 0.95,
    find: records(from('edac', false)),
  },
  {
    reason: 'fatal hardware error reported by firmware (APEI)',
    weight: 0.95,
    find: records(({ source, fatal }) => source === 'apei' && fatal),
  },
  {
    reason: 'error reported by firmware that is not said to be fatal or corrected (APEI)',
    weight: 0.5,
    find: records(({ source, fatal, corrected }) => source === 'apei' && !fatal && !corrected),
  },
  {
    reason: 'asynchronous external abort (SError)',
    weight: 0.8,
    find: records(({ source }) => source === 'serror'),
  },
  {
    reason: 'NMI for a bus or memory error (SERR, IOCK)',
    weight: 0.85,
    find: records(isBusNmi),
  },
  {
    reason: 'NMI of unknown reason',
    weight: 0.3,
    find: records((record) => record.source === 'nmi' && !isBusNmi(record)),
  },
  {
    reason: 'uncorrected PCI Express error (AER)',
    weight: 0.6,
    find: records(({ source, corrected }) => (source === 'aer' || source === 'pci') && !corrected),
  },
  {
    reason: 'corrected memory errors before the crash (EDAC)',
    weight: 0.35,
    find: records(from('edac', true)),
  },
  { reason: 'corrected machine checks before the crash', weight: 0.35, find: records(from('mce', true)) },
  { reason: 'corrected errors reported by firmware (APEI)', weight: 0.25, find: records(from('apei', true)) },
  { reason: 'corrected PCI Express errors', weight: 0.1, find: records(from('aer', true)) },
  { reason: 'processor overheated', weight: 0.15, find: records(({ source }) => source === 'thermal') },
  { reason: 'a machine check happened since boot (taint M)', weight: 0.4, find: taintedByMachineCheck },
  { reason: 'a pointer differs in one bit from one that was in use', weight: 0.35, find: flippedBits },
];

function taintedByMachineCheck({ details, reading }: CrashCase): readonly Evidence[] {
  return details.taint.some(({ letter }) => letter === 'M')
    ? [{ span: reading.span, note: `Tainted: ${reading.taint}` }]
    : [];
}

function flippedBits({ trap, looks }: CrashCase): readonly Evidence[] {
  const found: Evidence[] = [];
  for (const [name, { kind, text }] of looks) {
    const register = kind === 'bit-flip' ? trap?.values.get(name) : undefined;
    if (register !== undefined) found.push({ span: register.span, note: `${name.toUpperCase()}: ${text}` });
  }
  return found;
}
