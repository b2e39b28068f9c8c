import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import {
  DEFAULT_READ_LIMITS,
  parseSymbolMap,
  prepareSymbols,
  readTranscript,
  type BootSymbols,
  type Observe,
  type Reading,
  type SymbolMap,
  type TranscriptReadings,
} from '@oopstream/core-transcript';
import { CliError, EXIT } from './cli-error';

/** A symbol map that the user named. */
export interface SymbolFile {
  readonly file: string;
  readonly map: SymbolMap;
  /** Release in the file's name (`System.map-6.1.0-47-amd64`); `null` where it has none. */
  readonly release: string | null;
}

/** What a text shows with the names of a symbol map. */
export interface SymbolisedReadings extends TranscriptReadings {
  readonly boots: readonly BootSymbols[];
  /** One line each for people: what of the map could not be used, and why. */
  readonly remarks: readonly string[];
}

const RELEASE = /^(?:System\.map|kallsyms|vmlinux|vmlinuz)[-_.](\d+\.\d+.*?)(?:\.(?:txt|map|nm|debug))*$/;

/** @throws CliError where the file cannot be read or has no functions in it. */
export async function readSymbolFile(file: string, cwd: string): Promise<SymbolFile> {
  let text: string;
  try {
    text = await readFile(resolve(cwd, file), 'latin1');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CliError(`cannot read ${file}: ${why}`, EXIT.usage, { cause: error });
  }
  const parsed = parseSymbolMap(text);
  if (parsed.map === null) throw new CliError(`${file} is no symbol map: ${parsed.detail}`, EXIT.usage);
  return { file, map: parsed.map, release: RELEASE.exec(basename(file))?.[1] ?? null };
}

/** Reads a text with the names that the map gives its addresses. */
export function readWithSymbols(
  bytes: Uint8Array,
  symbols: SymbolFile,
  observe: Observe | null = null,
): SymbolisedReadings {
  const { boots, nameAddresses } = prepareSymbols(bytes, symbols.map);
  const { readings, omittedReadings } = readTranscript(bytes, DEFAULT_READ_LIMITS, observe, nameAddresses);
  const remarks = [
    ...boots.flatMap((boot) => remarkOf(boot, symbols.file)),
    ...otherRelease(readings, symbols),
  ];
  return { readings, omittedReadings, boots, remarks };
}

/** The map is of another build than all that the text shows: it named nothing. */
export function isOfAnotherBuild(boots: readonly BootSymbols[]): boolean {
  return boots.some(({ state }) => state === 'mismatch') && boots.every(({ slide }) => slide === null);
}

function remarkOf({ state, disagreements, bareAddresses }: BootSymbols, file: string): string[] {
  const addresses = `${bareAddresses} ${bareAddresses === 1 ? 'address' : 'addresses'}`;
  if (state === 'mismatch')
    return [`symbols-mismatch: ${file} is not of this kernel's build: ${disagreements.join('; ')}`];
  if (state === 'unsolved')
    return [`nothing tells where the kernel was loaded: ${addresses} got no name from ${file}`];
  if (state === 'assumed')
    return [
      `nothing tells where the kernel was loaded: taken to be where ${file} has it, since ${addresses} fit`,
    ];
  return [];
}

function otherRelease(readings: readonly Reading[], { file, release }: SymbolFile): string[] {
  const others = readings
    .map((reading) => reading.kernelRelease)
    .filter((one) => release !== null && one !== null && one !== release);
  return [...new Set(others)].map((one) => `${file} is of ${release} by its name, the crash of ${one}`);
}
