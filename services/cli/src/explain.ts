import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import {
  completeReading,
  DEFAULT_READ_LIMITS,
  readDetails,
  readTranscript,
  type BootSymbols,
  type Observation,
  type Observe,
  type Reading,
} from '@oopstream/core-transcript';
import { explain, type Explanation } from '@oopstream/core-signature';
import type { Command } from 'commander';
import { CliError, EXIT } from './cli-error';
import type { CliIo } from './cli-io';
import { renderExplained } from './explain-text';
import { hashText } from './fingerprint';
import {
  isOfAnotherBuild,
  readSymbolFile,
  readWithSymbols,
  type SymbolFile,
  type SymbolisedReadings,
} from './symbol-file';

/** One crash of a transcript with everything that led to its keys. */
export interface ExplainedCrash {
  readonly reading: Reading;
  readonly explanation: Explanation;
}

export interface Explained {
  readonly file: string;
  readonly sizeBytes: number;
  readonly omittedReadings: number;
  readonly crashes: readonly ExplainedCrash[];
  /** What the symbol map did for each boot in the text; empty without one. */
  readonly symbols: readonly BootSymbols[];
  /** What of the map could not be used. */
  readonly remarks: readonly string[];
  /** What each line that mattered was taken for. */
  readonly lines: readonly (Observation & { readonly text: string })[];
}

/** @param symbols names what stands as a bare address in the text. */
export function explainBytes(file: string, bytes: Uint8Array, symbols: SymbolFile | null = null): Explained {
  const seen: Observation[] = [];
  const observe = (one: Observation) => void seen.push(one);
  const { readings, omittedReadings, boots, remarks } =
    symbols === null ? readPlain(bytes, observe) : readWithSymbols(bytes, symbols, observe);
  const decoder = new TextDecoder();
  return {
    file,
    sizeBytes: bytes.length,
    omittedReadings,
    crashes: readings.map((reading) => ({
      reading: completeReading(reading, readDetails(bytes, reading)),
      explanation: explain(reading, hashText),
    })),
    symbols: boots,
    remarks,
    lines: seen.map((o) => ({ ...o, text: decoder.decode(bytes.subarray(o.span.start, o.span.end)) })),
  };
}

function readPlain(bytes: Uint8Array, observe: Observe): SymbolisedReadings {
  return {
    ...readTranscript(bytes, DEFAULT_READ_LIMITS, observe),
    boots: [],
    remarks: [],
  };
}

/** The JSON form: hashing `text` of a key with SHA-256 and keeping 32 digits gives its `key`. */
function toJson(explained: Explained): unknown {
  return {
    ...explained,
    symbols: explained.symbols.map((boot) => ({ ...boot, slide: boot.slide?.toString(16) ?? null })),
    crashes: explained.crashes.map(({ reading, explanation }) => {
      const { signature, blame, candidates, exactText, looseText } = explanation;
      return {
        reading,
        signature,
        blame,
        candidates,
        hashed: {
          group: { text: signature.groupText, key: signature.groupKey },
          exact: { text: exactText, key: signature.exactKey },
          loose: { text: looseText, key: signature.looseKey },
        },
      };
    }),
  };
}

async function readInput(file: string, io: CliIo): Promise<Uint8Array> {
  if (file === '-') return buffer(io.stdin);
  try {
    return await readFile(resolve(io.cwd, file));
  } catch (error) {
    throw new CliError(
      `cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`,
      EXIT.usage,
    );
  }
}

interface ExplainOptions {
  readonly json?: boolean;
  readonly lines?: boolean;
  readonly symbols?: string;
}

const EXAMPLES = `
Examples:
  $ dmesg | oopstream explain -
  $ oopstream explain --symbols /boot/System.map-6.1.0-47-amd64 console.log   # a log of addresses`;

export function registerExplain(program: Command, io: CliIo): void {
  program
    .command('explain')
    .description('read a crash text offline: what it shows, its keys, and why (`-` reads standard input)')
    .argument('<file>', 'kernel log, pstore record or crash(8) session')
    .option('--json', 'everything as JSON')
    .option('--symbols <map>', 'System.map, kallsyms or nm output of that kernel: names for bare addresses')
    .option('--lines', 'also show what each line was read as')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: ExplainOptions) => {
      const symbols = options.symbols === undefined ? null : await readSymbolFile(options.symbols, io.cwd);
      const explained = explainBytes(file, await readInput(file, io), symbols);
      if (isOfAnotherBuild(explained.symbols)) throw new CliError(explained.remarks.join('; '), EXIT.usage);
      for (const remark of explained.remarks) io.stderr.write(`oopstream: ${remark}\n`);
      const text =
        options.json === true
          ? JSON.stringify(toJson(explained), null, 2)
          : renderExplained(explained, options.lines === true);
      io.stdout.write(`${text}\n`);
    });
}
