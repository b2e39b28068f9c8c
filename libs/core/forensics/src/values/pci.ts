import type { ValueReading } from './reading';
import type { Layout } from './layout';
import { PCI_VENDORS } from './tables/devices';
import { hex, type Word } from './word';

/** Bits of the command and status registers that are always zero, PCI Local Bus 3.0, 6.2.2 and 6.2.3. */
const COMMAND_RESERVED = 0xf800;
const STATUS_RESERVED = 0x0007;
const STATUS_CAPABILITIES = 0x10;

/** Vendor and device of a function; the begin of its configuration header, or the pair where the text says it is one. */
export function readPci(word: Word, layout: Layout): ValueReading | null {
  const device = word.lo >>> 16;
  const vendor = PCI_VENDORS.get(word.lo & 0xffff);
  const told = layout.context.role === 'pci-config';
  if (vendor === undefined || device === 0 || device === 0xffff) return null;
  const id = `${(word.lo & 0xffff).toString(16).padStart(4, '0')}:${device.toString(16).padStart(4, '0')}`;
  const pair = told && word.hi === 0;
  const command = word.hi & 0xffff;
  const status = word.hi >>> 16;
  const header =
    (command & COMMAND_RESERVED) === 0 &&
    (command & 7) !== 0 &&
    (status & STATUS_RESERVED) === 0 &&
    (status & STATUS_CAPABILITIES) !== 0;
  if (!pair && !header) return null;
  return {
    kind: 'pci',
    text: pair
      ? `PCI id ${id} (${vendor})`
      : `PCI configuration header of ${id} (${vendor}), command ${hex(command)}`,
    weightBits: 17,
    confidence: told ? 'likely' : 'hint',
    details: { name: id, source: 'PCI Local Bus 3.0, 6.1' },
  };
}
