import type { Sourced } from '@oopstream/core-transcript';
import type { Evidence, Finding } from '../analysis';
import type { CrashCase } from '../crash-case';
import { inRole, isDataKind, readValue, readWords, type ValueKind, type ValueReading } from '../values';

/** Most values that are told of one crash: the registers table has them all. */
const MAX_VALUES = 8;
/** What a value must be to be told where nothing says that it was used as an address. */
const NOTABLE: ReadonlySet<ValueKind> = new Set<ValueKind>([
  'poison',
  'poison-offset',
  'magic',
  'error-pointer',
  'bit-flip',
]);
/** What an address that failed may be, beyond those. */
const OF_ADDRESS: ReadonlySet<ValueKind> = new Set<ValueKind>([
  ...NOTABLE,
  'null-offset',
  'poison-part',
  'kasan-shadow',
  'shifted-pointer',
  'truncated-pointer',
]);

/** Registers that hold no address and no data, or always the same. */
const NO_VALUE =
  /^(?:[c-gs]s|[re]?flags|e?flags|cr\d|dr\d|pkru|pstate|cpsr|status|cause|knl_gs_base|fs_base|gs_base|orig_.*)$/;

/** Registers, the address that failed, words of memory: what their values look like, where that says something. */
export function findValues(crash: CrashCase): readonly Finding[] {
  const used = addressRegisters(crash);
  const told = [
    ...faultAddress(crash),
    ...[...(crash.trap?.values ?? [])].flatMap(([name, value]) =>
      register(crash, name, value, used.has(name)),
    ),
    ...memoryFindings(crash),
  ];
  return told.slice(0, MAX_VALUES);
}

/** Registers that the operand which failed is made of; where that is not plain, of every operand. */
function addressRegisters({ insight, instruction }: CrashCase): ReadonlySet<string> {
  const operands = insight.operand === null ? (instruction?.decoded.memory ?? []) : [insight.operand.memory];
  return new Set(operands.flatMap(({ base, index }) => [base, index]).filter((name) => name !== null));
}

function register(
  crash: CrashCase,
  name: string,
  { value, span }: Sourced<bigint>,
  used: boolean,
): Finding[] {
  const reading = used ? readValue(value, inRole(crash.values, 'address'))[0] : crash.looks.get(name);
  if (reading === undefined || !isTold(reading, used) || NO_VALUE.test(name)) return [];
  const shown = value.toString(16).padStart(crash.values.widthBits / 4, '0');
  return [finding(`${name} = ${shown}`, reading, [{ span, note: name.toUpperCase() }], used)];
}

function faultAddress(crash: CrashCase): Finding[] {
  const { faultAddress: fault } = crash.details;
  if (fault?.trusted !== true) return [];
  const reading = readValue(fault.value, inRole(crash.values, 'address'))[0];
  if (reading === undefined || !isTold(reading, true)) return [];
  return [
    finding(
      `The address 0x${fault.value.toString(16)}`,
      reading,
      [{ span: fault.span, note: 'address' }],
      true,
    ),
  ];
}

function isTold({ kind, confidence }: ValueReading, used: boolean): boolean {
  if (isDataKind(kind)) return used || confidence !== 'hint';
  return (used ? OF_ADDRESS : NOTABLE).has(kind);
}

function finding(what: string, reading: ValueReading, evidence: readonly Evidence[], used: boolean): Finding {
  const { text, confidence } = reading;
  return {
    kind: 'value',
    claim: `${what} reads as ${text}${used && isDataKind(reading.kind) ? ', and was used as an address' : ''}.`,
    // What bytes look like is never proof of where they came from.
    confidence: confidence === 'certain' && isDataKind(reading.kind) ? 'likely' : confidence,
    evidence,
    confirm: null,
  };
}

/** Data, poison and strings among the words that `rd` and `x` printed. */
function memoryFindings(crash: CrashCase): Finding[] {
  return (crash.session?.memory ?? []).flatMap((dump) => {
    if (dump.wordBytes !== crash.values.widthBits / 8) return [];
    const words = dump.words.map(({ value }, n) => ({
      address: dump.address + BigInt(n * dump.wordBytes),
      value,
    }));
    return readWords(words, crash.values).flatMap(({ start, end, reading }): Finding[] => {
      const first = dump.words[start];
      const last = dump.words[end - 1];
      if (first === undefined || last === undefined || !isTold(reading, false)) return [];
      const at = `0x${(dump.address + BigInt(start * dump.wordBytes)).toString(16)}`;
      const span = { start: first.span.start, end: last.span.end };
      return [finding(`Memory at ${at}`, reading, [{ span, note: 'memory' }], false)];
    });
  });
}
