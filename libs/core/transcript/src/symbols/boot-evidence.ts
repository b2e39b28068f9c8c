import { mayHoldCrash8 } from '../crash8-reader';
import { eachLine } from '../framing';
import type { AddressUse } from './address-rows';
import { readEvidence, type Anchor, type StatedOffset } from './anchors';
import type { ModuleRanges } from './module-ranges';
import { nameLine } from './name-line';

/** An address where the kernel would have printed a name. */
export interface BareAddress {
  readonly address: bigint;
  readonly use: AddressUse;
}

/** What one boot's lines say, gathered before anything is named. */
export interface BootEvidence {
  /** Byte offset of its first line. */
  readonly start: number;
  readonly anchors: Anchor[];
  readonly stated: StatedOffset[];
  readonly bare: BareAddress[];
}

/** Each is one line: more of one boot tell nothing new. */
const MAX_EVIDENCE = 65_536;

function openBoot(start: number): BootEvidence {
  return { start, anchors: [], stated: [], bare: [] };
}

function keep<T>(list: T[], items: readonly T[]): void {
  for (const item of items) if (list.length < MAX_EVIDENCE) list.push(item);
}

/** One pass: the evidence of each boot in order, and the modules that the text lists. */
export function gatherEvidence(text: string, maxLineBytes: number, modules: ModuleRanges): BootEvidence[] {
  let boot = openBoot(0);
  const boots = [boot];
  // A crash(8) session is of one dump, wherever its `log` begins.
  const oneBoot = mayHoldCrash8(text);
  eachLine(text, maxLineBytes, ({ message, start }) => {
    if (!oneBoot && start > 0 && message.startsWith('Linux version ')) {
      boot = openBoot(start);
      boots.push(boot);
    }
    if (modules.line(message)) return;
    const { anchors, stated } = readEvidence(message);
    keep(boot.anchors, anchors);
    if (stated !== null) keep(boot.stated, [stated]);
    nameLine(message, (address, use) => {
      keep(boot.bare, [{ address, use }]);
      return null;
    });
  });
  return boots;
}
