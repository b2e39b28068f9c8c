import { analyseTexts, type Analysis, type CrashText, type Disassemble } from '@oopstream/core-forensics';
import { explain, type Explanation } from '@oopstream/core-signature';
import {
  DEFAULT_READ_LIMITS,
  readSession,
  readTranscript,
  type BootSymbols,
  type Observation,
  type Observe,
  type Reading,
  type Session,
} from '@oopstream/core-transcript';
import { hashText } from '../fingerprint';
import { isOfAnotherBuild, readWithSymbols, type SymbolFile, type SymbolisedReadings } from '../symbol-file';
import { gatherCrashes, type CrashTelling, type GatheredCrash } from './gather-crashes';
import { explainSilence, type Silence } from './silence';
import { openText, shortNames, type SourceText } from './source-text';

/** A text with what each of its lines was read as. */
export interface ExplainedText {
  readonly source: SourceText;
  /** Readings beyond the limit. */
  readonly omittedReadings: number;
  /** What the symbol map did for each boot in the text; empty without one. */
  readonly symbols: readonly BootSymbols[];
  readonly observations: readonly Observation[];
  /** Why it is believed that the text shows no crash; `null` where it shows one. */
  readonly silence: Silence | null;
}

/** One crash: who tells of it, how it was signed, and what its evidence says. */
export interface ExplainedCrash {
  /** Text of `reading`. */
  readonly text: number;
  readonly reading: Reading;
  readonly tellings: readonly CrashTelling[];
  readonly explanation: Explanation;
  readonly analysis: Analysis;
}

export interface Explained {
  readonly texts: readonly ExplainedText[];
  readonly crashes: readonly ExplainedCrash[];
  /** Trouble that does not end the command, a line each. */
  readonly remarks: readonly string[];
  /** The symbol map is of another build than a text. */
  readonly isOfAnotherBuild: boolean;
}

const NOTHING: CrashText = { bytes: new Uint8Array(), session: null };

export interface NamedBytes {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** @param symbols names what stands as a bare address in the texts. */
export function explainTexts(
  files: readonly NamedBytes[],
  disassemble: Disassemble,
  symbols: SymbolFile | null = null,
): Explained {
  const names = shortNames(files.map(({ file }) => file));
  const read = files.map((one, i) => readOne(one, names[i] ?? one.file, symbols));
  const gathered = gatherCrashes(
    read.map(({ readings, session }, text) => ({
      hasSession: session !== null,
      readings: readings.map((reading) => ({
        text,
        reading,
        groupKey: explain(reading, hashText).signature.groupKey,
      })),
    })),
  );
  return {
    texts: read.map(({ text }) => text),
    crashes: gathered.map((one) => explainCrash(one, read, disassemble)),
    remarks: [...read.flatMap((one) => remarksOf(one, files.length > 1)), ...leftOut(read, gathered)],
    isOfAnotherBuild: read.some(({ text }) => isOfAnotherBuild(text.symbols)),
  };
}

interface ReadOne {
  readonly bytes: Uint8Array;
  readonly text: ExplainedText;
  readonly readings: readonly Reading[];
  readonly session: Session | null;
  readonly remarks: readonly string[];
}

function readOne({ file, bytes }: NamedBytes, name: string, symbols: SymbolFile | null): ReadOne {
  const observations: Observation[] = [];
  const observe: Observe = (one) => void observations.push(one);
  const named = symbols === null ? readPlain(bytes, observe) : readWithSymbols(bytes, symbols, observe);
  const { readings, omittedReadings, boots, remarks } = named;
  const source = openText(file, bytes, name);
  const session = readSession(bytes);
  const silence = readings.length > 0 ? null : explainSilence(source, observations, session !== null);
  const text = { source, omittedReadings, symbols: boots, observations, silence };
  return { bytes, text, readings, session, remarks };
}

function readPlain(bytes: Uint8Array, observe: Observe): SymbolisedReadings {
  return { ...readTranscript(bytes, DEFAULT_READ_LIMITS, observe), boots: [], remarks: [] };
}

function explainCrash(
  gathered: GatheredCrash,
  read: readonly ReadOne[],
  disassemble: Disassemble,
): ExplainedCrash {
  const { told, tellings } = gathered;
  const { text, reading } = told;
  return {
    text,
    reading,
    tellings,
    explanation: explain(reading, hashText),
    analysis: analyseCrash(gathered, read, disassemble),
  };
}

function analyseCrash(
  { told, tellings }: GatheredCrash,
  read: readonly ReadOne[],
  disassemble: Disassemble,
): Analysis {
  const { text, reading } = told;
  // crash(8) looks at the crash the machine died of: a warning that the same texts tell of has no part in its output.
  const others = new Set(
    tellings
      .filter((one) => one.text !== text && (one.reading === null || one.reading.fatal))
      .map((one) => one.text),
  );
  const texts = read.map(({ bytes, session }, number) =>
    number === text || others.has(number) ? { bytes, session } : NOTHING,
  );
  return analyseTexts(texts, { text, reading }, disassemble);
}

/** What is said of one of several texts names it. */
function remarksOf({ text, remarks }: ReadOne, isOneOfSeveral: boolean): readonly string[] {
  return isOneOfSeveral ? remarks.map((remark) => `${text.source.name}: ${remark}`) : remarks;
}

function leftOut(read: readonly ReadOne[], crashes: readonly GatheredCrash[]): string[] {
  if (crashes.length === 0) return [];
  return read.flatMap(({ text, session, readings }, number) => {
    const isUsed = crashes.some(({ tellings }) => tellings.some((one) => one.text === number));
    if (isUsed || session === null || readings.length > 0) return [];
    return [
      `${text.source.file}: crash(8) output that names no crash; which of the ${crashes.length} it is of cannot be told, so it was not used`,
    ];
  });
}
