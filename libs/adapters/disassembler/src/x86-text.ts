import type { Formatter } from 'iced-x86';
import type * as IcedModule from 'iced-x86';

/** AT&T text as gdb and crash(8) print it, except for their `# address <symbol>` comments. */
export function createX86Formatter(iced: typeof IcedModule): Formatter {
  const formatter = new iced.Formatter(iced.FormatterSyntax.Gas);
  formatter.showZeroDisplacements = true;
  formatter.alwaysShowScale = true;
  formatter.uppercaseHex = false;
  formatter.smallHexNumbersInDecimal = false;
  formatter.signedImmediateOperands = false;
  formatter.spaceAfterOperandSeparator = false;
  formatter.ripRelativeAddresses = true;
  formatter.showBranchSize = false;
  formatter.branchLeadingZeros = false;
  formatter.hexPrefix = '0x';
  formatter.hexSuffix = '';
  return formatter;
}

const STRING = /^(?:rep[a-z]* )?(?:movs|cmps|lods|stos|scas|ins|outs)[bwlq]? /;

/** Where iced and binutils differ: segments of string operands, suffixes of indirect calls, `rep ret`. */
export function likeBinutils(text: string): string {
  // iced writes the comma of an index even where there is none.
  const out = text.replaceAll(',)', ')');
  if (STRING.test(out)) {
    return out
      .replace(/(^|[ ,])\((%[re]?si)\)/, '$1%ds:($2)')
      .replace(/(^|[ ,])\((%[re]?di)\)/, '$1%es:($2)');
  }
  return out
    .replace(/^(call|jmp)[ql] \*/, '$1 *')
    .replace(/^rep ret/, 'repz ret')
    .replace(/^ud1 /, 'ud1l ');
}
