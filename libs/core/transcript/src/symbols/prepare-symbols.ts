import type { Line } from '../framing';
import type { Span } from '../reading';
import { decodeForScan } from '../text';
import { gatherEvidence } from './boot-evidence';
import { fitBoot, namesByModule, namesOf, type BootFit } from './boot-names';
import { ModuleRanges } from './module-ranges';
import { nameException, nameLine, nameSessionLine, type NameOf } from './name-line';
import type { SymbolMap } from './symbol-map';

/** Puts names in the place of a line's bare addresses. @returns the line's message. */
export type NameAddresses = (line: Line) => string;

/** What a symbol map did for one boot that the text shows. */
export interface BootSymbols extends BootFit {
  /** Part of the transcript: from one `Linux version` line to the next. */
  readonly span: Span;
  /**
   * `solved`: the text tells how far the kernel was moved; `assumed`: nothing tells, but as the map has it every
   * address fits, down to where stacks begin; `unsolved`: nothing tells; `mismatch`: the map is of another build;
   * `not-needed`: no bare address. Only in the first two does the map name anything.
   */
  readonly state: BootFit['state'];
  /** Bytes from where the map has the kernel to where it ran; `null` where unknown. */
  readonly slide: bigint | null;
  /** Lines with a name and an address that agree on the slide. */
  readonly anchors: number;
  /** What contradicts the map, for people; the first few. */
  readonly disagreements: readonly string[];
  /** Addresses in the place of names. */
  readonly bareAddresses: number;
}

/** A symbol map fitted to one transcript. */
export interface PreparedSymbols {
  readonly boots: readonly BootSymbols[];
  /** For `readTranscript`. */
  readonly nameAddresses: NameAddresses;
}

const MAX_LINE_BYTES = 4096;

/**
 * Fits a symbol map to a transcript: finds out for each boot by how much the kernel was moved (KASLR) from what the
 * text has both as name and as address, and refuses the map where that contradicts it. Never throws; one pass, linear.
 *
 * @param maxLineBytes as in `ReadLimits`.
 */
export function prepareSymbols(
  bytes: Uint8Array,
  map: SymbolMap,
  maxLineBytes: number = MAX_LINE_BYTES,
): PreparedSymbols {
  const text = decodeForScan(bytes);
  const modules = new ModuleRanges();
  const boots = gatherEvidence(text, maxLineBytes, modules);
  const fitted = boots.map((boot) => {
    const fit = fitBoot(map, boot, modules);
    return {
      start: boot.start,
      bareAddresses: boot.bare.length,
      fit,
      nameOf: namesOf(map, boot, fit, modules),
    };
  });
  let at = 0;
  return {
    boots: fitted.map(({ start, bareAddresses, fit }, i) => ({
      ...fit,
      span: { start, end: fitted[i + 1]?.start ?? bytes.length },
      bareAddresses,
    })),
    nameAddresses: (line) => {
      if (line.start < (fitted[at]?.start ?? 0)) at = 0;
      while (line.start >= (fitted[at + 1]?.start ?? Number.POSITIVE_INFINITY)) at++;
      const boot = fitted[at];
      return boot === undefined ? line.message : nameIn(text, line, boot.nameOf);
    },
  };
}

/**
 * Without a map: what crash(8) lists of modules (`mod`) gives frames in them the module and the offset.
 *
 * @returns `null` where the text lists none.
 */
export function prepareModules(text: string): NameAddresses | null {
  const modules = new ModuleRanges();
  modules.readAll(text);
  if (modules.size === 0 && !text.includes('_MODULE_TEXT_')) return null;
  const nameOf = namesByModule(modules);
  return (line) =>
    nameException(line.message, text, line.end, nameOf) ?? nameSessionLine(line.message, nameOf);
}

function nameIn(text: string, line: Line, nameOf: NameOf): string {
  return nameException(line.message, text, line.end, nameOf) ?? nameLine(line.message, nameOf);
}
